"""How a skeleton was seen: how clearly, how prominently, and how far from another."""

from __future__ import annotations

from typing import Final

import numpy as np

from yogalab.records import Matrix

# Without the face, whose landmarks lie close together wherever the skeleton is.
_BODY: Final = slice(11, 33)
# Half of the landmarks: with legs out of the picture, or arms behind the back, a body has as many in view.
_BEST: Final = 16
_IN_VIEW: Final = 0.3
# Fewer landmarks than these span no box.
_ENOUGH: Final = 4


def clarity(points: Matrix) -> float:
    """Return how clearly a body is seen: the log-odds of the mean visibility of its 16 most visible landmarks.

    points: (33, 4) as in Landmarks. Persons have 4 and more, phantoms seldom.
    """
    seen = float(np.clip(np.sort(points[:, 3])[-_BEST:].mean(), 1e-6, 1 - 1e-6))
    return float(np.log(seen / (1 - seen)))


def prominence(points: Matrix, aspect: float) -> float:
    """Return how much of the photo a person takes up, counting only what is in view, less towards the edges.

    points: (33, 4) as in Landmarks; aspect: width / height of the photo. Of 161 photos with several people 84 %
    get the right one's pose by this, 81 % by the detector's own order.
    """
    seen = points[points[:, 3] >= 0.5]
    if len(seen) < 2:
        return 0.0
    low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    size = float(np.hypot((high[0] - low[0]) * aspect, high[1] - low[1]))
    middle = (low + high) / 2
    off_centre = float(np.hypot(*(np.clip(middle, 0, 1) - 0.5)))
    return size * float(points[:, 3].mean()) * (1 - 0.5 * off_centre)


def distances(points: Matrix, aspect: float) -> Matrix:
    """Return the mean distances between skeletons' landmarks, the face left out, in sizes of the two, (n, n).

    points: (n, 33, 4) as in Landmarks. The size of two is the geometric mean of their boxes' diagonals.
    """
    body = points[:, _BODY, :2] * np.array([aspect, 1.0], dtype=np.float32)
    size = np.linalg.norm(np.ptp(body, axis=1), axis=1)
    apart = np.linalg.norm(body[:, None] - body[None], axis=-1).mean(axis=-1)
    return np.asarray(apart / np.maximum(np.sqrt(size[:, None] * size[None]), 1e-6), dtype=np.float32)


def overlap(a: Matrix, b: Matrix) -> float:
    """Return the intersection over union of two skeletons' boxes, of landmarks in view or of all but the face.

    a, b: (33, 4) as in Landmarks.
    """
    (a_low, a_high), (b_low, b_high) = _box(a), _box(b)
    shared = float(np.prod(np.maximum(np.minimum(a_high, b_high) - np.maximum(a_low, b_low), 0)))
    union = float(np.prod(a_high - a_low) + np.prod(b_high - b_low)) - shared
    return shared / max(union, 1e-9)


def _box(points: Matrix) -> tuple[Matrix, Matrix]:
    """The lowest and the highest (x, y)."""
    seen = points[points[:, 3] >= _IN_VIEW, :2]
    if len(seen) < _ENOUGH:
        seen = points[_BODY, :2]
    return seen.min(axis=0), seen.max(axis=0)
