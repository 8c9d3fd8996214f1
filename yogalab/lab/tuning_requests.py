"""What a tuning is asked: labelled photos and the sentences of every pose, as of one moment of the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Set
from typing import Final

import numpy as np

from yogalab.errors import NothingToTune, TooFewToTune
from yogalab.lab.bodies import bodies_of, judged
from yogalab.lab.close_ups import sees_close_ups
from yogalab.lab.ledger import named
from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.lab.tuning_pictures import lost
from yogalab.learning.labels import fingerprint
from yogalab.poses.prompts import sentences
from yogalab.records import Resolved, TuningRequest, base_of

# With fewer labels a whole encoder learns these photos rather than these poses.
ENOUGH_POSES: Final = 2
ENOUGH_LABELS: Final = 5
# How a request becomes a tuning: another way of asking is another encoder.
_ASKED: Final = "tuning-1"


class TuningRequests:
    """Puts requests together from what the lab knows."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served

    def now(self) -> tuple[str, Mapping[int, Resolved]]:
        """The encoder that would be tuned now, and photo id -> what it would learn.

        Raises NothingToTune, TooFewToTune.
        """
        return self.base(), self._taught(named(self._served.snapshot().resolved))

    def base(self) -> str:
        """The encoder that would be tuned. Raises NothingToTune."""
        encoder = self._parts.encoder
        if encoder is None or self._parts.tuner is None:
            raise NothingToTune
        return base_of(encoder.name)

    def _taught(self, known: Mapping[int, Resolved]) -> dict[int, Resolved]:
        """Those answers whose photos may be learnt from. Raises TooFewToTune."""
        with self._served.steady():
            snapshot = self._served.snapshot()
            answers = {
                photo_id: answer
                for photo_id, answer in known.items()
                if photo_id in snapshot.row and snapshot.photos[photo_id].teaches
            }
            counts: dict[int, int] = {}
            for answer in answers.values():
                pose_id = self._served.final_pose(answer.pose_id or 0)
                counts[pose_id] = counts.get(pose_id, 0) + 1
        ready = sum(count >= ENOUGH_LABELS for count in counts.values())
        if ready < ENOUGH_POSES:
            raise TooFewToTune(poses=ENOUGH_POSES, labels=ENOUGH_LABELS, ready=ready)
        return answers

    def of(self, rung: str, seq: int, base: str) -> TuningRequest:
        """The same labels, photos and poses make the same request, whatever was said since."""
        self._served.snapshot()
        known = self._served.ledger.known_at(seq)
        unread = self.lost(known)
        with self._served.steady():
            snapshot = self._served.snapshot()
            answers = self._taught({i: answer for i, answer in known.items() if i not in unread})
            train = self._served.training_set(answers)
            poses = {
                pose.id: pose
                for pose in snapshot.poses.values()
                if pose.merged_into is None and (not pose.hidden or pose.id in train.y)
            }
        captions = tuple(sentences(pose) for pose in poses.values())
        place = {pose_id: k for k, pose_id in enumerate(poses)}
        asked = [rung, captions, train.groups.tolist(), self._parts.seed]
        if (bodies := bodies_of(answers)) and sees_close_ups(self._parts.encoders.open(base)):
            # Other pictures make another encoder.
            seen = ((snapshot.photos[i].sha256, person) for i, person in bodies.items())
            asked.append(sorted(sha if person is None else judged(sha, person) for sha, person in seen))
        return TuningRequest(
            rung=rung,
            encoder=base,
            photo_ids=train.photo_ids,
            y=np.array([place[pose_id] for pose_id in train.y.tolist()], dtype=np.int64),
            groups=train.groups,
            captions=captions,
            fingerprint=fingerprint(
                (
                    (snapshot.photos[photo_id].sha256, poses[pose_id].slug)
                    for photo_id, pose_id in zip(train.photo_ids.tolist(), train.y.tolist(), strict=True)
                ),
                recipe=hashlib.sha256(json.dumps(asked).encode()).hexdigest(),
                encoder=base,
                pose_model=self._parts.landmarker.name,
                learner=_ASKED,
            ),
            seed=self._parts.seed,
        )

    def lost(self, photo_ids: Iterable[int]) -> Set[int]:
        """Photos that might be learnt from and whose files are not there."""
        photos = self._served.snapshot().photos
        return lost(self._parts, (photos[i] for i in photo_ids if i in photos and photos[i].teaches))
