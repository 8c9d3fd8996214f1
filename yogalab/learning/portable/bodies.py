"""`learning.features` of a skeleton, and `poses.geometry`, written down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yogalab import skeleton as body
from yogalab.learning.features import DESCRIPTOR_SCALE, Parts, mirrored_parts
from yogalab.learning.portable.sheet import Sheet, Value
from yogalab.poses.geometry import DESCRIPTORS, PAIRED, SHORTEST_TRUNK
from yogalab.records import Matrix

_DOWN = np.array([0.0, 1.0, 0.0], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Body:
    """Somebody in each photo, or nobody: then everything but `trust` is 0.

    trust: (n, 1); descriptors: (n, D) as `poses.geometry.describe`; even, odd: (n, ...) as in a row of
    features, the scaled descriptors before the other even figures.
    """

    trust: Value
    descriptors: Value
    even: Value
    odd: Value

    @property
    def seen(self) -> Value:
        """Whether anybody is there, (n, 1)."""
        return self.trust > 0.0


def written_body(sheet: Sheet) -> Body:
    """What a row of features holds of a skeleton.

    Inputs: points (33, 4), world (33, 3), aspect (1,) and trust (1,) of `records.Landmarks`; a trust of 0 says
    that nobody was found, whatever the others hold.
    """
    points, world = sheet.input("points", 33, 4), sheet.input("world", 33, 3)
    aspect, trust = sheet.input("aspect", 1), sheet.input("trust", 1)
    there = trust > 0.0
    described = _described(sheet, world)
    parts = mirrored_parts()
    wide = sheet.joined([aspect, 0.0 * aspect + 1.0]).shaped(0, 1, 2)
    flat = _sized(points.take([0, 1]) * wide, per_trunk=2.5)
    solid = _sized(world, per_trunk=2.0)
    starts, ends = (solid.take(parts.bones[:, end], axis=1) for end in (0, 1))
    bones = ends - starts
    bones = bones / bones.length().at_least(1e-6)
    blocks = {
        "xy": flat.take(parts.kept, axis=1),
        "world": solid.take(parts.kept, axis=1),
        "bones": bones,
        "visibility": points.take([3]).take(parts.kept, axis=1),
    }
    rows = {name: block.shaped(0, -1) for name, block in blocks.items()}
    even = [described * DESCRIPTOR_SCALE, *_folded(rows, parts, 0)]
    none = 0.0 * trust
    return Body(
        trust=sheet.where(there, trust.at_least(1e-3), none),
        descriptors=sheet.where(there, described, none),
        even=sheet.where(there, sheet.joined(even), none),
        odd=sheet.where(there, sheet.joined(_folded(rows, parts, 1)), none),
    )


def _folded(rows: dict[str, Value], parts: Parts, side: int) -> list[Value]:
    """What a mirror keeps (side 0) or negates (side 1) of each block that has such figures."""
    maps = {name: parts.folds[name][side] for name in rows}
    return [rows[name] @ fold for name, fold in maps.items() if fold.shape[1]]


def _sized(joints: Value, *, per_trunk: float) -> Value:
    hips = joints.take([body.LEFT_HIP, body.RIGHT_HIP], axis=1).mean(1)
    joints = joints - hips
    shoulders = joints.take([body.LEFT_SHOULDER, body.RIGHT_SHOULDER], axis=1).mean(1)
    size = (per_trunk * shoulders.length()).at_least(joints.length().max(1))
    return joints / size.at_least(1e-6)


def _described(sheet: Sheet, world: Value) -> Value:
    """(n, D) as `poses.geometry.describe`; sides are (n, 2, 3), what each side has (n, 2)."""
    side = {name: _pair(world, left) for name, left in _LEFT.items()}
    shoulder, hip = side["shoulder"].mean(1), side["hip"].mean(1)
    up = shoulder - hip
    trunk = up.length().at_least(SHORTEST_TRUNK).shaped(0, 1)
    named = {"trunk": _angle(sheet, up, -_DOWN).shaped(0, 1)}
    named |= _angles(sheet, side)
    named |= _heights(sheet, side, hip, trunk, world.take([body.NOSE], axis=1))
    named |= _distances(sheet, side, trunk)
    named["chest"] = _chest(sheet, side, up)
    columns = []
    for name in DESCRIPTORS:
        stem, _, end = name.rpartition("_")
        pair = named[stem] if stem in PAIRED else None
        columns.append(named[name] if pair is None else pair.min() if end == "lo" else pair.max())
    return sheet.joined(columns)


_LEFT = {
    "shoulder": body.LEFT_SHOULDER,
    "elbow": body.LEFT_ELBOW,
    "wrist": body.LEFT_WRIST,
    "hip": body.LEFT_HIP,
    "knee": body.LEFT_KNEE,
    "ankle": body.LEFT_ANKLE,
}


def _pair(world: Value, left: int) -> Value:
    return world.take([left, left + 1], axis=1)


def _angle(sheet: Sheet, a: Value, b: Value | Matrix) -> Value:
    """(n, m) degrees between (n, m, 3) vectors; 90 where one has no length."""
    length = b.length() if isinstance(b, Value) else float(np.linalg.norm(b))
    lengths = a.length() * length
    cosine = sheet.where(lengths > 1e-9, (a * b).sum() / lengths.at_least(1e-9), 0.0)
    return (cosine.at_least(-1.0).at_most(1.0).of("Acos") * (180 / np.pi)).shaped(0, -1)


def _angles(sheet: Sheet, side: dict[str, Value]) -> dict[str, Value]:
    shoulder, elbow, wrist = side["shoulder"], side["elbow"], side["wrist"]
    hip, knee, ankle = side["hip"], side["knee"], side["ankle"]
    thigh = knee - hip
    return {
        "hip": _angle(sheet, shoulder - hip, thigh),
        "knee": _angle(sheet, -thigh, ankle - knee),
        "elb": _angle(sheet, shoulder - elbow, wrist - elbow),
        "shd": _angle(sheet, hip - shoulder, elbow - shoulder),
        "thigh": _angle(sheet, thigh, _DOWN),
        "shin": _angle(sheet, ankle - knee, _DOWN),
        "arm": _angle(sheet, wrist - shoulder, _DOWN),
        "split": _angle(sheet, thigh.take([0], axis=1), thigh.take([1], axis=1)),
    }


def _heights(sheet: Sheet, side: dict[str, Value], hip: Value, trunk: Value, nose: Value) -> dict[str, Value]:
    def y(points: Value) -> Value:
        return points.take([1]).shaped(0, -1)

    base, wrist, shoulder = y(hip), y(side["wrist"]), y(side["shoulder"]).mean()
    return {
        "headhip": (base - y(nose)) / trunk,
        "kneehip": (base - y(side["knee"]).mean()) / trunk,
        "ank": (base - y(side["ankle"])) / trunk,
        "wr": (base - wrist) / trunk,
        "wrsh_hi": (shoulder - wrist.min()) / trunk,
    }


def _distances(sheet: Sheet, side: dict[str, Value], trunk: Value) -> dict[str, Value]:
    def within(pair: Value) -> Value:
        return (pair.take([0], axis=1) - pair.take([1], axis=1)).length().shaped(0, 1) / trunk

    # Each hand to each foot: left to left, left to right, right to left, right to right.
    hands, feet = side["wrist"].take([0, 0, 1, 1], axis=1), side["ankle"].take([0, 1, 0, 1], axis=1)
    reach = (hands - feet).length().shaped(0, 4) / trunk
    same, crossed = reach.take([0, 3]).max(), reach.take([1, 2]).max()
    return {
        "feet": within(side["ankle"]),
        "knees": within(side["knee"]),
        "hands": within(side["wrist"]),
        "handfoot": reach.min(),
        "handfoot2": same.at_most(crossed),
    }


def _chest(sheet: Sheet, side: dict[str, Value], up: Value) -> Value:
    """Minus the height of the cross product of shoulder line and trunk, over its length; 0 without one."""
    across = (side["shoulder"].take([0], axis=1) - side["shoulder"].take([1], axis=1)).shaped(0, 3)
    trunk = up.shaped(0, 3)
    normal = across.take([1, 2, 0]) * trunk.take([2, 0, 1]) - across.take([2, 0, 1]) * trunk.take([1, 2, 0])
    length = normal.length()
    return sheet.where(length > 1e-9, -normal.take([1]) / length.at_least(1e-9), 0.0)
