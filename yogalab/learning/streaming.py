"""R1 kept up label by label: the answers of `refresh` and `served` to 1e-5, at the price of what changed.

For every later label its likeness to every photo is kept, and the inverse of the labels' kernel. A label added,
changed or taken back borders, or shrinks, the inverse; the dual then differs from the one before by a matrix
of low rank, and so do the answers: one product with a vector instead of one with a matrix over all photos.

What rounding leaves behind does not pile up: each label renews the answers of a few photos from the dual
itself, and after as many labels as there are the inverse is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.columns import Columns
from yogalab.learning.features import assurance, clear, informative
from yogalab.learning.inverse import Inverse
from yogalab.learning.refresh import (
    Lesson,
    Refresh,
    answers,
    learn,
    poses_of,
    set_lesson,
    spread,
    strange_at,
)
from yogalab.learning.ridge import Array
from yogalab.learning.threads import one_thread
from yogalab.records import Head, Matrix, TrainingSet

# Answers are renewed all round after so many steps.
_ROUND: Final = 64
# The inverse is made anew after so many labels came and went, or as many as it holds when they are more.
_WEAR: Final = 500
# Above this many labels taken back at once, making the inverse anew is cheaper than shrinking it.
_AT_ONCE: Final = 32
# So many rows at a time are added to the inverse, so that a thousand of them take no memory beside it.
_BORDER: Final = 256
# What is smaller in a change of the dual is rounding. The likeness is at most 1.
_NOTHING: Final = 1e-9
# Photos times labels whose likeness may be kept: 640 MB.
_KEPT: Final = 160_000_000
_LEAST_LABELS: Final = 250
_MOST_LABELS: Final = 2000


def most_labels(photos: int) -> int:
    """Return how many later labels R1 takes into account beside so many photos: memory bounds it, then time."""
    return min(_MOST_LABELS, max(_LEAST_LABELS, _KEPT // max(photos, 1)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """probabilities: (n, K) of all photos over the correction's poses; strange: (n,) like none of them."""

    refresh: Refresh
    probabilities: Matrix
    strange: NDArray[np.bool_]


class Stream:
    """One version's answers for one pool of photos, following the later labels. Not for several threads."""

    def __init__(
        self, base: Head, prior: Head, x: Matrix, *, base_logits: Matrix, prior_logits: Matrix
    ) -> None:
        """x: (n, d) features of all photos; base_logits, prior_logits: (n, K) what `ladder.logits` gives."""
        self._x = x
        self._base = base
        self._columns = self._no_columns(base)
        self._ids = np.zeros(0, np.int64)
        self._rows = np.zeros(0, np.int64)
        self._inverse = Inverse(room=_room(x))
        self._wear = 0
        self._turn = 0
        self.follow(base, prior, base_logits=base_logits, prior_logits=prior_logits)

    def follow(self, base: Head, prior: Head, *, base_logits: Matrix, prior_logits: Matrix) -> None:
        """Go on beside another version, other poses, or another prior; the photos stay."""
        share = base.settings["embedding_share"]
        if share != self._base.settings["embedding_share"]:
            self._columns = self._no_columns(base)
            self._forget_labels()
        self._base, self._prior = base, prior
        self._base_logits, self._prior_logits = base_logits, prior_logits
        self._clear, self._sure = clear(self._x), assurance(self._x) * informative(self._x)
        self._known = spread(base, prior, self._x, base_logits=base_logits, prior_logits=prior_logits)
        width = len(poses_of(base, prior))
        self._targets: Array = np.zeros((len(self._ids), width))
        self._dual: Array = np.zeros((len(self._ids), width))
        # (n, K) the labels' part of the answers; None while it must be made from the dual.
        self._f: Matrix | None = None

    def move(
        self,
        x: Matrix,
        origin: NDArray[np.int64],
        base: Head,
        prior: Head,
        *,
        base_logits: Matrix,
        prior_logits: Matrix,
    ) -> None:
        """Go on with other photos.

        x: (n', d); origin: (n',) the old row of each photo, -1 where it is new or looks different now;
        base_logits, prior_logits: (n', K).
        """
        place = np.full(len(self._x), -1, np.int64)
        place[origin[origin >= 0]] = np.flatnonzero(origin >= 0)
        # The labels whose photos went, or changed, are taken up again as far as they are still there.
        kept = _closed_up(place[self._rows] >= 0)
        with one_thread():
            self._without(kept)
        self._keep(kept)
        self._rows = place[self._rows]
        self._columns.moved(x, origin, x[self._rows], room=_room(x))
        self._x = x
        self.follow(base, prior, base_logits=base_logits, prior_logits=prior_logits)

    def take(self, later: TrainingSet, rows: NDArray[np.int64]) -> Answers:
        """Return what is answered beside these labels.

        later: all later labels, in any order; rows: (m,) the row of each in the pool.
        """
        self._drop(~np.isin(self._ids, later.photo_ids))
        self._add(later.photo_ids, rows)
        order = np.argsort(later.photo_ids)
        order = order[np.searchsorted(later.photo_ids, self._ids, sorter=order)]
        lesson = self._lesson(later, order)
        with one_thread():
            refresh, dual = learn(
                self._base,
                lesson,
                self._inverse.matrix,
                lambda: self._columns.unexplored_left_out(self._rows, lesson.groups),
            )
        self._change(dual - self._dual)
        self._targets, self._dual = lesson.targets, dual
        self._renew()
        f, free = (self._f, self._columns.unexplored()) if len(self._ids) else (None, None)
        probabilities, energy = answers(refresh, self._known, self._sure, f, free)
        return Answers(
            refresh=refresh,
            probabilities=probabilities,
            strange=strange_at(refresh, energy, self._clear),
        )

    def _lesson(self, later: TrainingSet, order: NDArray[np.int64]) -> Lesson:
        mine = TrainingSet(x=later.x[order], y=later.y[order], photo_ids=self._ids, groups=later.groups[order])
        return set_lesson(
            self._base,
            mine,
            prior=self._prior,
            base_logits=self._base_logits[self._rows],
            prior_logits=self._prior_logits[self._rows],
        )

    def _drop(self, gone: NDArray[np.bool_]) -> None:
        """Take labels back. The others answer as if these had never been given."""
        if not gone.any():
            return
        kept = _closed_up(~gone)
        with one_thread():
            self._without(kept)
            dual = self._inverse.matrix @ self._targets[kept]
        change = -self._dual
        change[kept] += dual
        self._change(change)
        self._keep(kept)
        self._dual = dual

    def _keep(self, kept: NDArray[np.int64]) -> None:
        self._wear += len(self._ids) - len(kept)
        self._columns.keep(kept)
        self._ids, self._rows = self._ids[kept], self._rows[kept]
        self._targets, self._dual = self._targets[kept], self._dual[kept]

    def _without(self, kept: NDArray[np.int64]) -> None:
        """Make the inverse that of the kept labels alone."""
        if len(self._ids) - len(kept) <= _AT_ONCE:
            self._inverse.shrink(kept)
        else:
            self._inverse.clear()
            self._border(kept)

    def _border(self, slots: NDArray[np.int64]) -> None:
        """Take those of the slots into the inverse that it lacks: it has the first of them."""
        for start in range(len(self._inverse), len(slots), _BORDER):
            end = start + _BORDER
            alike = self._columns.at(self._rows[slots[start:end]])[:, slots[:end]]
            self._inverse.grow(alike[:, :start].T, alike[:, start:])

    def _add(self, photo_ids: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        new = ~np.isin(photo_ids, self._ids)
        count = int(new.sum())
        if count == 0:
            return
        self._columns.append(rows[new])
        self._ids = np.concatenate([self._ids, photo_ids[new]])
        self._rows = np.concatenate([self._rows, rows[new]])
        self._wear += count
        with one_thread():
            if self._wear > max(_WEAR, len(self._ids)):
                self._inverse.clear()
                self._wear = 0
            self._border(np.arange(len(self._ids)))
        none = np.zeros((count, self._dual.shape[1]))
        self._targets, self._dual = np.vstack([self._targets, none]), np.vstack([self._dual, none])

    def _change(self, change: Array) -> None:
        """Carry a change of the dual, (m, K), over to the answers of all photos."""
        if self._f is None or not len(change):
            return
        with one_thread():
            left, strength, right = np.linalg.svd(change, full_matrices=False)
        rank = int((strength > _NOTHING).sum())
        if rank > change.shape[1] // 3:
            self._f = None
        elif rank:
            part = self._columns.times(left[:, :rank] * strength[:rank])
            _add_product(self._f, part, right[:rank].astype(np.float32))

    def _renew(self) -> None:
        """Make the answers of some photos from the dual itself, in turn; of all when there are none yet."""
        if self._f is None:
            self._f = self._columns.times(self._dual)
            return
        step = -(-len(self._x) // _ROUND)
        rows = slice(self._turn, self._turn + step)
        self._f[rows] = self._columns.times(self._dual, rows)
        self._turn = 0 if rows.stop >= len(self._x) else rows.stop

    def _forget_labels(self) -> None:
        self._ids, self._rows = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._inverse.clear()
        self._wear = 0

    def _no_columns(self, base: Head) -> Columns:
        share = base.settings["embedding_share"]
        return Columns(self._x, embedding_share=share, room=_room(self._x))


def _room(x: Matrix) -> int:
    """For how many labels memory is taken beside these photos."""
    return min(most_labels(len(x)), len(x))


def _closed_up(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which old slot each new slot takes: gaps are filled from the end, the others stay where they are."""
    slots = np.arange(int(kept.sum()))
    holes = np.flatnonzero(~kept[: len(slots)])
    slots[holes] = len(slots) + np.flatnonzero(kept[len(slots) :])
    return slots


def _add_product(into: Matrix, left: Matrix, right: Matrix) -> None:
    """into += left @ right, in blocks. into: (n, K); left: (n, r); right: (r, K)."""
    for start in range(0, len(into), 4096):
        rows = slice(start, start + 4096)
        into[rows] += left[rows] @ right
