"""The few photos of a large pool that stand for it while what to ask next is worked out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix

SIZE: Final = 1500
# This share of the sample is what the model is least sure of: rare poses are seldom drawn by chance.
_DOUBTED: Final = 0.25
# Doubt is looked at in at most this many photos: in a hundred thousand the doubtful ones are many as well.
_LOOKED_AT: Final = 20_000


def chance(ids: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """Return a fixed random number for each photo (splitmix64), so that orders stay as labels come in."""
    with np.errstate(over="ignore"):
        z = ids.astype(np.uint64) + np.uint64(seed % 2**63) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))


def draw(
    rows: NDArray[np.int64],
    luck: NDArray[np.uint64],
    groups: NDArray[np.int64],
    doubt_at: Callable[[NDArray[np.int64]], Matrix],
    *,
    size: int = SIZE,
) -> NDArray[np.int64]:
    """Return some of the rows, ascending: most by chance, the others those of greatest doubt.

    Of near-duplicates at most one is taken, so that copies do not count for more than others.

    rows: (n,) candidates; luck, groups: (N,) of the whole pool, the lowest drawn first; doubt_at: rows -> how
    unsure the model is of them, asked of a part of a large pool only.
    """
    rows = rows[np.argsort(luck[rows], kind="stable")]
    _, first = np.unique(groups[rows], return_index=True)
    rows = rows[np.sort(first)]
    if len(rows) <= size:
        return np.sort(rows)
    by_chance = size - int(size * _DOUBTED)
    rest = rows[by_chance:_LOOKED_AT]
    doubted = rest[np.argsort(-doubt_at(rest), kind="stable")[: size - by_chance]]
    return np.sort(np.concatenate([rows[:by_chance], doubted]))
