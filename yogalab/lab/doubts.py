"""Labels of the lab that may be wrong: found by leaving each out, kept until enough labels have changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yogalab.asking.suspects import enough, suspects
from yogalab.lab.ledger import named
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.learning import ladder
from yogalab.learning.features import informative
from yogalab.records import Resolved

# Below this share of changed labels the answers left out are hardly other ones, and seconds are saved.
_HARDLY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A photo whose label may be wrong, as a model sees it that was never taught this photo.

    called, instead: pose ids.
    """

    photo_id: int
    called: int
    instead: int
    called_probability: float
    instead_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """The doubtful labels, the most doubtful first. ready: how many poses have labels enough to be judged."""

    listed: tuple[Doubt, ...]
    ready: int


_NONE = Doubts(listed=(), ready=0)


class DoubtFinder:
    """Judges every label by what the others say. Threads may share it; one judges at a time."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._lock = threading.Lock()
        self._judged: dict[int, tuple[int | None, int | None]] | None = None
        self._encoder: str | None = None
        self._doubts = _NONE

    def find(self, snapshot: Snapshot) -> Doubts:
        """Return the labels to look at again, as far as they still stand. Seconds for 10,000 labels.

        Labels of photos kept aside are not among them: looked at again only where a model disagrees, they would
        come to flatter it.
        """
        answers = {
            i: a
            for i, a in named(snapshot.resolved).items()
            if i in snapshot.row and not snapshot.holdout[snapshot.row[i]]
        }
        with self._lock:
            if self._moved(answers):
                self._doubts = self._judge(snapshot, answers)
                self._judged = {i: _what(a) for i, a in answers.items()}
                self._encoder = self._served.prior.encoder
            doubts = self._doubts
            judged = self._judged or {}
        still = (d for d in doubts.listed if d.photo_id in answers)
        return Doubts(
            listed=tuple(d for d in still if _what(answers[d.photo_id]) == judged[d.photo_id]),
            ready=doubts.ready,
        )

    def _moved(self, answers: Mapping[int, Resolved]) -> bool:
        if self._judged is None or self._encoder != self._served.prior.encoder:
            return True
        changed = sum(self._judged.get(i) != _what(a) for i, a in answers.items())
        gone = len(self._judged.keys() - answers.keys())
        return changed + gone > _HARDLY * len(self._judged)

    def _judge(self, snapshot: Snapshot, answers: dict[int, Resolved]) -> Doubts:
        prior = self._served.prior
        # To a tuned encoder a photo it was tuned on looks like what it is called, rightly or wrongly.
        train = self._served.unseen(self._served.training_set(answers))
        # Of photos in which nothing was seen the model has nothing to say.
        train = train.only(informative(train.x))
        place = {int(pose_id): k for k, pose_id in enumerate(prior.pose_ids)}
        columns = np.array([place[int(pose_id)] for pose_id in train.y], dtype=np.int64)
        ready = len(enough(columns))
        if not ready:
            return _NONE
        head = ladder.retrain(train, prior, pool=None, progress=lambda share, stage: None)
        left_out = ladder.leave_one_out(head, train)
        hidden = [pose.id in snapshot.poses and snapshot.poses[pose.id].hidden for pose in prior.poses]
        # A pose that is not suggested anywhere is not suggested here, unless it is what the photo is called.
        offered = np.where(hidden, np.float32(0), left_out)
        rows = np.arange(len(columns))
        offered[rows, columns] = left_out[rows, columns]
        return Doubts(
            listed=tuple(
                Doubt(
                    photo_id=int(train.photo_ids[one.row]),
                    called=int(train.y[one.row]),
                    instead=prior.poses[one.instead].id,
                    called_probability=one.called_probability,
                    instead_probability=one.instead_probability,
                )
                for one in suspects(offered, columns)
            ),
            ready=ready,
        )


def _what(answer: Resolved) -> tuple[int | None, int | None]:
    return answer.pose_id, answer.judged_by
