"""Which photos a coach could be asked about in a simulation, and which judge what was learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.collection import Collection, Rows

# Of poses without an official split this share of the photos judges.
_TEST: Final = 1 / 3
# Each draw sees this share of the photos, so that intervals speak of other pools as well.
_SEEN: Final = 0.8
# The largest pose of a long-tailed pool has so many times the photos of the smallest.
TAIL: Final = 30.0
_LEAST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Rows of a collection: pool to ask from, test to judge with; no near-duplicates across."""

    pool: Rows
    test: Rows


def drawn(bench: Collection, *, seed: int, draw: int, tailed: bool) -> Drawn:
    """Return one draw's photos.

    Judged on official test photos, and on a third of poses without a split. tailed: pose sizes in the pool fall
    geometrically over the poses in random order, as far as there are photos.
    """
    rng = np.random.default_rng([seed, draw])
    test = _test(bench, rng)
    rest = np.flatnonzero(~test & ~np.isin(bench.groups, bench.groups[test]))
    groups = rng.permutation(np.unique(bench.groups[rest]))
    pool = rest[np.isin(bench.groups[rest], groups[: round(_SEEN * len(groups))])]
    if tailed:
        pool = _tailed(pool, bench.y, rng)
    return Drawn(pool=pool.astype(np.int64), test=np.flatnonzero(test).astype(np.int64))


def _test(bench: Collection, rng: np.random.Generator) -> NDArray[np.bool_]:
    test = bench.split == "test"
    for column in range(len(bench.poses)):
        mine = (bench.y == column) & ~bench.split_poses
        groups = rng.permutation(np.unique(bench.groups[mine]))
        test |= mine & np.isin(bench.groups, groups[: round(_TEST * len(groups))])
    return np.asarray(test)


def _tailed(pool: Rows, y: NDArray[np.int64], rng: np.random.Generator) -> Rows:
    """Some of the pool, in which the r-th pose has at most largest * TAIL^(-r / (K - 1)) photos."""
    columns, counts = np.unique(y[pool], return_counts=True)
    order = rng.permutation(columns)
    kept = []
    for place, column in enumerate(order):
        size = round(float(counts.max()) * TAIL ** (-place / max(len(order) - 1, 1)))
        kept.append(rng.permutation(pool[y[pool] == column])[: max(size, _LEAST)])
    return np.sort(np.concatenate(kept))
