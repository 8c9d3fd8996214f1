"""Two answers to the same photo made one: late fusion of log-probabilities.

log p = a log p_1 + b log p_2, up to a constant: a logarithmic opinion pool, its weights fixed, or chosen by log
loss on answers to photos that neither side was taught (stacking: Wolpert, Neural Networks 5, 1992).

The trap it is for: an encoder is certain of the photos it was trained on. Whoever weighs it on those, left out
or not, gives it all the weight. So weights come from photos that the encoder never saw, or are fixed before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from yogalab.learning.calibration import log_loss
from yogalab.records import Matrix

Weights = tuple[float, float]
EVEN: Final[Weights] = (1.0, 1.0)
_MOST: Final = 10.0


def pooled(one: Matrix, other: Matrix, weights: Weights) -> Matrix:
    """Return a log p_1 + b log p_2, (m, K). one, other: (m, K) log-probabilities."""
    return np.asarray(weights[0] * one + weights[1] * other, dtype=np.float32)


def chosen_weights(one: Matrix, other: Matrix, y: NDArray[np.int64]) -> Weights:
    """Return the weights of least log loss, each 0 to 10. y: (m,) the true columns."""
    sides = np.stack([one, other]).astype(np.float64)

    def cost(weights: NDArray[np.float64]) -> Any:
        return log_loss(np.tensordot(weights, sides, axes=1), y)

    best = optimize.minimize(cost, np.array(EVEN), method="L-BFGS-B", bounds=[(0.0, _MOST)] * 2).x
    return float(best[0]), float(best[1])


def crossed(
    one: Matrix, other: Matrix, y: NDArray[np.int64], groups: NDArray[np.int64], *, seed: int
) -> tuple[Matrix, Sequence[Weights]]:
    """Return each half of the photos pooled with weights chosen on the other half, and those weights.

    Honest where no other photos are unseen by both sides: no photo helps to weigh its own answer, nor that of a
    near-duplicate. groups: (m,).
    """
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    half = np.isin(groups, names[: len(names) // 2])
    out = np.empty_like(one)
    chosen = []
    for asked in (half, ~half):
        weights = chosen_weights(one[~asked], other[~asked], y[~asked]) if (~asked).any() else EVEN
        out[asked] = pooled(one[asked], other[asked], weights)
        chosen.append(weights)
    return out, tuple(chosen)
