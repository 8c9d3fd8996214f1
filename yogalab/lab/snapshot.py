"""What the lab answers at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from yogalab.lab.answer_counts import Counted
from yogalab.learning.calibration import conformal_set
from yogalab.records import FIRST, Head, Matrix, Photo, Pose, Prediction, Resolved, Scored


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """Everything a page needs, of one moment. Replaced as a whole, never changed.

    x: (n, d) features; probabilities: (n, poses) over the poses that can be suggested; strange: (n,)
    like none of the poses named so far; rows as in `ids`. counted: how far `resolved` is. prior: what is said
    of the lab's poses without any label (R0).
    """

    serial: int
    version: int
    seq: int
    ids: NDArray[np.int64]
    row: dict[int, int]
    x: Matrix
    found: NDArray[np.bool_]
    groups: NDArray[np.int64]
    holdout: NDArray[np.bool_]
    photos: dict[int, Photo]
    probabilities: Matrix
    strange: NDArray[np.bool_]
    pose_ids: NDArray[np.int64]
    poses: dict[int, Pose]
    resolved: dict[int, Resolved]
    prior: Head
    counted: Counted = field(default_factory=Counted)
    conformal: tuple[float, ...] = field(default=())

    def prediction(self, photo_id: int) -> Prediction | None:
        """What the model says of a photo; None while it was not looked at."""
        row = self.row.get(photo_id)
        return None if row is None else self.ranked(self.probabilities[row])

    def person(self, photo_id: int) -> int:
        """The number of the person whom a photo is about."""
        answer = self.resolved.get(photo_id)
        return FIRST if answer is None else answer.person

    def ranked(self, probabilities: Matrix) -> Prediction:
        """(poses,) probabilities as a Prediction."""
        order = np.argsort(-probabilities, kind="stable")
        return Prediction(
            version=self.version,
            ranked=tuple(
                Scored(
                    pose_id=int(self.pose_ids[k]),
                    slug=self.poses[int(self.pose_ids[k])].slug,
                    probability=float(probabilities[k]),
                )
                for k in order
            ),
            likely=tuple(int(self.pose_ids[k]) for k in conformal_set(probabilities, self.conformal)),
        )
