"""GAP's part-wise encoder (arXiv 2208.05318, section 3.2) for one frame of landmarks: branches that are joined.

Its multi-part contrastive loss is in `yogalab.training.part_texts`; what ships does without (models/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from yogalab.records import Matrix
from yogalab.training.part_texts import WHOLE, PartAlignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an encoder is taught. hidden: units of the whole body's branch and of each part's.

    noise: standard deviation added to every figure of a row, in the units of rows.
    """

    hidden: tuple[int, int] = (112, 56)
    steps: int = 1500
    batch: int = 256
    rate: float = 3e-3
    weight_decay: float = 1e-3
    dropout: float = 0.2
    smoothing: float = 0.1
    noise: float = 0.0

    def widths(self, branches: Sequence[str]) -> dict[str, int]:
        """Return how many hidden figures each branch has."""
        whole, part = self.hidden
        return {name: whole if name == WHOLE else part for name in branches}


# How far a figure of a row usually strays; divided by it, rows have the size that networks learn from best.
_UNIT: Final = 0.15


class PartEncoder(nn.Module):
    """A branch of two layers for each named set of inputs, and one linear layer over all of them."""

    def __init__(self, inputs: Mapping[str, NDArray[np.int64]], classes: int, recipe: Recipe) -> None:
        super().__init__()
        self._columns = {name: torch.from_numpy(columns) for name, columns in inputs.items()}
        widths = recipe.widths(tuple(inputs))
        self.branches = nn.ModuleDict(
            {
                name: nn.ModuleList(
                    [nn.Linear(len(columns), widths[name]), nn.Linear(widths[name], widths[name])]
                )
                for name, columns in inputs.items()
            }
        )
        self.drop = nn.Dropout(recipe.dropout)
        self.out = nn.Linear(sum(widths.values()), classes)

    def forward(self, x: Tensor) -> Tensor:
        """(n, classes) logits of (n, d) rows."""
        return self.answer(self.hidden(x))

    def hidden(self, x: Tensor) -> dict[str, Tensor]:
        """Return what each branch makes of (n, d) rows, branch -> (n, width)."""
        hidden = {}
        for name, columns in self._columns.items():
            h = x[:, columns] / _UNIT
            for layer in self.branches[name].children():
                h = self.drop(functional.relu(layer(h)))
            hidden[name] = h
        return hidden

    def answer(self, hidden: Mapping[str, Tensor]) -> Tensor:
        """Return (n, classes) logits of what the branches made."""
        logits: Tensor = self.out(torch.cat(list(hidden.values()), dim=1))
        return logits

    def arrays(self) -> dict[str, Matrix]:
        """Its weights under the names that `yogalab.learning.drawn` reads, for rows as they are."""
        arrays = {name.removeprefix("branches."): tensor.numpy() for name, tensor in self.state_dict().items()}
        first = {name: array / _UNIT for name, array in arrays.items() if name.endswith(".0.weight")}
        return {name: array.astype(np.float16) for name, array in (arrays | first).items()}


def teach(
    x: Matrix,
    y: NDArray[np.int64],
    inputs: Mapping[str, NDArray[np.int64]],
    *,
    odd: slice,
    recipe: Recipe,
    seed: int,
    aligned: PartAlignment | None = None,
) -> PartEncoder:
    """Return an encoder taught by cross-entropy on bodies and their mirror images.

    x: (n, d) features; y: (n,) classes; inputs: branch -> columns of x; odd: the columns a mirror negates.
    aligned: adds GAP's loss against texts, and is taught along.
    """
    torch.manual_seed(seed)
    encoder = PartEncoder(inputs, int(y.max()) + 1, recipe)
    weights = [*encoder.parameters(), *(aligned.parameters() if aligned else ())]
    optimiser = torch.optim.AdamW(weights, recipe.rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, recipe.steps)
    rows, classes = torch.from_numpy(x), torch.from_numpy(y)
    for _ in range(recipe.steps):
        picked = torch.randint(0, len(rows), (recipe.batch,))
        batch = rows[picked]
        batch[:, odd] *= 1 - 2 * torch.randint(0, 2, (recipe.batch, 1))
        if recipe.noise:
            batch += recipe.noise * torch.randn_like(batch)
        hidden, wanted = encoder.hidden(batch), classes[picked]
        loss = functional.cross_entropy(encoder.answer(hidden), wanted, label_smoothing=recipe.smoothing)
        if aligned:
            loss = loss + aligned(hidden, wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    encoder.eval()
    return encoder
