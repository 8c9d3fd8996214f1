"""How much of a photo is explored: how near the labelled photos come to it.

Far from all labels the prior should answer as if there were none, and close to them it should be silent. A
weight that falls with labels a pose cannot do both: a few well labelled poses would silence the prior for all
others (models/LOG.md, 2026-11-21).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating[Any]]

# A label counts by the square of its likeness, and as the photo itself by the twelfth power: .3 at .9.
_COUNTS: Final = 2
_TOUCHES: Final = 12
# With so many labels as near as can be, half of the prior's say is gone.
HALF: Final = 2.0
# A photo in which nothing was seen is like nothing, not even like itself.
LEAST: Final = 1e-12
STEEP: Final = 1.5


def likeness(alike: Numbers, own: Numbers, own_labels: Numbers) -> Numbers:
    """Return kernel values as likenesses, 1 for the same photo, (n, m).

    alike: (n, m) kernel; own: (n,) kernel of each photo with itself; own_labels: (m,) of each label.
    """
    return np.asarray(alike / np.sqrt(np.maximum(own[:, None] * own_labels, LEAST)))


def crowd(likeness: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many labels are near, and how nearly one of them is the photo itself, (n,) each.

    likeness: (n, m). Both are sums over labels, so that a label is added and taken away like any other number.
    """
    squares = np.square(likeness, dtype=np.float64)
    return squares.sum(axis=1), (squares ** (_TOUCHES // _COUNTS)).sum(axis=1)


def unexplored(near: NDArray[np.float64], touching: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the prior's share of an answer, (n,): 1 far from all labels, 0 at a labelled photo.

    u = max(0, 1 - touching) / (1 + (near / 2)^1.5), with near = Σ c² and touching = Σ c^12 over likenesses c.
    """
    # What rounding leaves of a sum whose labels were taken back may lie below 0, and has no such power.
    return np.asarray(np.maximum(0, 1 - touching) / (1 + (np.maximum(0, near) / HALF) ** STEEP))


def merged(
    known: Numbers, f: Numbers, unexplored: Numbers, *, prior_weight: float, label_weight: float
) -> Numbers:
    """Return the logits that prior and labels amount to, (n, K).

    (w·u·known + v·f) / (1 + (w - 1)·u): the prior's own logits where u = 1, so that what no label has touched
    is answered as before the first, and just as surely; the labels' where u = 0.

    known: (n, K) log-probabilities of the prior; f: (n, K) of the labels' regression; unexplored: (n,).
    """
    u = unexplored[:, None]
    return np.asarray((prior_weight * u * known + label_weight * f) / (1 + (prior_weight - 1) * u))
