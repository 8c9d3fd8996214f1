"""A small body: bones of given lengths, posed by directions, to joints in space.

Axes as an author sees them: x to the right of the picture, y up, z towards the viewer; metres; the origin lies
between the hips. `landmarks` turns joints into BlazePose's order and axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix
from yogalab.skeleton import INDEX, LANDMARKS

Vector = NDArray[np.float64]
Joints = dict[str, Vector]
SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Lengths of the bones in metres; the figures are those of an average adult."""

    trunk: float = 0.50
    shoulders: float = 0.35
    hips: float = 0.20
    neck: float = 0.215
    upper_arm: float = 0.28
    forearm: float = 0.25
    hand: float = 0.10
    thigh: float = 0.42
    shin: float = 0.41
    foot: float = 0.16
    head: float = 0.105


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limb:
    """How an arm or a leg lies.

    Either the directions of its two bones, or `to`: the point its wrist or ankle goes to (metres from the hips,
    or the name of a joint), the middle joint pointing towards `bend`. `end` is where hand or toes point.
    """

    first: Vector | None = None
    second: Vector | None = None
    to: Vector | str | None = None
    bend: Vector | None = None
    end: Vector | None = None

    def mirrored(self, across: Vector) -> Limb:
        """Return the other side's limb, reflected in the plane `across` stands on."""

        def flip(v: Vector | None) -> Vector | None:
            return None if v is None else v - 2 * (v @ across) * across

        to = other_side(self.to) if isinstance(self.to, str) else flip(self.to)
        return Limb(
            first=flip(self.first), second=flip(self.second), to=to, bend=flip(self.bend), end=flip(self.end)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posture:
    """A pose of the body, from which a Build makes joints.

    spine: hips to shoulders; front, chest: where pelvis and chest face; hips: right hip to left hip;
    head: neck to head; gaze: where the face looks. arch: metres the waist stands out, to the back if positive.
    turn: degrees the body turns about the vertical before it is seen. floor: height of the ground.
    limbs: "left_arm", "right_arm", "left_leg", "right_leg".
    """

    spine: Vector
    front: Vector
    chest: Vector
    hips: Vector
    head: Vector
    gaze: Vector
    limbs: Mapping[str, Limb] = field(default_factory=dict)
    arch: float = 0.0
    turn: float = 0.0
    floor: float | None = None


def unit(v: Vector) -> Vector:
    """Return the vector at length one."""
    return v / max(float(np.linalg.norm(v)), 1e-9)


def square_to(v: Vector, axis: Vector) -> Vector:
    """Return the part of `v` at right angles to `axis`, at length one."""
    rest = v - (v @ axis) * axis
    if np.linalg.norm(rest) < 1e-6:
        rest = np.cross(axis, np.roll(axis, 1) + 0.1)
    return unit(rest)


def other_side(joint: str) -> str:
    """Return "right_knee" for "left_knee", and the reverse."""
    side, _, rest = joint.partition("_")
    return f"{'right' if side == 'left' else 'left'}_{rest}" if side in SIDES else joint


def joints(posture: Posture, build: Build | None = None) -> Joints:
    """Return where every joint is: shoulders, elbows, ..., waist, neck, head and the points of the face.

    Raises ValueError when a limb reaches for a joint that does not exist.
    """
    build = build or Build()
    found = _trunk(posture, build)
    waiting = dict(posture.limbs)
    while waiting:
        ready = [name for name, limb in waiting.items() if not isinstance(limb.to, str) or limb.to in found]
        if not ready:
            raise ValueError(f"{', '.join(waiting)}: no such joint to reach for")
        for name in ready:
            _place(found, name, waiting.pop(name), posture, build)
    return _turned(found, posture.turn)


def _trunk(posture: Posture, build: Build) -> Joints:
    spine = unit(posture.spine)
    # A bent back is as long as a straight one: its chord is shorter (arc of a shallow parabola).
    chord = build.trunk - 8 / 3 * posture.arch**2 / build.trunk
    neck = spine * chord
    back = -square_to(posture.front + posture.chest, spine)
    shoulder_line = np.cross(spine, square_to(posture.chest, spine)) * build.shoulders / 2
    hip_line = unit(posture.hips) * build.hips / 2
    head = neck + unit(posture.head) * build.neck
    found = {
        "hips": np.zeros(3),
        "waist": neck / 2 + back * posture.arch,
        "neck": neck,
        "head": head,
        "left_shoulder": neck + shoulder_line,
        "right_shoulder": neck - shoulder_line,
        "left_hip": hip_line,
        "right_hip": -hip_line,
    }
    return found | _face(head, unit(posture.head), posture.gaze, build.head)


# Offsets in head radii: towards the gaze, up, to the person's left.
_FACE: Final = {
    "nose": (1.0, -0.1, 0.0),
    "left_eye_inner": (0.85, 0.25, 0.15),
    "left_eye": (0.82, 0.25, 0.3),
    "left_eye_outer": (0.75, 0.25, 0.45),
    "left_ear": (0.0, 0.05, 0.75),
    "mouth_left": (0.85, -0.5, 0.22),
}


def _face(head: Vector, up: Vector, gaze: Vector, radius: float) -> Joints:
    ahead = square_to(gaze, up) if abs(unit(gaze) @ up) < 0.95 else unit(gaze)
    up = square_to(up, ahead)
    left = np.cross(up, ahead)
    found = {}
    for name, (forward, high, aside) in _FACE.items():
        found[name] = head + radius * (forward * ahead + high * up + aside * left)
        if aside:
            twin = name.replace("left", "right")
            found[twin] = head + radius * (forward * ahead + high * up - aside * left)
    found["crown"] = head + radius * up
    found["nape"] = head - radius * ahead
    return found


def _place(found: Joints, name: str, limb: Limb, posture: Posture, build: Build) -> None:
    side, _, kind = name.partition("_")
    arm = kind == "arm"
    root = found[f"{side}_{'shoulder' if arm else 'hip'}"]
    lengths = (build.upper_arm, build.forearm) if arm else (build.thigh, build.shin)
    middle, end = _bones(found, root, limb, lengths, posture.front, build.trunk / Build().trunk)
    found[f"{side}_{'elbow' if arm else 'knee'}"] = middle
    found[f"{side}_{'wrist' if arm else 'ankle'}"] = end
    along = unit(end - middle)
    # Thumbs and little toes: the person's left is where hips and shoulders say it is.
    outward = unit(posture.hips) * (1 if side == "left" else -1)
    if arm:
        found |= _hand(side, end, unit(limb.end) if limb.end is not None else along, outward, build.hand)
    else:
        found |= _foot(side, end, along, limb.end if limb.end is not None else posture.front, build.foot)


def _bones(
    found: Joints, root: Vector, limb: Limb, lengths: tuple[float, float], front: Vector, size: float
) -> tuple[Vector, Vector]:
    first, second = lengths
    if limb.to is None:
        if limb.first is None:
            raise ValueError("a limb needs directions or a point to reach")
        middle = root + unit(limb.first) * first
        return middle, middle + unit(limb.second if limb.second is not None else limb.first) * second
    # Two bones and a target make a triangle; `bend` turns it about the line from root to target.
    target = found[limb.to] if isinstance(limb.to, str) else limb.to * size
    line = unit(target - root)
    distance = float(np.clip(np.linalg.norm(target - root), abs(first - second) + 0.02, first + second - 0.002))
    near = (first**2 - second**2 + distance**2) / (2 * distance)
    off = np.sqrt(max(first**2 - near**2, 0.0))
    middle = root + line * near + square_to(limb.bend if limb.bend is not None else front, line) * off
    return middle, root + line * distance


def _hand(side: str, wrist: Vector, along: Vector, outward: Vector, length: float) -> Joints:
    aside = square_to(outward, along)
    return {
        f"{side}_index": wrist + length * along,
        f"{side}_pinky": wrist + length * (0.9 * along + 0.3 * aside),
        f"{side}_thumb": wrist + length * (0.45 * along - 0.35 * aside),
    }


def _foot(side: str, ankle: Vector, shin: Vector, toes: Vector, length: float) -> Joints:
    ahead = unit(toes)
    # The sole lies below the ankle, on the side the shin comes down to; a pointed foot has no such side.
    sole = shin - (shin @ ahead) * ahead
    sole = 0.35 * length * sole
    return {
        f"{side}_heel": ankle + sole - 0.22 * length * ahead,
        f"{side}_foot_index": ankle + sole + 0.9 * length * ahead,
    }


def _turned(found: Joints, degrees: float) -> Joints:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    turn = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    return {name: turn @ point for name, point in found.items()}


def world(found: Mapping[str, Vector]) -> Matrix:
    """Return joints as BlazePose's world landmarks: (33, 3) metres, y downward, z away from the camera."""
    points = np.zeros((LANDMARKS, 3), dtype=np.float32)
    for name, index in INDEX.items():
        points[index] = found[name] * np.array([1, -1, -1])
    return points


def varied(build: Build, rng: np.random.Generator) -> Build:
    """Return another person's bones: each length its own, all of them longer or shorter together."""
    size = rng.normal(1, 0.05)
    names = Build.__dataclass_fields__
    lengths = {name: getattr(build, name) * size * rng.normal(1, 0.05) for name in names}
    return replace(build, **lengths)


def loosened(posture: Posture, rng: np.random.Generator, degrees: float) -> Posture:
    """Return the posture as somebody else takes it: every direction off by about so many degrees."""

    def off(v: Vector) -> Vector:
        return unit(v) + rng.normal(0, np.radians(degrees) / np.sqrt(2), 3)

    def limb_off(limb: Limb) -> Limb:
        to = limb.to
        if to is not None and not isinstance(to, str):
            to = to + rng.normal(0, 0.004 * degrees, 3)
        return replace(
            limb,
            first=None if limb.first is None else off(limb.first),
            second=None if limb.second is None else off(limb.second),
            to=to,
        )

    # Pelvis and chest turn together with the spine's line, so one error serves all three.
    return replace(
        posture,
        spine=off(posture.spine),
        head=off(posture.head),
        gaze=off(posture.gaze),
        limbs={name: limb_off(limb) for name, limb in posture.limbs.items()},
    )
