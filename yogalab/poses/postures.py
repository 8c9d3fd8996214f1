"""The postures of the drawn figures, read from `models/poses/figures.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from yogalab.errors import BadPoseFile
from yogalab.poses import body
from yogalab.poses.body import Limb, Posture, Vector
from yogalab.resources import resource

_LIMBS: Final = ("left_arm", "right_arm", "left_leg", "right_leg")
_BONES: Final = {"arm": ("upper", "fore", "hand"), "leg": ("thigh", "shin", "foot")}
_VECTORS: Final = ("spine", "front", "chest", "hips", "head", "gaze")
_NUMBERS: Final = ("arch", "turn", "floor")


@cache
def postures() -> Mapping[str, Posture]:
    """Return the postures that ship with YogaLab by slug. Raises BadPoseFile."""
    return load_postures(resource("models", "poses", "figures.toml"))


def load_postures(path: Path) -> Mapping[str, Posture]:
    """Return the postures in a TOML file by slug. Raises BadPoseFile naming the pose and what to mend."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPoseFile(name=path.name, reason=str(error)) from error
    found = {}
    for slug, table in tables.items():
        try:
            found[slug] = _posture(table)
            body.joints(found[slug])
        except (ValueError, TypeError, AttributeError) as error:
            raise BadPoseFile(name=path.name, reason=f"[{slug}]: {error}") from error
    return found


def _posture(table: Mapping[str, Any]) -> Posture:
    known = {*_VECTORS, *_NUMBERS, *_LIMBS, "arms", "legs"}
    if unknown := sorted(set(table) - known):
        raise ValueError(f"{unknown[0]} is not known; known are {', '.join(sorted(known))}")
    given = {name: _vector(table[name]) for name in _VECTORS if name in table}
    if missing := sorted({"spine", "front"} - set(given)):
        raise ValueError(f"{missing[0]} is missing")
    spine, front = given["spine"], given["front"]
    given.setdefault("chest", front)
    given.setdefault("hips", np.cross(body.unit(spine), body.square_to(front, body.unit(spine))))
    floor = table.get("floor")
    return Posture(
        spine=spine,
        front=front,
        chest=given["chest"],
        hips=given["hips"],
        head=given.get("head", spine),
        gaze=given.get("gaze", given["chest"]),
        limbs=_limbs(table, given),
        arch=float(table.get("arch", 0)),
        turn=float(table.get("turn", 0)),
        floor=None if floor is None else float(floor),
    )


def _limbs(table: Mapping[str, Any], given: Mapping[str, Vector]) -> dict[str, Limb]:
    found = {}
    for kind, facing in (("arm", given["chest"]), ("leg", given["front"])):
        across = body.unit(np.cross(given["spine"], facing))
        if kind == "leg":
            across = body.unit(given["hips"])
        if f"{kind}s" in table:
            found[f"left_{kind}"] = _limb(kind, table[f"{kind}s"])
            found[f"right_{kind}"] = found[f"left_{kind}"].mirrored(across)
        for side in body.SIDES:
            if f"{side}_{kind}" in table:
                found[f"{side}_{kind}"] = _limb(kind, table[f"{side}_{kind}"])
    if missing := sorted(set(_LIMBS) - set(found)):
        raise ValueError(f"{missing[0]} is missing")
    return found


def _limb(kind: str, table: Mapping[str, Any]) -> Limb:
    first, second, end = _BONES[kind]
    if unknown := sorted(set(table) - {first, second, end, "to", "bend"}):
        raise ValueError(f"{unknown[0]} is not known; known are {first}, {second}, {end}, to, bend")
    to = table.get("to")
    return Limb(
        first=_vector(table[first]) if first in table else None,
        second=_vector(table[second]) if second in table else None,
        to=to if isinstance(to, str) else None if to is None else _vector(to),
        bend=_vector(table["bend"]) if "bend" in table else None,
        end=_vector(table[end]) if end in table else None,
    )


def _vector(value: object) -> Vector:
    vector = np.array(value, dtype=np.float64)
    if vector.shape != (3,):
        raise ValueError(f"{value} should be three numbers")
    return vector
