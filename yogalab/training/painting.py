"""A body's surface as pixels: turned to the camera, lit, and painted from back to front.

Painter's algorithm over small quadrilaterals (Newell, Newell and Sancha, A solution to the hidden surface
problem, 1972); light after Lambert, wrapped round the edge as photos of rooms show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from yogalab.poses.body import Vector
from yogalab.training.camera import Camera
from yogalab.training.mannequin import Mesh

Pixels = NDArray[np.uint8]
# cv2 takes corners in fixed point with so many binary places.
_PLACES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facing:
    """The part of a surface that faces the camera, the farthest first.

    index: (F,) rows of the mesh; corners: (F, 4, 2) in the unit square; depth: (F,) metres towards the viewer;
    normal: (F, 3) of length one, in the camera's axes.
    """

    index: NDArray[np.int64]
    corners: Vector
    depth: Vector
    normal: Vector


def facing(mesh: Mesh, camera: Camera) -> Facing:
    """Return what of a surface the camera can see."""
    seen = camera.turned(mesh.points)
    flat = camera.shown(seen)
    first, second, third, fourth = mesh.quads.T
    (ax, ay), (bx, by) = (flat[third] - flat[first]).T, (flat[fourth] - flat[second]).T
    # y runs downward: counter-clockwise seen from outside is a negative area.
    index = np.flatnonzero(ax * by < ay * bx)
    depth = seen[mesh.quads[index], 2].mean(1)
    order = np.argsort(depth, kind="stable")
    index = index[order]
    first, second, third, fourth = mesh.quads[index].T
    (ax, ay, az), (bx, by, bz) = (seen[third] - seen[first]).T, (seen[fourth] - seen[second]).T
    normal = np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)
    normal /= np.maximum(np.sqrt((normal * normal).sum(1, keepdims=True)), 1e-12)
    return Facing(index=index, corners=flat[mesh.quads[index]], depth=depth[order], normal=normal)


def lit(colours: Vector, normal: Vector, light: Vector, ambient: float) -> Vector:
    """Return colours (F, 3) under a light from direction `light` (3,), with an even share `ambient` of it.

    Half Lambert: ((1 + n . l) / 2) squared falls off round the edge without a hard border.
    """
    half = (1 + normal @ light) / 2
    return np.asarray(colours * (ambient + (1 - ambient) * 1.35 * half**2)[:, None])


def fill(canvas: Pixels, corners: Vector, colours: Vector) -> None:
    """Paint quadrilaterals one over the other.

    corners: (F, 4, 2) in the unit square; colours: (F, 3), 0 to 255.
    """
    height, width = canvas.shape[:2]
    scale = np.array([width, height]) * 2**_PLACES
    points = np.rint(corners * scale - 2 ** (_PLACES - 1)).astype(np.int32)
    for quad, colour in zip(points, colours.tolist(), strict=True):
        cv2.fillConvexPoly(canvas, quad, colour, cv2.LINE_8, _PLACES)


def outlines(labels: Pixels, width: int) -> NDArray[np.bool_]:
    """Return where neighbouring labels differ, (h, w), as lines about so many pixels wide."""
    box = np.ones((width + 1, width + 1), np.uint8)
    return np.asarray(cv2.dilate(labels, box) != cv2.erode(labels, box))


def hidden(points: Vector, depth: Vector, face: Facing, *, beyond: float) -> NDArray[np.bool_]:
    """Return which points lie behind the surface by more than `beyond` metres.

    points: (n, 2) in the unit square; depth: (n,) metres towards the viewer. A quadrilateral counts as its box,
    which is a few pixels.
    """
    covered = face.depth > depth[:, None] + beyond
    for axis in (0, 1):
        corners, own = face.corners[:, :, axis], points[:, axis, None]
        covered &= (own >= corners.min(1)) & (own <= corners.max(1))
    return np.asarray(covered.any(1))


def features(canvas: Pixels, flat: Mapping[str, Vector], head_size: float, ink: Vector, lips: Vector) -> None:
    """Paint eyes, nose and mouth, as far as they are in `flat`: those that can be seen, in the unit square.

    head_size: the head's radius as a share of the canvas; ink, lips: colours (3,), 0 to 255.
    """
    size = canvas.shape[0]
    dot = max(round(0.13 * head_size * size), 1)
    places = {name: (int(x), int(y)) for name, (x, y) in ((n, point * size) for n, point in flat.items())}
    for name in ("left_eye", "right_eye", "nose"):
        if name in places:
            cv2.circle(canvas, places[name], dot if name != "nose" else max(dot - 1, 1), ink.tolist(), -1)
    corners = [places[name] for name in ("mouth_left", "mouth_right") if name in places]
    if len(corners) == 2:
        cv2.line(canvas, corners[0], corners[1], lips.tolist(), dot)
