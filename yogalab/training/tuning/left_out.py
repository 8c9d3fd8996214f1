"""Fits with a part of the labels left out, and what they say of that part: how far to go is chosen on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from yogalab.training.tuning.course import Course
from yogalab.training.tuning.fitting import Fit
from yogalab.training.tuning.folds import Rows
from yogalab.training.tuning.recipe import SHARES, SMALL, Recipe
from yogalab.training.tuning.ways import Way, rows_without

# Factors of cosines that are tried when a share is judged: what is said counts, not how loud.
_SCALES: Final = np.geomspace(1, 300, 25)
_FEWEST_AT_ONCE: Final = 4

Teller = Callable[[], Callable[[float], None]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeftOut:
    """What one way of tuning makes of labels it did not see.

    share: the best of `SHARES`; surprises: of each, mean -log probability of the right pose, at its best scale;
    embeddings: (n, dim) unit rows at `share`, each by a fit without that photo's part.
    """

    share: float
    surprises: tuple[float, ...]
    embeddings: Tensor

    @property
    def surprise(self) -> float:
        return min(self.surprises)


@dataclass(slots=True, kw_only=True, eq=False)
class Task:
    """The labels of one tuning. y: (n,) rows of the texts; parts: rows left out together, once each."""

    y: NDArray[np.int64]
    parts: Sequence[Rows]
    seed: int
    folder: Path
    fingerprint: str
    keep_every: float
    scale: float = 100.0
    small: bool = False

    def fits(self, network: Any) -> None:
        """Take from a network what depends on it: how loud it says cosines, and whether it is a small one."""
        self.scale = float(network.logit_scale.detach().exp())
        self.small = sum(weight.numel() for weight in network.parameters()) < SMALL

    def fit(self, recipe: Recipe, course: Course, rows: Rows, name: str, tell: Callable[[float], None]) -> None:
        """Tune on some rows; short of memory, with half as many photos at once and the same outcome."""
        while True:
            try:
                self._fit(recipe, course, rows, name).run(tell)
                return
            except (MemoryError, RuntimeError) as error:
                micro = recipe.micro or recipe.batch or len(rows)
                if not out_of_memory(error) or micro // 2 < _FEWEST_AT_ONCE:
                    raise
                recipe = replace(recipe, micro=micro // 2)

    def _fit(self, recipe: Recipe, course: Course, rows: Rows, name: str) -> Fit:
        # `micro` is a matter of memory: another machine may go on with another.
        plain = {key: value for key, value in recipe.plain().items() if key != "micro"}
        facts = [self.fingerprint, plain, self.seed, name, [int(row) for row in rows]]
        return Fit(
            recipe=recipe,
            course=course,
            y=self.y,
            rows=rows,
            scale=self.scale,
            rate=recipe.small_rate if self.small else recipe.rate,
            seed=self.seed,
            folder=self.folder / f"{recipe.method}-{name}",
            mark=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest(),
            keep_every=self.keep_every,
        )


def leave_out(way: Way, task: Task, teller: Teller) -> LeftOut:
    """Fit once without each part, ask each fit about its part at every share, and keep the best share."""
    answers: list[list[Tensor]] = [[] for _ in SHARES]
    cosines: list[list[Tensor]] = [[] for _ in SHARES]
    with way.open() as course:
        for k, part in enumerate(task.parts):
            task.fit(way.recipe, course, rows_without(part, len(task.y)), f"without-{k}", teller())
            for place, share in enumerate(SHARES):
                course.moves.share(share)
                with torch.no_grad():
                    found = course.answers(part)
                    answers[place].append(found)
                    cosines[place].append(found @ course.texts(None).T)
    order = np.concatenate(list(task.parts))
    labels = torch.from_numpy(task.y[order])
    surprises = tuple(surprise(torch.cat(some).cpu(), labels) for some in cosines)
    best = int(np.argmin(surprises))
    embeddings = torch.cat(answers[best]).cpu()[torch.from_numpy(np.argsort(order))]
    return LeftOut(share=SHARES[best], surprises=surprises, embeddings=embeddings)


def surprise(cosines: Tensor, labels: Tensor) -> float:
    """Return the mean of -log softmax(s * cosines)[label] at the s that makes it least. cosines: (n, poses)."""
    return min(float(functional.cross_entropy(float(s) * cosines, labels)) for s in _SCALES)


def out_of_memory(error: BaseException) -> bool:
    """Return whether memory was what ran out: on a GPU an error of its own, on a CPU words in another."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = str(error)
    return "can't allocate memory" in words or "not enough memory" in words or "out of memory" in words
