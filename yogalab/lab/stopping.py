"""The stopping desk: whether more labels still pay. It advises and never forbids."""

from __future__ import annotations

import threading
from typing import Final

import numpy as np

from yogalab.asking.stopping import (
    ENOUGH_CHECKS,
    ENOUGH_LABELS,
    little_to_gain,
    settled_down,
    target_reached,
)
from yogalab.lab.heads import named_first
from yogalab.lab.ledger import named
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.so_far import drawn_at_random, in_order, right_by_size
from yogalab.learning.evaluation import wilson
from yogalab.records import Advice, Coach, Resolved, Role

# Worked out anew after so many labels: a curve does not turn with each of them.
_EVERY: Final = 25
_PARTS: Final = (0.4, 0.55, 0.7, 0.85, 1.0)
# Solving more labels than this takes seconds; by then the other signs speak.
_MOST_LABELS: Final = 1500
_MOST_PHOTOS: Final = 2000


class StoppingDesk:
    """One sign at most, the strongest first."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, ...], Advice | None] | None = None

    def advice(self, who: Coach) -> Advice | None:
        """Why the coach could stop labelling; None while more labels pay, or while it cannot be told."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        answers = named(snapshot.resolved)
        state = (len(answers) // _EVERY, snapshot.version)
        with self._lock:
            if self._known is None or self._known[0] != state:
                self._known = (state, self._advice(snapshot))
            return self._known[1]

    def _advice(self, snapshot: Snapshot) -> Advice | None:
        checks = drawn_at_random(snapshot)
        if len(checks) < ENOUGH_CHECKS:
            return None
        return self._target(snapshot, checks) or self._stable(snapshot) or self._gain(snapshot, checks)

    def _target(self, snapshot: Snapshot, checks: dict[int, Resolved]) -> Advice | None:
        rows = np.array([snapshot.row[photo_id] for photo_id in checks])
        truth = [self._served.final_pose(answer.pose_id or 0) for answer in checks.values()]
        said = snapshot.pose_ids[snapshot.probabilities[rows].argmax(axis=1)]
        right = int((said == np.array(truth)).sum())
        return target_reached(wilson(right, len(rows))[0], len(rows))

    def _stable(self, snapshot: Snapshot) -> Advice | None:
        versions = sorted(self._parts.store.versions(), key=lambda version: version.number)[-3:]
        heads = [self._parts.versions.load(version.fingerprint) for version in versions]
        if len(heads) < 3 or not all(self._served.fits(head) for head in heads):
            return None
        x = snapshot.x[:: max(1, len(snapshot.x) // _MOST_PHOTOS)]
        poses, final_pose = snapshot.poses.values(), self._served.final_pose
        answers = [named_first(head, x, poses=poses, final_pose=final_pose) for head in heads]
        return settled_down(answers, [version.labels for version in versions])

    def _gain(self, snapshot: Snapshot, checks: dict[int, Resolved]) -> Advice | None:
        """The learning curve of the labels in the order they came, judged by the checks."""
        taught = in_order(snapshot)
        if not ENOUGH_LABELS <= len(taught) <= _MOST_LABELS:
            return None
        sizes = [round(share * len(taught)) for share in _PARTS]
        right = right_by_size(self._served, taught, checks, sizes)
        return little_to_gain(sizes, right, rng=np.random.default_rng(self._parts.seed))
