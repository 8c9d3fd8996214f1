"""A part-wise network for skeletons from rows to answers: NumPy in, NumPy out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from yogalab.learning.features import layout_of
from yogalab.records import Matrix
from yogalab.training.drawn import branches
from yogalab.training.part_encoder import PartEncoder, Recipe, teach
from yogalab.training.part_texts import Alignment, PartAlignment, PartTexts

_TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkeletonNetwork:
    """A taught network. alignment: what its branches were pulled to texts with, None without texts.

    Everything is the mean of a body and its mirror image. x: (n, d) features of people who were found.
    """

    encoder: PartEncoder
    alignment: PartAlignment | None

    def logs(self, x: Matrix) -> Matrix:
        """Return log-probabilities, (n, C)."""
        here, there = (self._answered(h) for h in self._both(x))
        return np.asarray((torch.logaddexp(here, there) - np.log(2)).numpy(), dtype=np.float32)

    def embedding(self, x: Matrix) -> Matrix:
        """Return its hidden figures, all branches beside each other, as unit vectors, (n, h)."""
        here, there = (_joined(hidden).numpy() for hidden in self._both(x))
        mean = (here + there) / 2
        return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), _TINY), np.float32)

    def similarities(self, x: Matrix) -> dict[str, Matrix]:
        """Return each branch's cosines to the poses' texts, branch -> (n, C); none without texts."""
        if self.alignment is None:
            return {}
        with torch.no_grad():
            here, there = (self.alignment.similarities(hidden) for hidden in self._both(x))
        return {part: ((cosines + there[part]) / 2).numpy() for part, cosines in here.items()}

    def _answered(self, hidden: dict[str, Tensor]) -> Tensor:
        with torch.no_grad():
            return functional.log_softmax(self.encoder.answer(hidden), dim=1)

    def _both(self, x: Matrix) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        mirrored = x.copy()
        mirrored[:, layout_of(x.shape[1]).odd] *= -1
        with torch.no_grad():
            return self.encoder.hidden(torch.from_numpy(x)), self.encoder.hidden(torch.from_numpy(mirrored))


def teach_skeletons(
    x: Matrix,
    y: NDArray[np.int64],
    *,
    recipe: Recipe,
    seed: int,
    texts: PartTexts | None = None,
    alignment: Alignment | None = None,
    visibility: bool = False,
) -> SkeletonNetwork:
    """Return a network taught on bodies, by cross-entropy and by texts where there are some.

    x: (n, d) features; y: (n,) classes; texts: of the same classes; visibility: whether how well a joint was
    seen may be read, of which drawings know nothing. The same seed begins alike with texts and without.
    """
    inputs = branches(x.shape[1], visibility=visibility)
    aligned = None
    if texts is not None:
        widths = recipe.widths(tuple(inputs))
        aligned = PartAlignment(widths, texts, alignment or Alignment(), seed=seed)
    encoder = teach(x, y, inputs, odd=layout_of(x.shape[1]).odd, recipe=recipe, seed=seed, aligned=aligned)
    return SkeletonNetwork(encoder=encoder, alignment=aligned)


def _joined(hidden: dict[str, Tensor]) -> Tensor:
    return torch.cat(list(hidden.values()), dim=1)
