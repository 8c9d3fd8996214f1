"""How far coaches agree on the same photos, beyond what chance alone would bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# With fewer photos named by two coaches the interval spans half the scale.
ENOUGH: Final = 20
_DRAWS: Final = 400

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """kappa: 1 when coaches always agree, 0 when as often as chance would have it; interval: 95 %.

    method: "cohen" for two coaches, "fleiss" for more; photos: named by at least two; same: share of pairs of
    answers that agree.
    """

    kappa: float
    interval: tuple[float, float]
    photos: int
    coaches: int
    same: float
    method: str


def cohen(one: NDArray[np.int64], other: NDArray[np.int64]) -> float | None:
    """Return Cohen's kappa of two coaches' answers to the same photos, None where chance alone explains all.

    kappa = (p_o - p_e) / (1 - p_e), p_e = sum_k p_k q_k (Cohen, Educ. Psychol. Meas. 20, 1960).

    one, other: (n,) what each said.
    """
    same = float((one == other).mean())
    known = np.unique(np.concatenate([one, other]))
    chance = float(sum((one == k).mean() * (other == k).mean() for k in known))
    return None if chance >= 1 else (same - chance) / (1 - chance)


def fleiss(counts: Counts) -> float | None:
    """Return Fleiss' kappa where photos may have been named by unlike numbers of coaches, at least two each.

    p_a = mean_i sum_k r_ik (r_ik - 1) / (r_i (r_i - 1)), p_e = sum_k (mean_i r_ik / r_i)^2 (Fleiss, Psychol.
    Bull. 76, 1971; with unlike numbers: Gwet, Handbook of Inter-Rater Reliability, 2014, chapter 2).

    counts: (n, K) how many coaches gave each answer. None where chance alone explains all.
    """
    chance = float(((counts / counts.sum(axis=1, keepdims=True)).mean(axis=0) ** 2).sum())
    # A sum of squares of shares: exactly one answer everywhere, up to rounding.
    return None if chance >= 1 - 1e-12 else (pairs_alike(counts) - chance) / (1 - chance)


def pairs_alike(counts: Counts) -> float:
    """Return the share of pairs of answers to the same photo that agree, each photo counting the same."""
    raters = counts.sum(axis=1)
    return float(((counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))).mean())


def agreement(
    answers: Sequence[Mapping[str, int]], *, rng: np.random.Generator, enough: int = ENOUGH
) -> Agreement | None:
    """Return how far coaches agree, None while too few photos were named by two of them.

    answers: for each photo coach -> what they said, as a number; photos with one answer do not count.
    """
    shared = [said for said in answers if len(said) > 1]
    coaches = sorted({coach for said in shared for coach in said})
    if len(shared) < enough:
        return None
    counts = _counts(shared)
    measure: Callable[[NDArray[np.int64]], float | None]
    if len(coaches) == 2:
        one, other = (np.array([said[coach] for said in shared], dtype=np.int64) for coach in coaches)
        method, measure = "cohen", lambda rows: cohen(one[rows], other[rows])
    else:
        method, measure = "fleiss", lambda rows: fleiss(counts[rows])
    kappa = measure(np.arange(len(shared)))
    if kappa is None:
        return None
    return Agreement(
        kappa=kappa,
        interval=_interval(measure, len(shared), rng),
        photos=len(shared),
        coaches=len(coaches),
        same=pairs_alike(counts),
        method=method,
    )


def _counts(shared: Sequence[Mapping[str, int]]) -> Counts:
    known = {answer: k for k, answer in enumerate(sorted({a for said in shared for a in said.values()}))}
    counts = np.zeros((len(shared), len(known)), np.int64)
    for row, said in enumerate(shared):
        for answer in said.values():
            counts[row, known[answer]] += 1
    return counts


def _interval(
    measure: Callable[[NDArray[np.int64]], float | None], n: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Percentile bootstrap over photos. A draw in which all answers are alike says nothing: passed over."""
    drawn = [measure(rng.integers(0, n, n)) for _ in range(_DRAWS)]
    low, high = np.percentile([kappa for kappa in drawn if kappa is not None], [2.5, 97.5])
    return float(low), float(high)
