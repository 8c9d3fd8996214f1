"""Which photos are kept aside to judge versions by, never to teach."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SHARE: Final = 0.15


def choose(
    groups: NDArray[np.int64],
    labels: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    share: float = SHARE,
) -> NDArray[np.bool_]:
    """Return which photos to keep aside, (n,): a random share of every label, near-duplicates together.

    A group counts for the label most of its photos carry. Labels with fewer than 1 / share groups still give
    one by chance, so that rare poses are represented fairly over all.

    groups: (n,) equal for near-duplicates; labels: (n,) pose ids, -1 where unknown.
    """
    _, first, place = np.unique(groups, return_index=True, return_inverse=True)
    strata = np.array([_usual(labels[place == g]) for g in range(len(first))], dtype=np.int64)
    kept = np.zeros(len(first), dtype=bool)
    for stratum in np.unique(strata):
        members = rng.permutation(np.flatnonzero(strata == stratum))
        wanted = share * len(members)
        many = int(wanted) + int(rng.random() < wanted - int(wanted))
        kept[members[:many]] = True
    return np.asarray(kept[place])


def _usual(labels: NDArray[np.int64]) -> int:
    values, counts = np.unique(labels, return_counts=True)
    return int(values[counts.argmax()])
