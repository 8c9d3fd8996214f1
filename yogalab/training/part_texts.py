"""GAP's supervision (arXiv 2208.05318, section 3.3): texts of body parts pull the branches of a network.

Each branch's hidden figures are projected into the space of a frozen text encoder and held against the texts of
all poses. The texts are needed while it is taught only; what answers is the network alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from yogalab.records import Matrix
from yogalab.training.losses import label_aware

WHOLE: Final = "whole"
# CLIP's ln(1/0.07); GAP's released code begins with the same figure.
_FIRST_SCALE: Final = float(np.log(1 / 0.07))
# CLIP's own bound on exp of it (arXiv 2103.00020, section 2.5).
_MOST: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How much texts weigh. weight: GAP's lambda.

    exponential: each part's scale of cosines is exp of a learnt figure, as in CLIP. GAP's released code takes
    the figure itself, so that it begins at 2.66 instead of 14.3.
    """

    weight: float = 0.8
    exponential: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartTexts:
    """What is said of C poses, part by part. vectors: branch -> each pose's texts, (s, dim) unit vectors."""

    vectors: Mapping[str, tuple[Matrix, ...]]

    @classmethod
    def of(cls, said: Sequence[Mapping[str, Sequence[str]]], encode: Callable[[Sequence[str]], Matrix]) -> Self:
        """Return sentences as an encoder understands them; no sentence is encoded twice.

        said: each pose's sentences by branch, at least one each; encode: n texts -> (n, dim) unit vectors.
        """
        every = sorted({text for pose in said for texts in pose.values() for text in texts})
        vectors = dict(zip(every, encode(every), strict=True))
        return cls(
            vectors={
                part: tuple(np.stack([vectors[text] for text in pose[part]]) for pose in said)
                for part in said[0]
            }
        )

    def of_poses(self, columns: Sequence[int]) -> Self:
        """Return the texts of some poses, in this order."""
        return type(self)(
            vectors={part: tuple(texts[k] for k in columns) for part, texts in self.vectors.items()}
        )

    def exchanged(self, seed: int) -> Self:
        """Return the same texts, every pose with those of another one: all but their meaning is kept."""
        poses = len(next(iter(self.vectors.values())))
        order = np.random.default_rng(seed).permutation(poses)
        given = np.empty(poses, dtype=np.int64)
        given[order] = np.roll(order, 1)
        return self.of_poses(given.tolist())

    def random(self, seed: int) -> Self:
        """Return a random direction for each pose and branch: targets without meaning and alike to none."""
        rng = np.random.default_rng(seed)

        def direction(texts: Matrix) -> Matrix:
            drawn = rng.normal(size=(1, texts.shape[1]))
            return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)

        return type(self)(
            vectors={part: tuple(direction(one) for one in texts) for part, texts in self.vectors.items()}
        )

    def means(self, part: str) -> Matrix:
        """Return the mean of each pose's texts of a part, brought to unit length, (C, dim)."""
        means = np.stack([texts.mean(axis=0) for texts in self.vectors[part]])
        return np.asarray(means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12), np.float32)


class PartAlignment(nn.Module):
    """A projection and a scale for each branch, and the loss they are taught with.

    widths: branch -> its hidden figures; WHOLE's projection reads all branches, as the answer does. Neither its
    beginning nor the texts it draws touch PyTorch's common random numbers, so that a network taught with
    texts and one taught without see the same batches and forget the same units.
    """

    def __init__(self, widths: Mapping[str, int], texts: PartTexts, recipe: Alignment, *, seed: int) -> None:
        super().__init__()
        self.recipe = recipe
        self._draws = torch.Generator().manual_seed(seed)
        counted = {part: [len(one) for one in poses] for part, poses in texts.vectors.items()}
        self._counts = {part: torch.tensor(counts) for part, counts in counted.items()}
        self._texts = {part: _padded(poses) for part, poses in texts.vectors.items()}
        self._means = {part: torch.from_numpy(texts.means(part)) for part in texts.vectors}
        reads = {**widths, WHOLE: sum(widths.values())}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.projections = nn.ModuleDict(
                {part: nn.Linear(reads[part], means.shape[1]) for part, means in self._means.items()}
            )
        self.scales = nn.ParameterDict({part: nn.Parameter(torch.tensor(_FIRST_SCALE)) for part in self._means})

    def forward(self, hidden: Mapping[str, Tensor], labels: Tensor) -> Tensor:
        """Return lambda times the mean over branches of GAP's label-aware loss (`losses.label_aware`).

        hidden: branch -> (n, width) of a batch; labels: (n,). Of each pose in the batch one text is drawn
        a step and branch, GAP's random synonym; a pose is one column, however many of its bodies are there.
        """
        present: Tensor = labels.unique()  # type: ignore[no-untyped-call]
        losses = []
        for part, vectors in self.projected(hidden).items():
            texts = self._drawn(part, present)
            losses.append(label_aware(vectors, texts, labels, self.scale(part), text_labels=present))
        return self.recipe.weight * torch.stack(losses).mean()

    def projected(self, hidden: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return each branch's unit vectors in the space of texts, branch -> (n, dim)."""
        reads = {**hidden, WHOLE: torch.cat(list(hidden.values()), dim=1)}
        return {
            part: functional.normalize(layer(reads[part]), dim=1) for part, layer in self.projections.items()
        }

    def similarities(self, hidden: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the cosines to each pose's mean text, branch -> (n, C)."""
        return {part: vectors @ self._means[part].T for part, vectors in self.projected(hidden).items()}

    def scale(self, part: str) -> Tensor:
        """Return the factor on a branch's cosines."""
        figure: Tensor = self.scales[part]
        return figure.exp().clamp(max=_MOST) if self.recipe.exponential else figure

    def _drawn(self, part: str, poses: Tensor) -> Tensor:
        """(k, dim) one text of each of these poses."""
        lots = torch.rand(len(poses), generator=self._draws)
        chosen = (lots * self._counts[part][poses]).long()
        return self._texts[part][poses, chosen]


def _padded(poses: Sequence[Matrix]) -> Tensor:
    """(C, most texts, dim), zeros where a pose has fewer."""
    out = torch.zeros(len(poses), max(len(one) for one in poses), poses[0].shape[1])
    for row, texts in zip(out, poses, strict=True):
        row[: len(texts)] = torch.from_numpy(texts)
    return out
