"""The part of a photo that shows the body, for encoders that look there instead of at all of the photo.

A small encoder names a body that fills its view better than one in a corner of a room (models/LOG.md).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from yogalab.records import Landmarks, Matrix

# Below this the body is as likely somewhere else: then all of the photo is shown.
TRUSTED: Final = 0.3
_VISIBLE: Final = 0.4
_FEW: Final = 6
_ROOM: Final = 1.2
# A narrow body's shorter side is widened to this share of its longer one, lest it be stretched out of shape.
_NARROWEST: Final = 0.75
_EVERYTHING: Final = (0.0, 0.0, 1.0, 1.0)


def bounding_box(landmarks: Landmarks | None) -> Matrix | None:
    """Return (left, top, right, bottom) of the visible landmarks in the photo's unit square.

    None where nobody was found who is to be trusted.
    """
    if landmarks is None or landmarks.trust < TRUSTED:
        return None
    seen = landmarks.points[landmarks.points[:, 3] > _VISIBLE, :2]
    if len(seen) < _FEW:
        return None
    box: Matrix = np.concatenate([seen.min(axis=0), seen.max(axis=0)]).astype(np.float32)
    return box


def close_up(box: Matrix | None, aspect: float) -> Matrix:
    """Return (left, top, right, bottom) to look at, with room around the body; it may reach beyond the edge.

    box: what `bounding_box` returned; aspect: the photo's width over its height.
    """
    if box is None:
        return np.array(_EVERYTHING, np.float32)
    low, high = box[:2].astype(np.float64), box[2:].astype(np.float64)
    # In units of the photo's height, where a square is a square.
    square = np.array([aspect, 1.0])
    size = (high - low) * _ROOM * square
    size = np.maximum(size, max(size.max() * _NARROWEST, 1e-3)) / square
    centre = (low + high) / 2
    shown: Matrix = np.concatenate([centre - size / 2, centre + size / 2]).astype(np.float32)
    return shown
