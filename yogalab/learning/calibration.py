"""From scores to probabilities that mean what they say, and to the set of poses that are still likely."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix

BINS: Final = 15
MISS_RATE: Final = 0.1
# A version keeps at most this many conformal scores: their quantiles are all that is needed.
_KEPT_SCORES: Final = 400


def softmax(logits: Matrix) -> Matrix:
    """Return probabilities, (n, K); rows sum to 1."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    shifted /= shifted.sum(axis=1, keepdims=True)
    return np.asarray(shifted, dtype=logits.dtype)


def log_softmax(logits: Matrix) -> Matrix:
    """Return the logarithms of `softmax`, (n, K)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=logits.dtype)


def log_loss(logits: NDArray[np.float64], columns: NDArray[np.int64]) -> float:
    """Return the mean of -log p(true). logits: (n, K); columns: (n,) the true column of each row."""
    top = logits.max(axis=1)
    total = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return float((total - logits[np.arange(len(columns)), columns]).mean())


def temperature(
    logits: NDArray[np.float64], columns: NDArray[np.int64], *, usual: float, trust: float
) -> float:
    """Return the temperature under which logits / temperature are calibrated (Guo et al., arXiv 1706.04599).

    With few rows the answer stays near `usual`, as if `trust` rows had asked for it.

    logits: (n, K) out-of-sample; columns: (n,).
    """
    if len(columns) == 0:
        return usual
    from scipy import optimize  # noqa: PLC0415 - as in `blend.choose`

    weight = len(columns) / (len(columns) + trust)

    def cost(log_ratio: float) -> float:
        loss = log_loss(logits / (usual * np.exp(log_ratio)), columns)
        return weight * loss + (1 - weight) * log_ratio**2

    found = optimize.minimize_scalar(cost, bounds=(-2.5, 2.5), method="bounded", options={"xatol": 1e-3})
    return float(usual * np.exp(found.x))


def ece(probabilities: Matrix, columns: NDArray[np.int64], *, bins: int = BINS) -> float:
    """Return the expected calibration error over bins of equal mass, 0 to 1.

    probabilities: (n, K); columns: (n,) the true column, -1 where it is none of them.
    """
    if len(columns) == 0:
        return 0.0
    best = probabilities.argmax(axis=1)
    sure, right = probabilities[np.arange(len(best)), best], best == columns
    order = np.argsort(sure, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return float(sum(len(p) * abs(sure[p].mean() - right[p].mean()) for p in parts) / len(order))


def conformal_scores(probabilities: Matrix, columns: NDArray[np.int64]) -> tuple[float, ...]:
    """Return 1 - p(true) of out-of-sample rows in ascending order, thinned to quantiles when there are many.

    Least-ambiguous sets: Sadinle, Lei and Wasserman, arXiv 1609.00451.
    """
    scores = np.sort(1.0 - probabilities[np.arange(len(columns)), columns].astype(np.float64))
    if len(scores) > _KEPT_SCORES:
        scores = np.quantile(scores, np.linspace(0, 1, _KEPT_SCORES), method="higher")
    return tuple(float(score) for score in scores)


def conformal_limit(scores: tuple[float, ...], *, miss_rate: float = MISS_RATE) -> float:
    """Return what 1 - p(true) of a new photo stays within as often as it should; 1 where scores are too few."""
    rank = int(np.ceil((len(scores) + 1) * (1 - miss_rate))) - 1
    return scores[rank] if rank < len(scores) else 1.0


def conformal_set(
    probabilities: Matrix, scores: tuple[float, ...], *, miss_rate: float = MISS_RATE
) -> tuple[int, ...]:
    """Return the columns that together hold the truth nine times in ten, the likeliest first.

    probabilities: (K,) of one photo; where all are equal nothing is known, and every column is likely. Without
    scores (no labels yet) the columns that add up to 1 - miss_rate.
    """
    order = np.argsort(-probabilities, kind="stable")
    if not scores:
        sure = np.cumsum(probabilities[order])
        many = int(np.searchsorted(sure, 1 - miss_rate)) + 1
        return tuple(int(k) for k in order[:many])
    limit = conformal_limit(scores, miss_rate=miss_rate)
    # Never empty: at least the best, and whatever is as good.
    limit = max(limit, 1.0 - float(probabilities.max()))
    return tuple(int(k) for k in order if 1.0 - float(probabilities[k]) <= limit)
