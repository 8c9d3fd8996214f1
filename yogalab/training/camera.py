"""A camera that looks at a drawn body: where points in space come to lie in the picture.

Axes as in `yogalab.poses.body`; a picture is the unit square, x to the right and y downward, whatever the
frame's shape was before it was squeezed into the square.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from yogalab.poses.body import Vector

# Nearer to the lens than this (metres) nothing is drawn.
_NEAREST: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Camera:
    """A pinhole camera.

    turn: (3, 3) from the body's axes to the camera's; distance: metres from the lens to the middle of the hips;
    scale: (2,) shares of width and height a metre takes at that distance; shift: (2,) where the hips lie.
    """

    turn: Vector
    distance: float
    scale: Vector
    shift: Vector

    def turned(self, points: Vector) -> Vector:
        """Return points (..., 3) in the camera's axes, metres, the origin still between the hips."""
        seen: Vector = points @ self.turn.T
        return seen

    def shown(self, seen: Vector) -> Vector:
        """Return where points in the camera's axes, (..., 3), lie in the unit square, (..., 2)."""
        near = self.distance / np.maximum(self.distance - seen[..., 2:], _NEAREST)
        flat: Vector = seen[..., :2] * near * self.scale * (1, -1) + self.shift
        return flat


def turned(azimuth: float, elevation: float, roll: float) -> Vector:
    """Return the (3, 3) rotation of a body seen from the side, from above and askew, angles in degrees.

    azimuth turns the body about the vertical; a camera at a positive elevation looks down on it; roll tilts the
    picture. Intrinsic order: azimuth first, then elevation, then roll (pitch-yaw-roll, Hartley and Zisserman,
    Multiple View Geometry, section 6.1).
    """
    a, e, r = np.radians([azimuth, elevation, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(e), -np.sin(e)], [0, np.sin(e), np.cos(e)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_x @ about_y)


def framed(
    turn: Vector, distance: float, points: Vector, *, aspect: float, fill: float, place: Vector
) -> Camera:
    """Return a camera whose frame holds all points.

    points: (n, 3) in the body's axes; aspect: the frame's width over its height; fill: the share of the frame
    that the points' box takes in the direction where it is larger; place: (2,) 0 to 1, where in the free space
    the box lies, left to right and top to bottom.
    """
    plain = Camera(turn=turn, distance=distance, scale=np.ones(2), shift=np.zeros(2))
    flat = plain.shown(plain.turned(points))
    low, high = flat.min(0), flat.max(0)
    frame = np.array([aspect, 1.0])
    zoom = fill * float((frame / (high - low)).min())
    scale = zoom / frame
    free = 1 - scale * (high - low)
    return Camera(turn=turn, distance=distance, scale=scale, shift=free * place - scale * low)
