"""Whose turn it is: photos in the order they are asked about, worked out once per state of the lab."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial

import numpy as np

from yogalab.asking.queue import Photos, Queue
from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.learning.kernel import kernel
from yogalab.learning.ridge import RIDGE
from yogalab.records import Asked


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turn:
    """The photos to ask next, the first one first, as of one snapshot."""

    snapshot: Snapshot
    asked: tuple[Asked, ...]


class Turns:
    """Many labels cost one ranking, and none waits for it."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served
        self._lock = threading.Lock()
        self._queue: Queue | None = None
        self._share = 0.0
        self._ranked: Turn | None = None

    def now(self) -> Turn:
        """Whose turn it is; who comes while the next order is worked out gets the one before at once."""
        ranked = self._ranked
        if ranked is not None and not self._lock.acquire(blocking=False):
            return ranked
        if ranked is None:
            self._lock.acquire()
        try:
            snapshot = self._served.snapshot()
            if self._ranked is None or self._ranked.snapshot.serial != snapshot.serial:
                asked = self._queue_of_today().order(photos_of(snapshot, self._served))
                self._ranked = Turn(snapshot=snapshot, asked=asked)
            return self._ranked
        finally:
            self._lock.release()

    def _queue_of_today(self) -> Queue:
        """Photos are alike as the version in use sees them."""
        share = self._served.head.settings["embedding_share"]
        if self._queue is None or share != self._share:
            alike = partial(kernel, embedding_share=share)
            self._queue, self._share = Queue(alike, noise=RIDGE, seed=self._parts.seed), share
        return self._queue


def photos_of(snapshot: Snapshot, served: Served) -> Photos:
    """What a snapshot says of every photo, as the queue reads it."""
    answers = snapshot.resolved
    # What one coach has skipped comes to the others by another way: it must not crowd the ranking of all.
    settled = [i for i, answer in answers.items() if answer.answered or answer.skipped_by]
    named = {
        photo_id: answer.pose_id
        for photo_id, answer in answers.items()
        if answer.pose_id is not None and not answer.disputed
    }
    taught = np.isin(snapshot.ids, np.fromiter(named, np.int64, len(named)))
    poses = {served.final_pose(pose_id) for pose_id in set(named.values())}
    return Photos(
        ids=snapshot.ids,
        x=snapshot.x,
        probabilities=snapshot.probabilities,
        pose_ids=snapshot.pose_ids,
        groups=snapshot.groups,
        settled=np.isin(snapshot.ids, np.array(settled, np.int64)),
        taught=taught & ~snapshot.holdout,
        holdout=snapshot.holdout,
        named=np.isin(snapshot.pose_ids, sorted(poses)),
    )
