"""What the parts of one body look like, each on its own: made for the photo on the table only."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.learning.features import found
from yogalab.learning.parts import PartView, part_view
from yogalab.records import Matrix, Photo, Pose, Prediction, Resolved, Scored

# Below this a part does not say anything worth a coach's glance.
_SURE: Final = 0.6
# So much of what was taught may be missing from a view: with a thousand labels, the newest twenty.
_FEW: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """The view of one snapshot, and what it hung on; its columns are the snapshot's poses.

    taught: the photos it learnt from. The snapshot itself is not kept: it is large.
    """

    serial: int
    seq: int
    poses: Mapping[int, Pose]
    photos: Mapping[int, Photo]
    pose_ids: NDArray[np.int64]
    figures: int
    taught: frozenset[int]
    view: PartView

    def serves(self, now: Snapshot, photo_id: int | None) -> bool:
        """Whether it still says what a view of `now` would, but for a few labels in a hundred.

        Never of a photo that taught it and is open again: it would hear the answer that was taken back.
        """
        if self.serial == now.serial:
            return True
        same = self.poses is now.poses and self.photos is now.photos and self.figures == now.x.shape[1]
        few = now.seq - self.seq <= _FEW * len(self.taught)
        return same and few and np.array_equal(self.pose_ids, now.pose_ids) and photo_id not in self.taught


class PartVotes:
    """Asks head, arms, torso and legs which pose they are in."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._known: _Known | None = None
        self._lock = threading.Lock()

    def of(self, snapshot: Snapshot, photo_id: int) -> Mapping[str, Scored]:
        """Return part -> pose, for the parts that are sure enough to be heard.

        Parts know the poses that were named. Of a body in none of them they would all call out the nearest,
        so where the whole looks like a pose without a label, only parts that say the same are heard.

        Empty where nobody was found, and for a labelled photo: it would only hear its own echo.
        """
        row = snapshot.row.get(photo_id)
        if row is None or not snapshot.found[row]:
            return {}
        answer = snapshot.resolved.get(photo_id)
        if answer is not None and answer.pose_id is not None:
            return {}
        return self.by(snapshot, snapshot.x[[row]], snapshot.prediction(photo_id), photo_id=photo_id)

    def by(
        self, snapshot: Snapshot, x: Matrix, guess: Prediction | None, *, photo_id: int | None = None
    ) -> Mapping[str, Scored]:
        """The same of any body. x: (1, d) features; guess: what the whole of it looks like; photo_id: its."""
        if len(snapshot.pose_ids) < 2 or not found(x)[0]:
            return {}
        unnamed = guess is not None and guess.best.pose_id not in snapshot.counted.poses
        only = guess.best.pose_id if guess and unnamed else None
        votes = {}
        for part, shares in self._view(snapshot, photo_id).probabilities(x).items():
            best = int(shares[0].argmax())
            if shares[0, best] >= _SURE and only in (None, int(snapshot.pose_ids[best])):
                pose = snapshot.poses[int(snapshot.pose_ids[best])]
                votes[part] = Scored(pose_id=pose.id, slug=pose.slug, probability=float(shares[0, best]))
        return votes

    def _view(self, snapshot: Snapshot, photo_id: int | None) -> PartView:
        with self._lock:
            # Coaches who come together wait for one view rather than make one each.
            if self._known is None or not self._known.serves(snapshot, photo_id):
                self._known = self._learnt(snapshot)
            return self._known.view

    def _learnt(self, snapshot: Snapshot) -> _Known:
        column = {pose_id: k for k, pose_id in enumerate(snapshot.pose_ids.tolist())}
        answers = _answers(self._served, snapshot)
        taught = [
            (answer.seq, snapshot.row[photo_id], column[pose_id])
            for photo_id, answer in answers.items()
            if (pose_id := self._served.final_pose(answer.pose_id or 0)) in column
        ]
        # Oldest first; nobody found is no body to learn from.
        _, rows, said = np.array(sorted(taught), dtype=np.int64).reshape(-1, 3).T
        bodies = snapshot.found[rows]
        prior = snapshot.prior
        place = {pose_id: k for k, pose_id in enumerate(prior.pose_ids.tolist())}
        view = part_view(
            snapshot.x[rows[bodies]],
            said[bodies],
            targets=prior.arrays["targets"][[place[pose_id] for pose_id in column]],
            tolerances=prior.arrays["tolerances"],
        )
        return _Known(
            serial=snapshot.serial,
            seq=snapshot.seq,
            poses=snapshot.poses,
            photos=snapshot.photos,
            pose_ids=snapshot.pose_ids,
            figures=snapshot.x.shape[1],
            taught=frozenset(answers),
            view=view,
        )


def _answers(served: Served, snapshot: Snapshot) -> dict[int, Resolved]:
    """The answers that may be learnt from."""
    return {
        photo_id: answer
        for photo_id, answer in served.ledger.learnt_since(0).items()
        if photo_id in snapshot.row and snapshot.photos[photo_id].teaches
    }
