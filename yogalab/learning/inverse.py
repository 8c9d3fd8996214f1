"""The inverse of a kernel with its ridge, while rows come and go: in place, so that a label copies nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from yogalab.learning.ridge import Array, ridged
from yogalab.records import Matrix

# Products are added in blocks of this many rows: whole ones would double the memory.
_ROWS: Final = 256
_LEAST: Final = 64
_GROWTH: Final = 1.5


class Inverse:
    """(K + ridge I)^-1 of m rows, (m, m) float64."""

    def __init__(self, *, room: int = 0) -> None:
        """room: for how many rows memory is taken with the first one."""
        self._side = max(room, _LEAST)
        self._room: Array = np.zeros((0, 0))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def matrix(self) -> Array:
        """The inverse itself; the next change changes it."""
        return self._room[: self._count, : self._count]

    def grow(self, alike: Matrix, own: Matrix) -> None:
        """Add q rows at the end: bordering by the Schur complement.

        alike: (m, q) kernel of the old rows to the new ones; own: (q, q) among the new ones.
        """
        across = self.matrix @ alike
        corner = linalg.inv(ridged(own) - alike.T.astype(np.float64) @ across, check_finite=False)
        corner = (corner + corner.T) / 2
        side = across @ corner
        old, new = self._count, self._count + len(corner)
        self._make_room(new)
        _add_product(self._room[:old, :old], side, across.T)
        self._room[:old, old:new], self._room[old:new, :old] = -side, -side.T
        self._room[old:new, old:new] = corner
        self._count = new

    def shrink(self, kept: NDArray[np.int64]) -> None:
        """Leave only these rows, row i taking what was in kept[i]; kept[i] may not be below i.

        `grow` backwards.
        """
        gone = np.setdiff1d(np.arange(self._count), kept)
        whole = self.matrix
        across = whole[np.ix_(kept, gone)]
        weighed = np.linalg.solve(whole[np.ix_(gone, gone)], across.T)
        for place in np.flatnonzero(kept != np.arange(len(kept))).tolist():
            whole[place] = whole[kept[place]]
            whole[:, place] = whole[:, kept[place]]
        self._count = len(kept)
        _add_product(self.matrix, -across, weighed)

    def clear(self) -> None:
        """Leave no row."""
        self._count = 0

    def _make_room(self, count: int) -> None:
        if count <= len(self._room):
            return
        before = self.matrix
        self._side = max(self._side, count, round(_GROWTH * len(self._room)))
        # Written to at once: systems give a page when it is.
        self._room = np.empty((self._side, self._side))
        self._room.fill(0)
        self._room[: len(before), : len(before)] = before


def _add_product(into: Array, left: Array, right: Array) -> None:
    """into += left @ right, in blocks. into: (n, m); left: (n, r); right: (r, m)."""
    for start in range(0, len(into), _ROWS):
        rows = slice(start, start + _ROWS)
        into[rows] += left[rows] @ right
