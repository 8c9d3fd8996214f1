"""How much a label for each photo would teach, as far as the model's own answers tell: higher asks sooner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix


def two_best(probabilities: Matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the columns of the best and the second best pose, (n,) each; the lower column first in a tie.

    probabilities: (n, K) with K at least 2.
    """
    first = probabilities.argmax(axis=1)
    others = probabilities.copy()
    others[np.arange(len(others)), first] = -np.inf
    return first, others.argmax(axis=1)


def margin(probabilities: Matrix) -> Matrix:
    """Return 1 minus the first pose's probability plus the second's (Scheffer et al., 2001).

    probabilities: (n, K), rows sum to 1. Returns (n,), 1 where two poses share the lead.
    """
    if probabilities.shape[1] < 2:
        return doubt(probabilities)
    rows = np.arange(len(probabilities))
    first, second = two_best(probabilities)
    return np.asarray(1 - probabilities[rows, first] + probabilities[rows, second], dtype=np.float32)


def entropy(probabilities: Matrix) -> Matrix:
    """Return the entropy of each row over its maximum, (n,), 0 to 1."""
    p = np.clip(probabilities, 1e-12, 1)
    most = np.log(max(probabilities.shape[1], 2))
    return np.asarray(-(p * np.log(p)).sum(axis=1) / most, dtype=np.float32)


def doubt(probabilities: Matrix) -> Matrix:
    """Return 1 minus the best pose's probability (least confidence), (n,)."""
    return np.asarray(1 - probabilities.max(axis=1, initial=0), dtype=np.float32)
