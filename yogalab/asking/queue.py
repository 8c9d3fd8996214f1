"""The order in which photos are asked about, and the reason for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.herding import Worth, herd, worth
from yogalab.asking.posterior import Likeness, Posterior
from yogalab.asking.reasons import CHECK, Reason, reasons_of_rest, reasons_of_worth
from yogalab.asking.sample import SIZE, chance, draw
from yogalab.asking.strategies import margin
from yogalab.records import Asked, Matrix

RANDOM_SHARE: Final = 0.12
# So many are chosen one after another with those before taken for answered: what a few coaches hold at a time.
AHEAD: Final = 24
# With more labels than this a part of them says what the others would.
_MOST_LABELS: Final = 1000
_KEPT_LABELS: Final = 750
# The sample is drawn anew when less than this share of it is still to be asked, or the pool grew by as much.
_USED_UP: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photos:
    """Every photo that could be asked, n of them, and what the model says of each.

    ids: (n,) ascending photo ids; x: (n, d) features; probabilities: (n, K) calibrated, over `pose_ids` (K,).
    groups: (n,) equal for near-duplicates; settled: (n,) answered or skipped; taught: (n,) named, and learnt
    from; holdout: (n,) kept for judging, never learnt from; named: (K,) which poses somebody has named.
    """

    ids: NDArray[np.int64]
    x: Matrix
    probabilities: Matrix
    pose_ids: NDArray[np.int64]
    groups: NDArray[np.int64]
    settled: NDArray[np.bool_]
    taught: NDArray[np.bool_]
    holdout: NDArray[np.bool_]
    named: NDArray[np.bool_]


class Queue:
    """Asks next what settles most; keeps what it worked out, so that one label more costs little.

    Not for several threads at once.
    """

    def __init__(
        self,
        alike: Likeness,
        *,
        noise: float,
        seed: int,
        random_share: float = RANDOM_SHARE,
        sample: int = SIZE,
    ) -> None:
        """alike, noise: the learner's kernel and ridge."""
        self._alike = alike
        self._noise = noise
        self._seed = seed
        self._random_share = random_share
        self._size = sample
        self._x: Matrix | None = None
        self._seen = np.zeros(0, dtype=bool)
        self._luck = np.zeros(0, dtype=np.uint64)
        self._drawn = 0
        self._sample = np.zeros(0, dtype=np.int64)
        self._figures: Matrix = np.zeros((0, 0), np.float32)
        self._posterior: Posterior | None = None
        self._learnt: list[int] = []
        self._left_out = np.zeros(0, dtype=np.int64)

    def order(self, photos: Photos, *, limit: int = 500) -> tuple[Asked, ...]:
        """Return the photos to ask next, the first one first, at most `limit`.

        Photos for teaching come by what their label would settle; about every eighth slot is a hold-out photo
        in random order, so that what versions are judged on was never chosen by what they know. Copies of a
        photo that was answered or is asked already come after all others, as do photos in which nothing was
        seen.
        """
        self._look(photos)
        teaching = self._teaching(photos, limit)
        waiting = np.flatnonzero(photos.holdout & ~photos.settled)
        known = self._known(photos, waiting)
        checking = waiting[np.lexsort((self._luck[waiting], known))][:limit]
        return _interleaved(photos.ids, teaching, checking, self._random_share)[:limit]

    # --- what is kept between labels --------------------------------------------------------------

    def _look(self, photos: Photos) -> None:
        """Notice photos that came, went or changed."""
        if photos.x is not self._x:
            self._x = photos.x
            self._seen = np.abs(photos.x).max(axis=1, initial=0) > 0
            self._luck = chance(photos.ids, self._seed)

    def _askable(self, photos: Photos) -> NDArray[np.bool_]:
        return np.asarray(~photos.settled & ~photos.holdout & self._seen)

    def _rows(self, photos: Photos) -> NDArray[np.int64]:
        """The sample's rows; drawn anew when it is used up, outgrown, or not what it was."""
        rows = np.searchsorted(photos.ids, self._sample)
        there = rows < len(photos.ids)
        if there.all() and len(rows):
            same = np.array_equal(photos.ids[rows], self._sample)
            same = same and np.array_equal(photos.x[rows], self._figures)
            fresh = self._drawn * _USED_UP <= len(photos.ids) <= self._drawn / _USED_UP
            if same and fresh and self._askable(photos)[rows].mean() >= _USED_UP:
                return rows
        askable = np.flatnonzero(self._askable(photos))
        askable = askable[~self._known(photos, askable)]
        rows = draw(
            askable,
            self._luck,
            photos.groups,
            lambda some: margin(photos.probabilities[some]),
            size=self._size,
        )
        self._drawn = len(photos.ids)
        self._sample, self._figures = photos.ids[rows], photos.x[rows]
        self._posterior = None
        return rows

    def _learn(self, photos: Photos) -> Posterior:
        """The posterior of the sample given what was named: the labels that came are added to it."""
        taught = np.flatnonzero(photos.taught & self._seen)
        known = np.isin(photos.ids[taught], self._learnt)
        gone = int(known.sum()) < len(self._learnt)
        new = taught[~known & ~np.isin(photos.ids[taught], self._left_out)]
        if self._posterior is None or gone or len(self._learnt) + len(new) > _MOST_LABELS:
            order = np.argsort(self._luck[taught], kind="stable")
            most = _KEPT_LABELS if len(taught) > _MOST_LABELS else len(taught)
            # Those left out stay so until there is no room again: else every label would be a new beginning.
            self._left_out = photos.ids[taught[order[most:]]]
            new = np.sort(taught[order[:most]])
            self._posterior = Posterior(self._figures, self._alike, noise=self._noise)
            self._learnt = []
        if len(new):
            self._posterior.learn(photos.x[new])
            self._learnt += photos.ids[new].tolist()
        return self._posterior

    # --- the order --------------------------------------------------------------------------------

    def _teaching(self, photos: Photos, limit: int) -> list[tuple[int, Reason]]:
        rows = self._rows(photos)
        found: list[tuple[int, Reason]] = []
        if len(rows):
            covariance = self._learn(photos).covariance
            doubt = margin(photos.probabilities[rows])
            open_ = self._askable(photos)[rows] & ~self._known(photos, rows)
            value = worth(covariance, doubt, noise=self._noise)
            first = herd(covariance, doubt, value, open_, count=min(AHEAD, limit), noise=self._noise)
            found = self._herded(photos, rows, covariance, doubt, value, first, open_)
            later = np.flatnonzero(open_)
            later = later[~np.isin(later, first)]
            later = later[np.argsort(-value.gain[later], kind="stable")][: max(limit - len(first), 0)]
            found += _with_reasons(rows[later], photos, self._seen)
        if len(found) < limit:
            rest = self._rest(photos, np.array([row for row, _ in found], dtype=np.int64))
            found += _with_reasons(rest[: limit - len(found)], photos, self._seen)
        return found

    def _herded(
        self,
        photos: Photos,
        rows: NDArray[np.int64],
        covariance: Matrix,
        doubt: Matrix,
        value: Worth,
        first: NDArray[np.int64],
        open_: NDArray[np.bool_],
    ) -> list[tuple[int, Reason]]:
        standing_for = max(float(self._askable(photos).sum()) / max(len(rows), 1), 1.0)
        reasons = reasons_of_worth(
            first,
            covariance=covariance,
            own=self._own(first),
            doubt=doubt,
            value=value,
            open_=open_,
            standing_for=standing_for,
            probabilities=photos.probabilities[rows[first]],
            pose_ids=photos.pose_ids,
            named=photos.named,
        )
        return list(zip(rows[first].tolist(), reasons, strict=True))

    def _own(self, first: NDArray[np.int64]) -> Matrix:
        """(len(first),) the variance of each before any label."""
        x = self._figures[first]
        return np.asarray(np.diagonal(self._alike(x, x)))

    def _rest(self, photos: Photos, asked: NDArray[np.int64]) -> NDArray[np.int64]:
        """What is left for teaching: photos outside the sample, then copies, then those that show nothing."""
        left = ~photos.settled & ~photos.holdout
        left[asked] = False
        rows = np.flatnonzero(left)
        copy = self._known(photos, rows, asked)
        luck, seen = self._luck[rows], self._seen[rows]
        order = np.lexsort((luck, copy, ~seen))
        rows = rows[order]
        # Of copies among these the first stays, the others go to the end of what was seen.
        _, first = np.unique(photos.groups[rows], return_index=True)
        twin = np.ones(len(rows), dtype=bool)
        twin[first] = False
        return np.asarray(rows[np.lexsort((twin | copy[order], ~seen[order]))])

    def _known(
        self, photos: Photos, rows: NDArray[np.int64], asked: NDArray[np.int64] | None = None
    ) -> NDArray[np.bool_]:
        """(len(rows),) which are copies of photos that were answered, or are asked already."""
        known = photos.groups[photos.settled]
        if asked is not None:
            known = np.concatenate([known, photos.groups[asked]])
        return np.isin(photos.groups[rows], known)


def _with_reasons(rows: NDArray[np.int64], photos: Photos, seen: NDArray[np.bool_]) -> list[tuple[int, Reason]]:
    reasons = reasons_of_rest(photos.probabilities[rows], photos.pose_ids, seen[rows])
    return list(zip(rows.tolist(), reasons, strict=True))


def _interleaved(
    ids: NDArray[np.int64],
    teaching: list[tuple[int, Reason]],
    checking: NDArray[np.int64],
    share: float,
) -> tuple[Asked, ...]:
    """One check after every (1 - share) / share photos for teaching; what is left over follows."""
    if share <= 0:
        checking = checking[:0]
    every = (1 - share) / share if share > 0 else np.inf
    place = np.concatenate([np.arange(len(teaching)), every * (np.arange(len(checking)) + 1) - 0.5])
    both = [*teaching, *((row, CHECK) for row in checking.tolist())]
    chosen = (both[k] for k in np.argsort(place, kind="stable").tolist())
    return tuple(Asked(photo_id=int(ids[row]), reason=reason.code, data=reason.data) for row, reason in chosen)
