"""Means with their 95 % intervals, and what is measured of a learner's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from yogalab.records import Matrix

_RESAMPLES: Final = 2000
_AT_ONCE: Final = 100
# A right answer among so many counts as found.
RANKS: Final = 5

# (m, up to RANKS) columns of each photo's likeliest poses, the best first; -1 where there is no answer.
Ranked = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share of 1 and the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One learner on one set of test photos at one number of labels a pose.

    shots: None where it was taught all photos there are; photos: how many were judged, on average over draws.
    ahead: top-1 minus the baseline's on the same photos; None for the baseline and where it cannot answer.
    """

    learner: str
    test: str
    shots: int | None
    photos: int
    draws: int
    top1: Figure
    top5: float
    macro_recall: float
    ahead: Figure | None

    @staticmethod
    def read(stored: Mapping[str, object]) -> Row:
        """Return the row that `asdict` wrote."""
        plain = dict(stored)
        for name in ("top1", "ahead"):
            figure = plain[name]
            plain[name] = Figure(**figure) if isinstance(figure, dict) else None
        return Row(**plain)  # type: ignore[arg-type]


def rank(scores: Matrix, answered: NDArray[np.bool_]) -> Ranked:
    """Return the likeliest columns of each row of (m, K) scores; -1 throughout where not answered, (m,)."""
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :RANKS].astype(np.int64)
    ranked[~answered] = -1
    return ranked


def of_draw(
    answers: Mapping[str, Ranked], y: NDArray[np.int64], *, test: str, shots: int, baseline: str
) -> list[Row]:
    """Return one row per learner for a single draw: figures without spread. y: (m,) the truth."""
    return [
        _row(learner, ranked, y, test=test, shots=shots, top1=_level(right), ahead=_level(lead))
        for learner, ranked, right, lead in _judged(answers, y, baseline)
    ]


def of_photos(
    answers: Mapping[str, Ranked],
    y: NDArray[np.int64],
    *,
    test: str,
    shots: int | None,
    baseline: str,
    rng: np.random.Generator,
) -> list[Row]:
    """Return one row per learner where nothing was drawn: the spread is over photos. y: (m,) the truth."""
    return [
        _row(
            learner,
            ranked,
            y,
            test=test,
            shots=shots,
            top1=over_photos(right, rng),
            ahead=None if lead is None else over_photos(lead, rng),
        )
        for learner, ranked, right, lead in _judged(answers, y, baseline)
    ]


def over_draws(draws: Sequence[Sequence[Row]]) -> list[Row]:
    """Return one row per learner, test and number of labels, with Student's t over draws.

    draws: what `of_draw` gave for each.
    """
    together: dict[tuple[str, str, int | None], list[Row]] = {}
    for rows in draws:
        for row in rows:
            together.setdefault((row.learner, row.test, row.shots), []).append(row)
    return [
        Row(
            learner=learner,
            test=test,
            shots=shots,
            photos=round(float(np.mean([row.photos for row in rows]))),
            draws=len(rows),
            top1=student(np.array([row.top1.mean for row in rows])),
            top5=float(np.mean([row.top5 for row in rows])),
            macro_recall=float(np.mean([row.macro_recall for row in rows])),
            ahead=_leads(rows),
        )
        for (learner, test, shots), rows in together.items()
    ]


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


def over_seeds(values: NDArray[np.float64], rng: np.random.Generator) -> Figure:
    """Return the mean over seeds and photos with an interval over both.

    The pigeonhole bootstrap (Owen, Annals of Applied Statistics 1, 2007) draws both again at once: with photos
    alone, the luck of a network's beginning would be taken for a finding.
    values: (s, n) each seed's right or wrong on the same photos, or a paired difference.
    """
    seeds, photos = values.shape
    weights = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=_RESAMPLES) / seeds
    means = np.empty(_RESAMPLES)
    for start in range(0, _RESAMPLES, _AT_ONCE):
        some = weights[start : start + _AT_ONCE] @ values
        again = rng.integers(0, photos, some.shape)
        means[start : start + _AT_ONCE] = np.take_along_axis(some, again, axis=1).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Figure(mean=float(values.mean()), low=float(low), high=float(high))


def macro_recall(answers: NDArray[np.int64], y: NDArray[np.int64]) -> float:
    """Return the mean over poses of the share of their photos that is right. answers, y: (m,) columns."""
    return float(np.mean([(answers[y == column] == column).mean() for column in np.unique(y)]))


def _judged(
    answers: Mapping[str, Ranked], y: NDArray[np.int64], baseline: str
) -> list[tuple[str, Ranked, NDArray[np.float64], NDArray[np.float64] | None]]:
    """(learner, its answers, right or wrong, the same minus the baseline's) of each."""
    right = {learner: (ranked[:, 0] == y).astype(np.float64) for learner, ranked in answers.items()}
    known = right.get(baseline)
    return [
        (
            learner,
            ranked,
            right[learner],
            None if known is None or learner == baseline else right[learner] - known,
        )
        for learner, ranked in answers.items()
    ]


def _row(
    learner: str,
    ranked: Ranked,
    y: NDArray[np.int64],
    *,
    test: str,
    shots: int | None,
    top1: Figure | None,
    ahead: Figure | None,
) -> Row:
    assert top1 is not None
    return Row(
        learner=learner,
        test=test,
        shots=shots,
        photos=len(y),
        draws=1,
        top1=top1,
        top5=float((ranked == y[:, None]).any(axis=1).mean()),
        macro_recall=macro_recall(ranked[:, 0], y),
        ahead=ahead,
    )


def _level(values: NDArray[np.float64] | None) -> Figure | None:
    return None if values is None else student(values.mean(keepdims=True))


def _leads(rows: Sequence[Row]) -> Figure | None:
    leads = [row.ahead.mean for row in rows if row.ahead is not None]
    return student(np.array(leads)) if len(leads) == len(rows) else None
