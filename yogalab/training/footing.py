"""Puts a loosened body back on the ground: what bears on the floor in the drawing lies level again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from yogalab.poses.body import Joints, Vector

_BEARING: Final = ("wrist", "index", "elbow", "shoulder", "hip", "knee", "ankle", "heel", "foot_index")
_JOINTS: Final = (*(f"{side}_{joint}" for side in ("left", "right") for joint in _BEARING), "crown", "nape")
# What lies so near the lowest joint (metres) bears on the floor: hips and shoulders have flesh below them.
_NEAR_FLOOR: Final = 0.12
# Square metres of ridge for each bearing joint: a body on one foot keeps its lean.
_RIDGE: Final = 0.01
_ROUNDS: Final = 2


def levelled(taken: Joints, drawn: Mapping[str, Vector]) -> Joints:
    """Return a body turned, without bending it, so that its bearing joints are at the heights of the drawing.

    taken: joints of somebody in a posture; drawn: the same bones exactly as drawn. The turn about the two
    horizontal axes is a ridge regression of the heights' errors (Hoerl and Kennard 1970).
    """
    wanted = np.array([drawn[name][1] for name in _JOINTS])
    bearing = np.flatnonzero(wanted < wanted.min() + _NEAR_FLOOR)
    names = list(taken)
    points = np.array([taken[name] for name in names])
    rows = np.array([names.index(_JOINTS[at]) for at in bearing])
    for _ in range(_ROUNDS):
        x, y, z = points[rows].T
        # A small turn w moves a point's height by w_z x - w_x z; the floor's own height is free.
        lever = np.stack([-z, x], axis=1)
        lever = lever - lever.mean(0)
        off = wanted[bearing] - y
        w = np.linalg.solve(lever.T @ lever + len(rows) * _RIDGE * np.eye(2), lever.T @ (off - off.mean()))
        points = points @ _rotation(w[0], w[1]).T
    return dict(zip(names, points, strict=True))


def _rotation(about_x: float, about_z: float) -> Vector:
    """(3, 3) the turn by a vector in the horizontal plane, radians (Rodrigues' formula)."""
    angle = float(np.hypot(about_x, about_z))
    if angle < 1e-9:
        return np.eye(3)
    x, z = about_x / angle, about_z / angle
    cross = np.array([[0, -z, 0], [z, 0, -x], [0, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)
