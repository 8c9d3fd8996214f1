"""What the parts of one body look like, each on its own: made for the photo on the table only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.learning.features import found
from yogalab.learning.parts import PartView, part_view
from yogalab.records import Matrix, Prediction, Resolved, Scored

# Below this a part does not say anything worth a coach's glance.
_SURE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """The view of one snapshot; its columns are the snapshot's poses."""

    serial: int
    view: PartView


class PartVotes:
    """Asks head, arms, torso and legs which pose they are in."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._known: _Known | None = None

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
        return self.by(snapshot, snapshot.x[[row]], snapshot.prediction(photo_id))

    def by(self, snapshot: Snapshot, x: Matrix, guess: Prediction | None) -> Mapping[str, Scored]:
        """The same of any body. x: (1, d) features; guess: what the whole of it looks like."""
        if len(snapshot.pose_ids) < 2 or not found(x)[0]:
            return {}
        named = {one.pose_id for one in snapshot.resolved.values()}
        only = guess.best.pose_id if guess and guess.best.pose_id not in named else None
        votes = {}
        for part, shares in self._view(snapshot).probabilities(x).items():
            best = int(shares[0].argmax())
            if shares[0, best] >= _SURE and only in (None, int(snapshot.pose_ids[best])):
                pose = snapshot.poses[int(snapshot.pose_ids[best])]
                votes[part] = Scored(pose_id=pose.id, slug=pose.slug, probability=float(shares[0, best]))
        return votes

    def _view(self, snapshot: Snapshot) -> PartView:
        known = self._known
        if known is None or known.serial != snapshot.serial:
            known = self._known = _Known(serial=snapshot.serial, view=self._learnt(snapshot))
        return known.view

    def _learnt(self, snapshot: Snapshot) -> PartView:
        column = {pose_id: k for k, pose_id in enumerate(snapshot.pose_ids.tolist())}
        answers = _answers(self._served, snapshot)
        taught = self._served.training_set(answers)
        kept = np.array([pose_id in column for pose_id in taught.y.tolist()], dtype=bool) & found(taught.x)
        said = np.array([answers[photo_id].seq for photo_id in taught.photo_ids.tolist()], dtype=np.int64)
        oldest_first = np.argsort(said, kind="stable")
        oldest_first = oldest_first[kept[oldest_first]]
        prior = self._served.prior
        row = {pose_id: k for k, pose_id in enumerate(prior.pose_ids.tolist())}
        rows = [row[pose_id] for pose_id in column]
        return part_view(
            taught.x[oldest_first],
            np.array([column[pose_id] for pose_id in taught.y[oldest_first].tolist()], dtype=np.int64),
            targets=prior.arrays["targets"][rows],
            tolerances=prior.arrays["tolerances"],
        )


def _answers(served: Served, snapshot: Snapshot) -> dict[int, Resolved]:
    """The answers that may be learnt from, none that are kept for judging."""
    return {
        photo_id: answer
        for photo_id, answer in served.ledger.learnt_since(0).items()
        if photo_id in snapshot.row and not snapshot.photos[photo_id].holdout
    }
