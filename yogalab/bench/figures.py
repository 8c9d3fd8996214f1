"""Means with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

_RESAMPLES: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share of 1 and the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One learner at one number of labels a pose. ahead: top-1 minus the baseline's on the same photos."""

    learner: str
    shots: int | None
    top1: Figure
    macro_recall: float
    ahead: Figure | None


def over_draws(
    draws: Sequence[tuple[Mapping[str, NDArray[np.int64]], NDArray[np.int64]]],
    y: NDArray[np.int64],
    *,
    shots: int,
    baseline: str,
) -> list[Row]:
    """Return one row per learner, with Student's t over draws.

    draws: (learner -> answers on the test rows, the test rows) of each; y: (n,) the truth of all rows.
    """
    if not draws:
        return []
    rows = []
    for learner in draws[0][0]:
        right = np.array([(answers[learner] == y[test]).mean() for answers, test in draws])
        known = np.array([(answers[baseline] == y[test]).mean() for answers, test in draws])
        recall = [_macro_recall(answers[learner], y[test]) for answers, test in draws]
        rows.append(
            Row(
                learner=learner,
                shots=shots,
                top1=student(right),
                macro_recall=float(np.mean(recall)),
                ahead=None if learner == baseline else student(right - known),
            )
        )
    return rows


def student(values: NDArray[np.float64]) -> Figure:
    """Return the mean of a few values with Student's t interval; of one value, that value."""
    mean = float(values.mean())
    if len(values) < 2:
        return Figure(mean=mean, low=mean, high=mean)
    spread = float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return Figure(mean=mean, low=mean - spread, high=mean + spread)


def over_photos(values: NDArray[np.generic], rng: np.random.Generator) -> Figure:
    """Return the mean over photos with a bootstrap interval.

    values: (n,) right or wrong, or a paired difference.
    """
    numbers = values.astype(np.float64)
    means = [numbers[rng.integers(0, len(numbers), len(numbers))].mean() for _ in range(_RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return Figure(mean=float(numbers.mean()), low=float(low), high=float(high))


def _macro_recall(answers: NDArray[np.int64], y: NDArray[np.int64]) -> float:
    return float(np.mean([(answers[y == column] == column).mean() for column in np.unique(y)]))
