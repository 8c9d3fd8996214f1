"""One fit: steps of AdamW from the encoder as it was, kept on the way, the same however often it is cut off.

Everything that chance decides in a step is drawn anew from (seed, step), so a step needs to know nothing of
those before but the weights and the optimiser's memory, and both are in the checkpoint.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from yogalab.errors import TuningFailed
from yogalab.training import checkpoints, losses
from yogalab.training.tuning.course import Course
from yogalab.training.tuning.folds import Rows
from yogalab.training.tuning.recipe import Recipe

_WARM_UP: Final = 0.1
_LARGEST_GRADIENT: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What one fit is made of.

    y: (n,) int64, poses as rows of the course's texts; rows: those that are learnt from; scale: the factor of
    cosines; rate: the largest; mark: tells this fit's checkpoints from any other's; keep_every: seconds between
    them.
    """

    recipe: Recipe
    course: Course
    y: NDArray[np.int64]
    rows: Rows
    scale: float
    rate: float
    seed: int
    folder: Path
    mark: str
    keep_every: float = 30.0

    @property
    def steps(self) -> int:
        return self.recipe.steps(len(self.rows))

    def run(self, tell: Callable[[float], None]) -> None:
        """Tune. tell: the share done; may raise to stop.

        Raises:
            TuningFailed: a loss or a gradient was no number.
            DiskFull: a checkpoint could not be kept.
        """
        moves = self.course.moves
        moves.restart(self.seed)
        optimiser = self._optimiser()
        done = self._resume(optimiser)
        kept_at = time.monotonic()
        for step, rows, inputs in self._drawn(done):
            tell(step / self.steps)
            for group in optimiser.param_groups:
                group["lr"] = rate_at(step, self.steps, self.rate)
            optimiser.zero_grad()
            _check(self._backward(step, rows, inputs), "loss")
            _check(float(self._clip()), "gradient")
            optimiser.step()
            if step + 1 == self.steps or time.monotonic() - kept_at >= self.keep_every:
                self._keep(step + 1, optimiser)
                kept_at = time.monotonic()
        moves.settle()

    def _optimiser(self) -> torch.optim.Optimizer:
        weights = list(self.course.moves.weights.values())
        # Norms and biases are not pulled to zero.
        thick = {"params": [w for w in weights if w.ndim > 1], "weight_decay": self.recipe.weight_decay}
        thin = {"params": [w for w in weights if w.ndim <= 1], "weight_decay": 0.0}
        return torch.optim.AdamW([group for group in (thick, thin) if group["params"]], self.rate)

    def _drawn(self, done: int) -> Iterator[tuple[int, Rows, Tensor]]:
        """Yield (step, rows, what is learnt from), the next drawn while this one is learnt."""
        with ThreadPoolExecutor(1) as ahead:
            coming: Future[tuple[Rows, Tensor]] | None = None
            for step in range(done, self.steps):
                rows, inputs = coming.result() if coming else self._draw(step)
                coming = ahead.submit(self._draw, step + 1) if step + 1 < self.steps else None
                yield step, rows, inputs

    def _draw(self, step: int) -> tuple[Rows, Tensor]:
        rows = batch_at(step, self.rows, self.recipe.batch, self.seed)
        return rows, self.course.draw(rows, np.random.default_rng((self.seed, step, 0)))

    def _backward(self, step: int, rows: Rows, inputs: Tensor) -> float:
        """Leave gradients in the weights and return the loss.

        More photos than the network takes at once count as one batch all the same, as in GradCache (Gao et
        al., arXiv 2101.06983): embeddings first, then the loss's gradient at them, then each part with its
        share.
        """
        texts = self.course.texts(np.random.default_rng((self.seed, step, 1)))
        parts = torch.split(inputs, self.recipe.micro or len(inputs))
        if len(parts) == 1:
            loss = self._loss(self.course.embed(inputs), texts, rows)
            loss.backward()  # type: ignore[no-untyped-call]
            return float(loss.detach())
        with torch.no_grad():
            embedded = torch.cat([self.course.embed(part) for part in parts])
        embedded.requires_grad_(True)
        loss = self._loss(embedded, texts, rows)
        loss.backward()  # type: ignore[no-untyped-call]
        assert embedded.grad is not None
        for part, gradient in zip(parts, torch.split(embedded.grad, self.recipe.micro), strict=True):
            self.course.embed(part).backward(gradient)  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def _loss(self, images: Tensor, texts: Tensor, rows: Rows) -> Tensor:
        labels = torch.from_numpy(self.y[rows]).to(images.device)
        loss = self._told_apart(images, texts, labels)
        if self.recipe.anchor:
            loss = loss + self.recipe.anchor / self._shots() * self.course.moves.strays()
        return loss

    def _told_apart(self, images: Tensor, texts: Tensor, labels: Tensor) -> Tensor:
        if self.recipe.loss == "class-texts":
            return losses.class_texts(images, texts, labels, self.scale, weights=self._weights(texts))
        pairs = texts[labels]
        if self.recipe.loss == "label-aware":
            return losses.label_aware(images, pairs, labels, self.scale)
        return losses.contrastive(images, pairs, self.scale)

    def _weights(self, texts: Tensor) -> Tensor:
        """How much a photo of each pose counts: rare poses more."""
        counts = np.bincount(self.y[self.rows], minlength=len(texts))
        weights = np.maximum(counts, 1.0) ** -self.recipe.balance
        return torch.from_numpy(weights / weights.mean()).to(texts)

    def _shots(self) -> float:
        return len(self.rows) / len(np.unique(self.y[self.rows]))

    def _clip(self) -> Tensor:
        return torch.nn.utils.clip_grad_norm_(self.course.moves.weights.values(), _LARGEST_GRADIENT)

    def _keep(self, step: int, optimiser: torch.optim.Optimizer) -> None:
        weights = {f"weights/{name}": weight for name, weight in self.course.moves.weights.items()}
        checkpoints.save(self.folder, step, weights | checkpoints.of_optimiser(optimiser), {"mark": self.mark})

    def _resume(self, optimiser: torch.optim.Optimizer) -> int:
        """Go on from the newest checkpoint of this very fit, and return the steps already done."""
        kept = checkpoints.latest(self.folder)
        if kept is None or kept.state.get("mark") != self.mark:
            return 0
        with torch.no_grad():
            for name, weight in self.course.moves.weights.items():
                weight.copy_(kept.tensors[f"weights/{name}"])
        checkpoints.into_optimiser(optimiser, kept.tensors)
        return kept.step


def rate_at(step: int, steps: int, largest: float) -> float:
    """Return the learning rate of a step: up in a straight line for a tenth of them, then down a cosine."""
    warm = max(1, round(_WARM_UP * steps))
    if step < warm:
        return largest * (step + 1) / warm
    return largest * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm))) / 2


def batch_at(step: int, rows: Rows, size: int, seed: int) -> Rows:
    """Return the rows of a step; each row once a pass, in an order of the pass's own. size 0: all of them."""
    size = min(size or len(rows), len(rows))
    each = math.ceil(len(rows) / size)
    turn, place = divmod(step, each)
    order = np.random.default_rng((seed, turn)).permutation(rows)
    return order[place * size : (place + 1) * size]


def _check(figure: float, what: str) -> None:
    if not math.isfinite(figure):
        raise TuningFailed(reason=what)
