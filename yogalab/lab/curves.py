"""The curve desk: how labels made the model better, what more of them promise, and what can be told at all."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np

from yogalab.asking.curve import Forecast, forecast
from yogalab.lab.heads import named_first
from yogalab.lab.ledger import named
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.so_far import drawn_at_random, in_order, right_by_size
from yogalab.learning.evaluation import wilson
from yogalab.learning.reach import photos_needed, smallest_difference
from yogalab.records import Coach, Role

# With fewer photos kept aside a curve is mostly chance.
ENOUGH_JUDGED: Final = 20
# A law is fitted to the later part: the first few labels follow none.
_FITTED: Final = 4
ENOUGH_TAUGHT: Final = 20
_PARTS: Final = (0.05, 0.1, 0.2, 0.4, 0.55, 0.7, 0.85, 1.0)
_AHEAD: Final = (50, 200)
# Worked out anew after so many labels: a curve does not turn with each of them.
_EVERY: Final = 10
# Solving more labels than this for every point takes many seconds.
_MOST_LABELS: Final = 3000
_MOST_PHOTOS: Final = 2000
# On so many of 100 photos two versions usually differ; measured in the lab once it has two.
USUALLY_DIFFER: Final = 0.15
# What a coach would want to notice.
WORTH_SEEING: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The share right at first with so many labels, and its 95 % bounds. version: its number, if it is one."""

    labels: int
    share: float
    low: float
    high: float
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the photos kept aside can tell. points are shares, 0 to 1.

    smallest: the difference between two versions that shows four times in five, None where none does; needed:
    how many photos would show one that is worth seeing; differing: on what share two versions differ.
    """

    photos: int
    smallest: float | None
    needed: int
    differing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """points: labels in the order they came, all judged on the same `photos`; empty while these are too few.

    versions: each as it was judged in its time, the first beside what it began with.
    """

    points: tuple[CurvePoint, ...]
    ahead: tuple[Forecast, ...]
    versions: tuple[CurvePoint, ...]
    photos: int
    reach: Reach
    needs: int = ENOUGH_JUDGED


class CurveDesk:
    """How labelling pays."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, ...], Curve] | None = None

    def curve(self, who: Coach) -> Curve:
        """The curve as of the last few labels. Takes seconds where there are thousands of labels."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        newest = max((version.number for version in self._parts.store.versions()), default=0)
        state = (len(named(snapshot.resolved)) // _EVERY, snapshot.version, newest)
        with self._lock:
            if self._known is None or self._known[0] != state:
                self._known = (state, self._curve(snapshot))
            return self._known[1]

    def _curve(self, snapshot: Snapshot) -> Curve:
        judged = drawn_at_random(snapshot)
        points, ahead = self._points(snapshot) if len(judged) >= ENOUGH_JUDGED else ((), ())
        return Curve(
            points=points,
            ahead=ahead,
            versions=self._versions(),
            photos=len(judged),
            reach=self._reach(snapshot, len(judged)),
        )

    def _points(self, snapshot: Snapshot) -> tuple[tuple[CurvePoint, ...], tuple[Forecast, ...]]:
        judged = drawn_at_random(snapshot)
        taught = in_order(snapshot)[:_MOST_LABELS]
        if not taught:
            return (), ()
        sizes = sorted({round(share * len(taught)) for share in _PARTS} - {0})
        right = right_by_size(self._served, taught, judged, [0, *sizes])
        points = tuple(
            _point(size, int(row.sum()), len(row)) for size, row in zip([0, *sizes], right, strict=True)
        )
        if not ENOUGH_TAUGHT <= len(taught) < _MOST_LABELS or len(sizes) < _FITTED:
            return points, ()
        ahead = forecast(
            sizes[-_FITTED:],
            right[-_FITTED:],
            [len(taught) + more for more in _AHEAD],
            rng=np.random.default_rng(self._parts.seed),
        )
        return points, tuple(ahead)

    def _versions(self) -> tuple[CurvePoint, ...]:
        versions = sorted(self._parts.store.versions(), key=lambda version: version.number)
        own = [version for version in versions if version.parent is not None or version.seq > 0]
        points = [
            CurvePoint(
                labels=version.labels,
                share=version.report.top1,
                low=version.report.interval[0],
                high=version.report.interval[1],
                version=version.number,
            )
            for version in own
        ]
        first = next((version for version in own if version.parent is None), None)
        if first is None:
            return tuple(points)
        low, high = first.baseline.interval
        return (CurvePoint(labels=0, share=first.baseline.top1, low=low, high=high, version=0), *points)

    def _reach(self, snapshot: Snapshot, photos: int) -> Reach:
        differing = max(self._differing(snapshot), WORTH_SEEING)
        return Reach(
            photos=photos,
            smallest=smallest_difference(photos, differing),
            needed=photos_needed(WORTH_SEEING, differing),
            differing=differing,
        )

    def _differing(self, snapshot: Snapshot) -> float:
        """On what share of the photos the two newest versions say different things."""
        newest = sorted(self._parts.store.versions(), key=lambda version: -version.number)[:2]
        heads = [self._parts.versions.load(version.fingerprint) for version in newest]
        if len(heads) < 2 or not all(self._served.fits(head) for head in heads):
            return USUALLY_DIFFER
        x = snapshot.x[:: max(1, len(snapshot.x) // _MOST_PHOTOS)]
        poses, final_pose = snapshot.poses.values(), self._served.final_pose
        one, other = (named_first(head, x, poses=poses, final_pose=final_pose) for head in heads)
        return float((one != other).mean())


def _point(labels: int, right: int, photos: int) -> CurvePoint:
    low, high = wilson(right, photos)
    return CurvePoint(labels=labels, share=right / photos, low=low, high=high)
