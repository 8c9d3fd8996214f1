"""A drawn person's skin and clothes in space: tubes round the bones, cut into small quadrilaterals.

Axes as in `yogalab.poses.body`: x to the right, y up, z towards the viewer, metres. Every tube is a stack of
ellipses along an axis; its tables say how thick an average adult is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.poses.body import SIDES, Vector
from yogalab.training.skull import skull
from yogalab.training.tubes import STATIONS, Rings, points, square_rows, surface, unit_rows

_AROUND: Final = 10
_AROUND_TRUNK: Final = 16
LIMB_PARTS: Final = ("upper_arm", "forearm", "hand", "thumb", "thigh", "shin", "foot", "instep", "buttock")
MIDDLE_PARTS: Final = ("neck", "head", "hair", "torso")
PARTS: Final = (*(f"{side}_{part}" for side in SIDES for part in LIMB_PARTS), *MIDDLE_PARTS)
PART_INDEX: Final = {name: index for index, name in enumerate(PARTS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Physique:
    """How much flesh and cloth lies round the bones, as shares of an average adult's.

    hair: one of skull.HAIR; creases: how far cloth strays, as a share of the radius.
    """

    trunk: float = 1.0
    arms: float = 1.0
    legs: float = 1.0
    hips: float = 1.0
    chest: float = 0.0
    belly: float = 0.0
    wide_legs: float = 0.0
    hair: str = "bun"
    creases: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mesh:
    """A body's surface.

    points: (V, 3) metres; pieces: which stretches of the points belong together, one a tube;
    quads: (Q, 4) rows of the points, counter-clockwise as seen from outside; part: (Q,) index into PARTS;
    along: (Q,) 0 at the first joint of the part's bone and 1 at the second, less and more in the rounded ends;
    ahead, high: (Q,) where on the part it lies, -1 to 1: on the front, towards the second joint (the crown).
    """

    points: Vector
    pieces: tuple[slice, ...]
    quads: NDArray[np.int64]
    part: NDArray[np.int64]
    along: Vector
    ahead: Vector
    high: Vector


# Stations: one rounds off each end, six lie on the bone.
_ENDS: Final = np.array([-0.8, 0, 0, 0, 0, 0, 0, 0.8])
_ON_BONE: Final = np.array([0, 0, 0.2, 0.4, 0.6, 0.8, 1, 1])
_NARROWED: Final = np.array([0.55, 1, 1, 1, 1, 1, 1, 0.55])


def _profile(*radii: float) -> Vector:
    return np.asarray(np.array([radii[0], *radii, radii[-1]]) * _NARROWED)


# Half widths and half depths in metres along each part, from its first joint to its second.
_WIDE: Final = {
    "upper_arm": _profile(0.050, 0.048, 0.044, 0.041, 0.038, 0.037),
    "forearm": _profile(0.038, 0.041, 0.038, 0.033, 0.028, 0.026),
    "hand": _profile(0.025, 0.034, 0.039, 0.039, 0.034, 0.024),
    "thumb": _profile(0.014, 0.014, 0.013, 0.012, 0.011, 0.009),
    "thigh": _profile(0.084, 0.083, 0.077, 0.069, 0.060, 0.053),
    "shin": _profile(0.050, 0.052, 0.052, 0.045, 0.037, 0.034),
    "foot": _profile(0.029, 0.031, 0.034, 0.040, 0.042, 0.033),
    "instep": _profile(0.034, 0.034, 0.033, 0.031, 0.029, 0.026),
    "buttock": _profile(0.088, 0.094, 0.096, 0.096, 0.092, 0.084),
    "neck": _profile(0.056, 0.052, 0.050, 0.050, 0.050, 0.050),
}
_DEEP: Final = _WIDE | {
    "hand": _profile(0.021, 0.018, 0.016, 0.014, 0.011, 0.008),
    "foot": _profile(0.029, 0.030, 0.029, 0.024, 0.017, 0.012),
    "thigh": _profile(0.088, 0.088, 0.083, 0.074, 0.064, 0.056),
    "instep": _profile(0.034, 0.034, 0.033, 0.030, 0.025, 0.018),
}
# Metres by which a station's middle lies before (minus: behind) the bone: the calf, the biceps.
_BOWED: Final = {
    "shin": -0.016 * np.array([0, 0, 1, 1, 0.6, 0.2, 0, 0]),
    "thigh": 0.008 * np.array([0, 0, 1, 1, 1, 0.5, 0, 0]),
}
_TUBE_NAMES: Final = (*PARTS[: 2 * len(LIMB_PARTS)], "neck")
_TUBE_KINDS: Final = (*LIMB_PARTS, *LIMB_PARTS, "neck")
_WIDE_ROWS: Final = np.array([_WIDE[kind] for kind in _TUBE_KINDS])
_DEEP_ROWS: Final = np.array([_DEEP[kind] for kind in _TUBE_KINDS])
_BOWED_ROWS: Final = np.array([_BOWED.get(kind, np.zeros(STATIONS)) for kind in _TUBE_KINDS])
# The trunk from below the hips (under 0) to the collar (over 1): share of the spine, half width, half depth.
_TRUNK: Final = np.array(
    [
        (-0.19, 0.060, 0.050),
        (-0.13, 0.125, 0.085),
        (-0.04, 0.165, 0.103),
        (0.06, 0.174, 0.108),
        (0.18, 0.168, 0.104),
        (0.30, 0.148, 0.096),
        (0.42, 0.130, 0.089),
        (0.54, 0.130, 0.092),
        (0.66, 0.143, 0.101),
        (0.78, 0.154, 0.105),
        (0.88, 0.160, 0.097),
        (0.96, 0.158, 0.080),
        (1.02, 0.125, 0.062),
        (1.07, 0.070, 0.052),
        (1.10, 0.030, 0.030),
    ]
)
_SHARE: Final = _TRUNK[:, 0]
_CHEST: Final = np.exp(-(((_SHARE - 0.72) / 0.10) ** 2))
_BELLY: Final = np.exp(-(((_SHARE - 0.22) / 0.18) ** 2))
_SEAT: Final = np.exp(-(((_SHARE - 0.02) / 0.10) ** 2))
_AVERAGE_HIPS: Final = 0.20
_AVERAGE_SHOULDERS: Final = 0.35


def mesh(joints: Mapping[str, Vector], physique: Physique, rng: np.random.Generator) -> Mesh:
    """Return the surface of a body; `rng` draws the creases in its clothes."""
    names, rings = _tubes(joints, physique)
    limbs = points(rings, _AROUND, physique.creases, rng)
    trunk = points(_trunk(joints, physique), _AROUND_TRUNK, physique.creases / 2, rng)
    if "hair" in names:
        # Loose hair ends on the floor; it must not carry the body.
        lock = limbs[names.index("hair")]
        lock[:, 1] = np.maximum(lock[:, 1], min(point[1] for point in joints.values()) - 0.02)
    of_limb, of_trunk = surface(STATIONS, _AROUND), surface(len(_SHARE), _AROUND_TRUNK)
    tubes, each = limbs.shape[:2]
    starts = each * np.arange(tubes)
    part = np.append(np.repeat([PART_INDEX[name] for name in names], len(of_limb.quads)), _torso_parts())
    return Mesh(
        points=np.concatenate([limbs.reshape(-1, 3), trunk[0]]),
        pieces=(*(slice(at, at + each) for at in starts.tolist()), slice(tubes * each, None)),
        quads=np.concatenate(
            [(of_limb.quads + starts[:, None, None]).reshape(-1, 4), of_trunk.quads + tubes * each]
        ),
        part=part,
        along=np.append(np.tile(of_limb.between(_ON_BONE + 0.05 * _ENDS), tubes), of_trunk.between(_SHARE)),
        ahead=np.append(np.tile(of_limb.ahead, tubes), of_trunk.ahead),
        high=np.append(np.tile(of_limb.high, tubes), of_trunk.high),
    )


def _torso_parts() -> NDArray[np.int64]:
    return np.full((len(_SHARE) - 1) * _AROUND_TRUNK, PART_INDEX["torso"], np.int64)


# --- limbs, head and hair -------------------------------------------------------------------------


def _tubes(joints: Mapping[str, Vector], physique: Physique) -> tuple[list[str], Rings]:
    """Names and rings of all tubes but the trunk."""
    bones = [bone for side in SIDES for bone in _limb_bones(joints, side)]
    ahead = joints["nose"] - joints["nape"]
    bones.append((0.9 * joints["neck"] + 0.1 * joints["head"], joints["head"], ahead))
    ends = np.array(bones)
    line = ends[:, 1] - ends[:, 0]
    axis = unit_rows(line)
    deep = square_rows(ends[:, 2], axis)
    wide = np.cross(axis, deep)
    shares = _flesh(physique)
    flesh = np.array([shares[kind] for kind in _TUBE_KINDS])
    half_wide, half_deep = flesh * _WIDE_ROWS, flesh * _DEEP_ROWS
    rounded = _ENDS * np.where(_ENDS < 0, half_deep[:, 1:2], half_deep[:, -2:-1])
    middle = ends[:, :1] + _ON_BONE[:, None] * line[:, None]
    middle = middle + _BOWED_ROWS[..., None] * deep[:, None] + rounded[..., None] * axis[:, None]
    rings = (middle, half_wide[..., None] * wide[:, None], half_deep[..., None] * deep[:, None])
    head_names, head_rings = skull(joints, physique.hair)
    together = tuple(np.concatenate([a, b]) for a, b in zip(rings, head_rings, strict=True))
    return [*_TUBE_NAMES, *head_names], (together[0], together[1], together[2])


def _flesh(physique: Physique) -> dict[str, Vector]:
    """Shares of an average adult's thickness at each station of each kind of tube."""
    plain = np.ones(STATIONS)
    arms = physique.arms * plain
    return dict.fromkeys(_TUBE_KINDS, plain) | {
        "upper_arm": arms,
        "forearm": arms,
        "thigh": physique.legs * (1 + 0.4 * physique.wide_legs) * plain,
        # Wide trousers hang from the knee and are widest at the hem.
        "shin": physique.legs * (1 + physique.wide_legs * np.linspace(0.5, 1.2, STATIONS)),
        "buttock": physique.hips * plain,
    }


def _limb_bones(joints: Mapping[str, Vector], side: str) -> list[tuple[Vector, Vector, Vector]]:
    """First joint, second joint, and where the bone's front is, in the order of LIMB_PARTS."""

    def at(joint: str) -> Vector:
        return joints[f"{side}_{joint}"]

    fingers = 0.6 * at("index") + 0.4 * at("pinky")
    palm = np.cross(at("index") - at("wrist"), at("pinky") - at("wrist"))
    toes = at("foot_index") - at("heel")
    sole_up = at("ankle") - 0.8 * at("heel") - 0.2 * at("foot_index")
    hips = joints["left_hip"] - joints["right_hip"]
    spine = joints["waist"] - joints["hips"]
    front = np.cross(hips, spine)
    front = front / max(float(np.linalg.norm(front)), 1e-9)
    up = spine / max(float(np.linalg.norm(spine)), 1e-9)
    seat = 0.9 * at("hip") + 0.1 * joints["hips"] - 0.030 * front
    return [
        (at("shoulder"), at("elbow"), front),
        (at("elbow"), at("wrist"), palm),
        # Fingers reach beyond the knuckles, toes beyond the ball of the foot.
        (at("wrist"), at("wrist") + 1.55 * (fingers - at("wrist")), palm),
        (at("wrist"), at("wrist") + 1.3 * (at("thumb") - at("wrist")), palm),
        (at("hip"), at("knee"), toes),
        (at("knee"), at("ankle"), toes),
        (at("heel"), at("heel") + 1.12 * toes, sole_up),
        (at("ankle"), at("heel") + 0.72 * toes + 0.1 * sole_up, sole_up),
        (seat + 0.035 * up, seat - 0.035 * up, front),
    ]


# --- trunk ----------------------------------------------------------------------------------------


def _trunk(joints: Mapping[str, Vector], physique: Physique) -> Rings:
    """Rings of the trunk along a quadratic curve through hips, waist and neck, (1, S, 3) each."""
    start, control, end = _curve(joints)
    share = _SHARE[:, None]
    middle = (1 - share) ** 2 * start + 2 * share * (1 - share) * control + share**2 * end
    tangent = unit_rows((1 - share) * (control - start) + share * (end - control))
    hips = joints["left_hip"] - joints["right_hip"]
    shoulders = joints["left_shoulder"] - joints["right_shoulder"]
    hip_size, shoulder_size = float(np.linalg.norm(hips)), float(np.linalg.norm(shoulders))
    turned = np.clip(share, 0, 1)
    wide = square_rows((1 - turned) * hips / hip_size + turned * shoulders / shoulder_size, tangent)
    ahead = np.cross(wide, tangent)
    size = (1 - turned) * hip_size / _AVERAGE_HIPS * physique.hips + turned * shoulder_size / _AVERAGE_SHOULDERS
    size = size[:, 0] * physique.trunk
    deep = _TRUNK[:, 2] * physique.trunk * (1 + 0.10 * physique.chest * _CHEST + 0.22 * physique.belly * _BELLY)
    shifted = 0.020 * physique.chest * _CHEST + 0.030 * physique.belly * _BELLY - 0.018 * physique.hips * _SEAT
    middle = middle + shifted[:, None] * ahead
    half = _TRUNK[:, 1] * size * (1 + 0.10 * physique.belly * _BELLY)
    return middle[None], (half[:, None] * wide)[None], (deep[:, None] * ahead)[None]


def _curve(joints: Mapping[str, Vector]) -> tuple[Vector, Vector, Vector]:
    start, end = joints["hips"], joints["neck"]
    return start, 2 * joints["waist"] - (start + end) / 2, end
