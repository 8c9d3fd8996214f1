"""The likeness of every photo to every later label, kept: a label more is one column more."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.kernel import kernel, own
from yogalab.learning.nearness import LEAST, crowd, likeness, unexplored
from yogalab.learning.ridge import Array, shared
from yogalab.learning.threads import one_thread
from yogalab.records import Matrix

# Columns come in blocks of this many: growing never copies what is there.
_BLOCK: Final = 64
# Photos are compared in batches that stay in a core's cache.
_ROWS: Final = 1024


class Columns:
    """A kernel matrix (n, m) by columns, in slots 0 to m - 1. Float32: n·m·4 bytes.

    The first few labels take the memory of all that may come: a machine that has room for them has room for
    every other, and nobody finds out in the middle of a sitting that it has not. Each takes its share, so that
    none waits for all of it: two seconds beside a hundred thousand photos.
    """

    def __init__(self, x: Matrix, *, embedding_share: float, room: int = 0) -> None:
        """x: (n, d) features of all photos; room: for how many labels memory is taken with the first few."""
        self._x = x
        self._share = embedding_share
        self._room = room
        self._blocks: list[Matrix] = []
        self.count = 0
        self._own = _to_itself(x, embedding_share)
        self._own_labels: list[float] = []
        # How near the labels come to each photo, kept as the sums that they are.
        self._near, self._touching = np.zeros(len(x)), np.zeros(len(x))

    def append(self, rows: NDArray[np.int64]) -> None:
        """Add a column for each of these photos, by row."""
        self._make_room(self.count + len(rows))
        done = 0
        while done < len(rows):
            block, first = self._blocks[self.count // _BLOCK], self.count % _BLOCK
            some = rows[done : done + _BLOCK - first]
            # Straight into its place: beside a hundred thousand photos a copy is 25 MB.
            _likeness(self._x, self._x[some], self._share, out=block[first : first + len(some)])
            for to_itself in self._own[some].tolist():
                self._own_labels.append(to_itself)
                self._tally(self.count, 1)
                self.count += 1
            done += len(some)

    def keep(self, kept: NDArray[np.int64]) -> None:
        """Leave only these slots, slot i taking what was in kept[i]; kept[i] may not be below i."""
        for slot in np.setdiff1d(np.arange(self.count), kept).tolist():
            self._tally(slot, -1)
        for slot, source in enumerate(kept.tolist()):
            if source != slot:
                self._column(slot)[:] = self._column(source)
                self._own_labels[slot] = self._own_labels[source]
        self.count = len(kept)
        del self._own_labels[self.count :]

    def at(self, rows: NDArray[np.int64]) -> Matrix:
        """Return the likeness of some photos to all slots, (len(rows), m)."""
        out = np.empty((len(rows), self.count), np.float32)
        for first, block in self._filled():
            out[:, first : first + len(block)] = block[:, rows].T
        return out

    def unexplored(self) -> NDArray[np.float64]:
        """Return how unexplored each photo is beside these labels, (n,): `nearness.unexplored`."""
        return unexplored(self._near, self._touching)

    def unexplored_left_out(self, rows: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the same of the labels themselves without their own say and that of their copies, (m,).

        As `blend.unexplored_left_out`, from the sums. rows: (m,) the photo of each slot; groups: (m,).
        """
        own, labels = self._own[rows], np.array(self._own_labels)
        alike = np.concatenate(
            [np.zeros(0, np.float32)]
            + [block[np.arange(len(block)), rows[f : f + len(block)]] for f, block in self._filled()]
        )
        mine = crowd((alike / np.sqrt(np.maximum(own * labels, LEAST)))[:, None])
        near, touching = self._near[rows] - mine[0], self._touching[rows] - mine[1]
        for slots in shared(groups):
            copies = np.array([self._column(slot)[rows[slots]] for slot in slots.tolist()]).T
            np.fill_diagonal(copies, 0)
            theirs = crowd(likeness(copies, own[slots], labels[slots]))
            near[slots] -= theirs[0]
            touching[slots] -= theirs[1]
        return unexplored(near, touching)

    def times(self, weights: Array, rows: slice = slice(None)) -> Matrix:
        """Return the columns weighted and summed, (n, r), for all photos or some of them. weights: (m, r)."""
        narrow = np.asarray(weights, dtype=np.float32)
        length = len(range(*rows.indices(len(self._x))))
        out = np.zeros((length, narrow.shape[1]), np.float32)
        with one_thread():
            for first, block in self._filled():
                out += block[:, rows].T @ narrow[first : first + len(block)]
        return out

    def moved(self, x: Matrix, origin: NDArray[np.int64], labels: Matrix, *, room: int = 0) -> None:
        """Take in photos that came or changed, and let go of those that went.

        x: (n', d); origin: (n',) the old row of each new one, -1 where it is new; labels: (m, d) of the slots;
        room: as before, for so many photos.
        """
        old, fresh = np.flatnonzero(origin >= 0), np.flatnonzero(origin < 0)
        for number, (first, block) in enumerate(self._filled()):
            wider = np.empty((_BLOCK, len(x)), np.float32)
            wider[: len(block), old] = block[:, origin[old]]
            if len(fresh):
                made = np.empty((len(block), len(fresh)), np.float32)
                _likeness(x[fresh], labels[first : first + len(block)], self._share, out=made)
                wider[: len(block), fresh] = made
            self._blocks[number] = wider
        taken, self._room, self._x = len(self._blocks) * _BLOCK, room, x
        del self._blocks[-(-self.count // _BLOCK) :]
        self._take(min(taken, max(room, self.count)))
        self._own = _placed(self._own, origin)
        self._near, self._touching = _placed(self._near, origin), _placed(self._touching, origin)
        self._own[fresh] = _to_itself(x[fresh], self._share)
        if self.count and len(fresh):
            mine = np.array(self._own_labels)
            self._near[fresh], self._touching[fresh] = crowd(likeness(self.at(fresh), self._own[fresh], mine))

    def _make_room(self, count: int) -> None:
        """For so many labels, and a block more for each that comes while there is to be room for others."""
        self._take(count)
        self._take(min(self._room, (len(self._blocks) + count - self.count) * _BLOCK))

    def _take(self, labels: int) -> None:
        while len(self._blocks) * _BLOCK < labels:
            self._blocks.append(_taken(len(self._x)))

    def _tally(self, slot: int, sign: int) -> None:
        """Count a label into how near labels come to each photo, or out of it."""
        alike = likeness(self._column(slot)[:, None], self._own, np.array([self._own_labels[slot]]))
        near, touching = crowd(alike)
        self._near += sign * near
        self._touching += sign * touching

    def _column(self, slot: int) -> Matrix:
        column: Matrix = self._blocks[slot // _BLOCK][slot % _BLOCK]
        return column

    def _filled(self) -> list[tuple[int, Matrix]]:
        firsts = range(0, self.count, _BLOCK)
        return [(f, block[: self.count - f]) for f, block in zip(firsts, self._blocks, strict=False)]


def _taken(photos: int) -> Matrix:
    """A block whose memory is there, not only promised: systems give a page when it is first written to."""
    block = np.empty((_BLOCK, photos), np.float32)
    block.fill(0)
    return block


def _placed(before: Array, origin: NDArray[np.int64]) -> Array:
    """(n',) what each photo had before, 0 where it is new."""
    return np.where(origin >= 0, np.append(before, 0.0)[origin], 0.0)


def _to_itself(x: Matrix, share: float) -> Array:
    """(n,) likeness of photos to themselves. In batches: a wider copy of all would be most of the memory."""
    batches = (x[start : start + _ROWS].astype(np.float64) for start in range(0, len(x), _ROWS))
    return np.concatenate([np.zeros(0), *(own(some, embedding_share=share) for some in batches)])


def _likeness(x: Matrix, z: Matrix, share: float, *, out: Matrix) -> None:
    """Fill (m, n): a row for each of the labels z."""
    exact = z.astype(np.float64)
    # Once for all batches: setting the threads costs more than a batch.
    with one_thread():
        for start in range(0, len(x), _ROWS):
            some = x[start : start + _ROWS].astype(np.float64)
            out[:, start : start + len(some)] = kernel(some, exact, embedding_share=share).T
