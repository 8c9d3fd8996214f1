"""A candidate beside the version in use, on photos that neither was taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.learning import ladder
from yogalab.learning.evaluation import evaluate
from yogalab.learning.figures import figures
from yogalab.learning.gate import judge
from yogalab.records import Head, Matrix, ModelVersion, Report, TrainingSet, Verdict

# Below this many judged photos the hold-out says too little, and leave-one-out decides.
ENOUGH_HOLDOUT = 50
# How often two versions differ is known to half a point from this many photos.
ENOUGH_OTHERS = 5000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What a training would learn from, fixed at one event of the log.

    unseen: the photos of `train` as they look to an encoder that was not tuned on them; `train` itself where
    none was tuned.
    """

    seq: int
    train: TrainingSet
    unseen: TrainingSet
    holdout: TrainingSet
    prior: Head
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """A candidate's figures beside those of the version it wants to replace: `rival`, 0 for none.

    figures: of `learning.figures`, for the card.
    """

    report: Report
    baseline: Report
    verdict: Verdict
    rival: int
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rival:
    """The version in use, at one moment.

    photos: those that are judged on, as its encoder sees them; unseen: as it would, not tuned on them.
    """

    head: Head
    active: ModelVersion | None
    now: Snapshot
    photos: TrainingSet
    unseen: TrainingSet


class Judge:
    """Compares heads, each through its own encoder.

    served: what answers now; seen: the same lab through the candidate's encoder, `served` itself where that is
    the same one.
    """

    def __init__(self, parts: Parts, served: Served, seen: Served) -> None:
        self._parts = parts
        self._served = served
        self._seen = seen

    def judge(self, plan: Plan, head: Head) -> Judged:
        """Let the gate decide whether a candidate may replace the version in use."""
        early = len(plan.holdout) < ENOUGH_HOLDOUT
        photos, rival = self._rival(plan.unseen if early else plan.holdout)
        differing = None
        if early:
            mine = ladder.leave_one_out(head, photos)
            theirs = self._left_out(rival)
        else:
            mine = ladder.probabilities(head, photos.x)
            theirs = ladder.probabilities(rival.head, rival.photos.x)
            differing = self._differing(plan, head, rival)
        method = "leave-one-out" if early else "hold-out"
        mine, theirs = _columns(mine, head, head), _columns(theirs, rival.head, head)
        verdict = judge(
            mine,
            theirs,
            photos.y,
            head.poses,
            groups=photos.groups,
            differing=differing,
            early=early,
            seed=self._parts.seed,
        )
        return Judged(
            report=evaluate(mine, photos.y, head.poses, method=method),
            baseline=evaluate(theirs, photos.y, head.poses, method=method),
            verdict=verdict,
            rival=rival.active.number if rival.active else 0,
            figures=figures(mine, theirs, photos.y, head.poses),
        )

    def _rival(self, photos: TrainingSet) -> tuple[TrainingSet, _Rival]:
        """The version in use with its own view of the photos, and the photos that are still there."""
        with self._served.steady():
            now = self._served.snapshot()
            photos = photos.only(np.array([i in now.row for i in photos.photo_ids.tolist()], dtype=bool))
            rows = [now.row[i] for i in photos.photo_ids.tolist()]
            theirs = replace(photos, x=now.x[rows])
            return photos, _Rival(
                head=self._served.head,
                active=self._served.active,
                now=now,
                photos=theirs,
                unseen=self._served.unseen(theirs),
            )

    def _left_out(self, rival: _Rival) -> Matrix:
        """The rival's answers on photos it was not taught, the others left out in turn.

        Judged on what it has learnt by heart, an old version could never be beaten.
        """
        answers = ladder.probabilities(rival.head, rival.photos.x)
        if rival.active is None:
            return answers
        known = self._served.ledger.known_at(rival.active.seq)
        taught = np.array([int(photo_id) in known for photo_id in rival.photos.photo_ids], dtype=bool)
        # Where it was tuned on a photo and that photo was never left out, what it has by heart must do.
        there = np.isin(rival.photos.photo_ids, rival.unseen.photo_ids)
        rows = taught & there
        if rows.any():
            shown = rival.unseen.only(np.isin(rival.unseen.photo_ids, rival.photos.photo_ids[rows]))
            answers[rows] = ladder.leave_one_out(rival.head, shown)
        return answers

    def _differing(self, plan: Plan, head: Head, rival: _Rival) -> NDArray[np.bool_]:
        """Where the two name different poses, among photos that show somebody and that nobody has named.

        Photos without anybody, and copies of photos that were taught or judged, say nothing of how they differ.
        """
        now = self._seen.snapshot()
        said = np.isin(now.ids, np.fromiter(now.resolved, np.int64, len(now.resolved)))
        known = np.concatenate([plan.train.groups, plan.holdout.groups])
        rows = np.flatnonzero(now.found & ~said & ~np.isin(now.groups, known) & np.isin(now.ids, rival.now.ids))
        rows = rows[np.unique(now.groups[rows], return_index=True)[1]]
        drawn = np.random.default_rng(self._parts.seed).permutation(rows)[:ENOUGH_OTHERS]
        theirs = [rival.now.row[photo_id] for photo_id in now.ids[drawn].tolist()]
        mine = ladder.probabilities(head, now.x[drawn])
        others = _columns(ladder.probabilities(rival.head, rival.now.x[theirs]), rival.head, head)
        return np.asarray(mine.argmax(axis=1) != others.argmax(axis=1))


def _columns(probabilities: Matrix, head: Head, like: Head) -> Matrix:
    """Reorder a head's columns to another's poses; a pose the head does not know gets 0."""
    place = {pose.id: k for k, pose in enumerate(head.poses)}
    out = np.zeros((len(probabilities), len(like.poses)), np.float32)
    for k, pose in enumerate(like.poses):
        if pose.id in place:
            out[:, k] = probabilities[:, place[pose.id]]
    return out
