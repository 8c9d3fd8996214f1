"""Who was found: whether it is a person at all, who is there twice, and who is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from yogalab.records import Matrix
from yogalab.vision.passes import Found

_SAME: Final = 0.1
_ALMOST_NEVER: Final = 1e-4
# Without the face, which is hidden in half of the poses.
_BODY: Final = slice(11, 33)


def chosen_first(people: Sequence[Found], aspect: float) -> list[Found]:
    """Return the people, the one the photo is about first and the others by size; each person once.

    aspect: width / height of the photo.
    """
    ranked = sorted(people, key=lambda found: prominence(found[0], aspect), reverse=True)
    kept: list[Found] = []
    for found in ranked:
        if not any(_same_person(found[0], other[0], aspect) for other in kept):
            kept.append(found)
    return kept


def plausibility(points: Matrix, presence: Matrix) -> float:
    """Return how much a skeleton looks like somebody's: below 0 hardly, above 12 surely.

    points: (33, 4) as in Landmarks; presence: (33,) how likely each landmark lies in the picture.

    In noise and foliage BlazePose finds a box, then fits a body that it sees badly: the body's mean visibility
    and the log-odds of the least present landmark tell it from a person (a logistic regression's two terms, on
    1,260 rescued people and 293 phantoms; further terms added nothing).
    """
    least = float(np.clip(presence.min(), _ALMOST_NEVER, 1 - _ALMOST_NEVER))
    return 15.0 * float(points[_BODY, 3].mean()) + float(np.log(least / (1 - least)))


def prominence(points: Matrix, aspect: float) -> float:
    """Return how much of the photo a person takes up, counting only what is in view, less towards the edges.

    points: (33, 4) as in Landmarks.
    """
    seen = points[points[:, 3] >= 0.5]
    if len(seen) < 2:
        return 0.0
    low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    size = float(np.hypot((high[0] - low[0]) * aspect, high[1] - low[1]))
    middle = (low + high) / 2
    off_centre = float(np.hypot(*(np.clip(middle, 0, 1) - 0.5)))
    return size * float(points[:, 3].mean()) * (1 - 0.5 * off_centre)


def _same_person(a: Matrix, b: Matrix, aspect: float) -> bool:
    """Return whether two skeletons lie on top of each other: two detections of one body end on one skeleton."""
    scale = np.array([aspect, 1.0], dtype=np.float32)
    first, second = a[:, :2] * scale, b[:, :2] * scale
    size = float(np.linalg.norm(np.ptp(first, axis=0)))
    return float(np.linalg.norm(first - second, axis=1).mean()) < _SAME * size
