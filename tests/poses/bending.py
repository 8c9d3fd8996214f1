"""Bodies that are bent at their joints, many at once: what a coach's words do to somebody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yogalab import skeleton as body
from yogalab.poses.geometry import describe

Array = NDArray[np.float64]

_ARM = (13, 15, 17, 19, 21)
_LEG = (25, 27, 29, 31)
# What is moved about which landmark; the trunk about the middle of the hips.
_LIMBS = {
    **{f"{side}.hip": (body.LEFT_HIP + k, [i + k for i in _LEG]) for k, side in enumerate(("left", "right"))},
    **{
        f"{side}.knee": (body.LEFT_KNEE + k, [i + k for i in _LEG[1:]])
        for k, side in enumerate(("left", "right"))
    },
    **{
        f"{side}.shoulder": (body.LEFT_SHOULDER + k, [i + k for i in _ARM])
        for k, side in enumerate(("left", "right"))
    },
    **{
        f"{side}.elbow": (body.LEFT_ELBOW + k, [i + k for i in _ARM[1:]])
        for k, side in enumerate(("left", "right"))
    },
    "trunk": (None, list(range(23))),
}
# Landmarks' axes: across the picture, up, towards the camera.
MOVES = [(limb, axis) for limb in _LIMBS for axis in range(3) if axis != 1 or limb == "trunk"]


def bent(worlds: Array, degrees: Array) -> Array:
    """Return bodies bent at every joint. worlds: (n, 33, 3); degrees: (n, len(MOVES))."""
    moved = worlds.astype(np.float64).copy()
    for column, (limb, axis) in enumerate(MOVES):
        if not degrees[:, column].any():
            continue
        about, parts = _LIMBS[limb]
        centre = moved[:, [23, 24]].mean(1) if about is None else moved[:, about]
        angles = np.radians(degrees[:, column])[:, None]
        a, b = [i for i in range(3) if i != axis]
        rest = moved[:, parts] - centre[:, None]
        turned = rest.copy()
        turned[..., a] = np.cos(angles) * rest[..., a] - np.sin(angles) * rest[..., b]
        turned[..., b] = np.sin(angles) * rest[..., a] + np.cos(angles) * rest[..., b]
        moved[:, parts] = turned + centre[:, None]
    return moved


def slopes(worlds: Array, parts: Array, allowed: NDArray[np.bool_]) -> Array:
    """Return how a figure of each body changes with each move, for each degree, (n, len(MOVES)).

    parts: (n, D) how much each descriptor counts in the figure; allowed: (n, len(MOVES)) which moves may be
    made.
    """
    before = (describe(worlds) * parts).sum(axis=1)
    found = np.zeros((len(worlds), len(MOVES)))
    for move in range(len(MOVES)):
        one = np.zeros((len(worlds), len(MOVES)))
        one[:, move] = 1.0
        found[:, move] = (describe(bent(worlds, one)) * parts).sum(axis=1) - before
    return found * allowed


def nearer(
    worlds: Array, parts: Array, wanted: Array, allowed: NDArray[np.bool_], *, most: float = 6.0
) -> Array:
    """Return bodies bent by at most so many degrees towards a figure, the steepest way. wanted: (n,)."""
    slope = slopes(worlds, parts, allowed)
    steep = np.linalg.norm(slope, axis=1)
    lacking = wanted - (describe(worlds) * parts).sum(axis=1)
    far = np.clip(np.divide(lacking, steep, out=np.zeros_like(lacking), where=steep > 1e-6), -most, most)
    step = slope / np.maximum(steep, 1e-9)[:, None]
    return bent(worlds, step * far[:, None])
