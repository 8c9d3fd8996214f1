"""A posed body as flat shapes: each part a few hulls of circles, the parts ordered from back to front.

Serves both drawings of a figure: as SVG and as pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from yogalab.poses.body import SIDES, Vector

# x to the right, y down, radius: metres.
Circle = tuple[float, float, float]
Point = tuple[float, float]

# Half thickness in metres at the joints.
_RADII: Final = {
    "shoulder": 0.050,
    "elbow": 0.038,
    "wrist": 0.028,
    "index": 0.022,
    "hip": 0.078,
    "knee": 0.053,
    "ankle": 0.036,
    "heel": 0.030,
    "foot_index": 0.022,
}
# Along the trunk, from hips (0) to neck (1): half the depth, and how much of the hips' or shoulders' width.
_TRUNK: Final = (
    (0.0, 0.086, 0.90),
    (0.15, 0.086, 0.82),
    (0.3, 0.080, 0.66),
    (0.45, 0.074, 0.54),
    (0.6, 0.078, 0.52),
    (0.75, 0.080, 0.56),
    (0.9, 0.064, 0.70),
    (0.97, 0.050, 0.80),
)
_STATIONS: Final = tuple(np.linspace(0, 0.97, 13).tolist())
_ON_CIRCLE: Final = tuple((float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 48, False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of the body.

    name: "torso", "head", or side and bone; blobs: groups of circles, each drawn as its hull;
    depth: metres towards the viewer.
    """

    name: str
    blobs: tuple[tuple[Circle, ...], ...]
    depth: float


def parts(joints: Mapping[str, Vector], thickness: float = 1.0) -> list[Part]:
    """Return the parts of a body, the farthest first."""
    found = [_torso(joints, thickness), _neck(joints, thickness), _head(joints, thickness)]
    for side in SIDES:
        found.append(_limb(joints, side, "upper_arm", ("shoulder", "elbow"), thickness))
        found.append(_limb(joints, side, "forearm", ("elbow", "wrist", "index"), thickness))
        found.append(_limb(joints, side, "thigh", ("hip", "knee"), thickness))
        found.append(_limb(joints, side, "shin", ("knee", "ankle"), thickness))
        found.append(_limb(joints, side, "foot", ("ankle", "heel", "foot_index"), thickness))
    return sorted(found, key=lambda part: part.depth)


def _circle(point: Vector, radius: float) -> Circle:
    return float(point[0]), float(-point[1]), radius


def _limb(joints: Mapping[str, Vector], side: str, name: str, through: Sequence[str], thickness: float) -> Part:
    points = [joints[f"{side}_{joint}"] for joint in through]
    circles = [_circle(point, _RADII[joint] * thickness) for point, joint in zip(points, through, strict=True)]
    blobs = [tuple(circles)] if name == "foot" else list(pairwise(circles))
    return Part(name=f"{side}_{name}", blobs=tuple(blobs), depth=float(np.mean([p[2] for p in points[:2]])))


def _torso(joints: Mapping[str, Vector], thickness: float) -> Part:
    stations = [tuple(_station(joints, share, thickness)) for share in _STATIONS]
    blobs = [below + above for below, above in pairwise(stations)]
    collar = 0.72 * joints["neck"] + 0.28 * joints["head"]
    shoulders = (_circle(joints[f"{side}_shoulder"], 0.046 * thickness) for side in SIDES)
    blobs.append((_circle(collar, 0.040 * thickness), *shoulders))
    depth = float(np.mean([joints[joint][2] for joint in ("hips", "waist", "neck")]))
    return Part(name="torso", blobs=tuple(blobs), depth=depth)


def _station(joints: Mapping[str, Vector], share: float, thickness: float) -> Iterator[Circle]:
    shares, radii, widths = zip(*_TRUNK, strict=True)
    radius, width = float(np.interp(share, shares, radii)), float(np.interp(share, shares, widths))
    # A quadratic curve through hips, waist and neck.
    start, middle, end = joints["hips"], joints["waist"], joints["neck"]
    control = 2 * middle - (start + end) / 2
    point = (1 - share) ** 2 * start + 2 * share * (1 - share) * control + share**2 * end
    hips, shoulders = (joints[f"left_{j}"] - joints[f"right_{j}"] for j in ("hip", "shoulder"))
    half = width * ((1 - share) * hips + share * shoulders) / 2
    for side in (half, -half):
        yield _circle(point + side, radius * thickness)


def _neck(joints: Mapping[str, Vector], thickness: float) -> Part:
    ends = tuple(_circle(joints[joint], 0.036 * thickness) for joint in ("neck", "head"))
    # Chin and collar lie over it, whichever way the person looks.
    return Part(name="neck", blobs=(ends,), depth=float(min(joints["neck"][2], joints["head"][2])) - 0.03)


def _head(joints: Mapping[str, Vector], thickness: float) -> Part:
    head, nape, crown = joints["head"], joints["nape"], joints["crown"]
    radius = float(np.linalg.norm(crown - head)) * (1 + 0.3 * (thickness - 1))
    bun = head + 0.95 * (nape - head) + 0.75 * (crown - head)
    return Part(
        name="head",
        blobs=((_circle(head, radius),), (_circle(bun, 0.42 * radius),)),
        depth=float(head[2]),
    )


def bounds(parts: Sequence[Part]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of everything drawn."""
    circles = np.array([circle for part in parts for blob in part.blobs for circle in blob])
    low, high = circles[:, :2] - circles[:, 2:], circles[:, :2] + circles[:, 2:]
    return float(low[:, 0].min()), float(low[:, 1].min()), float(high[:, 0].max()), float(high[:, 1].max())


def hull(circles: Sequence[Circle]) -> list[tuple[Point, int]]:
    """Return the outline around circles, clockwise as seen, each point with the number of its circle."""
    points = sorted(
        (x + r * cosine, y + r * sine, index)
        for index, (x, y, r) in enumerate(circles)
        for cosine, sine in _ON_CIRCLE
    )
    outline = _half_hull(points) + _half_hull(points[::-1])
    return [((x, y), index) for x, y, index in outline]


def _half_hull(points: Sequence[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    """One half of Andrew's monotone chain, without its last point."""
    half: list[tuple[float, float, int]] = []
    for point in points:
        while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
            half.pop()
        half.append(point)
    return half[:-1]


def _turn(a: tuple[float, float, int], b: tuple[float, float, int], c: tuple[float, float, int]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def arcs(circles: Sequence[Circle]) -> Iterator[tuple[Point, float, bool, Point]]:
    """Return the outline as arcs: start, radius, whether it is more than half a circle, end.

    Straight lines join one arc's end to the next one's start.
    """
    outline = hull(circles)
    # Start where one circle's stretch begins, so that none is cut in two.
    first = next((i for i in range(len(outline)) if outline[i - 1][1] != outline[i][1]), None)
    if first is None:
        (start, index), (far, _) = outline[0], outline[len(outline) // 2]
        yield start, circles[index][2], False, far
        yield far, circles[index][2], False, start
        return
    outline = outline[first:] + outline[:first]
    run: list[Point] = []
    for number, (point, index) in enumerate(outline):
        run.append(point)
        if number + 1 == len(outline) or outline[number + 1][1] != index:
            yield run[0], circles[index][2], len(run) > len(_ON_CIRCLE) / 2 + 1, run[-1]
            run = []
