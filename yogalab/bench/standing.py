"""How learners stand beside each other on the same photos, where nothing was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.figures import Figure, macro_recall, over_photos
from yogalab.learning.evaluation import wilson

Columns = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One learner on n photos.

    asked: which photos, a code; top1: share right at first guess, with Wilson's 95 % interval.
    ahead: top-1 minus the baseline's on the same photos, with a paired bootstrap interval; None for itself.
    """

    learner: str
    asked: str
    n: int
    top1: Figure
    macro_recall: float
    ahead: Figure | None


def standings(
    answers: Mapping[str, Columns], y: Columns, *, asked: str, baseline: str, seed: int
) -> tuple[Standing, ...]:
    """Return one line for each learner; nothing where no photo is asked.

    answers: learner -> (m,) columns it answers, -1 for none; y: (m,) the truth; baseline: who the others are
    measured against.
    """
    if not len(y):
        return ()
    right = {learner: (columns == y).astype(np.float64) for learner, columns in answers.items()}
    return tuple(
        Standing(
            learner=learner,
            asked=asked,
            n=len(y),
            top1=_share(hits),
            macro_recall=macro_recall(answers[learner], y),
            ahead=None if learner == baseline else _paired(hits - right[baseline], seed),
        )
        for learner, hits in right.items()
    )


def _share(hits: NDArray[np.float64]) -> Figure:
    low, high = wilson(int(hits.sum()), len(hits))
    return Figure(mean=float(hits.mean()), low=low, high=high)


def _paired(difference: NDArray[np.float64], seed: int) -> Figure:
    # The same photos are drawn again for every learner, so that intervals differ by what they answer alone.
    return over_photos(difference, np.random.default_rng(seed))
