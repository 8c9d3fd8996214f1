"""On which side a one-sided pose is done: read off the body, not learned, because most labels do not say."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import numpy as np

from yogalab import skeleton as body
from yogalab.poses.geometry import angle
from yogalab.records import Landmarks, Matrix, Pose
from yogalab.resources import resource

# Differences that are no accident: degrees at the knee, else lengths of the trunk.
_DEGREES: Final = 20.0
_LENGTHS: Final = 0.15


@cache
def rules() -> Mapping[str, str]:
    """Return how the side of a pose is told: slug -> rule, as in models/poses/sides.toml."""
    with resource("models", "poses", "sides.toml").open("rb") as file:
        told: dict[str, str] = tomllib.load(file)
    unknown = sorted(set(told.values()) - set(_RULES))
    if unknown:
        raise ValueError(f"sides.toml: no such rule: {', '.join(unknown)}")
    return told


def side_of(pose: Pose, person: Landmarks) -> str | None:
    """Return "left" or "right", None where the pose has no side or the body does not show it clearly."""
    rule = rules().get(pose.slug)
    return None if rule is None else clearer_side(person.world, rule)


def clearer_side(world: Matrix, rule: str) -> str | None:
    """Return the side that a rule of models/poses/sides.toml points to. world: (33, 3) metres, y downward."""
    measure, enough = _RULES[rule]
    left, right = measure(np.asarray(world, dtype=np.float32))
    if not abs(left - right) >= enough:
        return None
    return "left" if left > right else "right"


def _pair(world: Matrix, left: int) -> Matrix:
    """(2, 3) left and right of a joint."""
    return world[[left, left + 1]]


def _trunk(world: Matrix) -> float:
    up = _pair(world, body.LEFT_SHOULDER).mean(0) - _pair(world, body.LEFT_HIP).mean(0)
    return max(float(np.linalg.norm(up)), 0.05)


def _bend(world: Matrix) -> Matrix:
    hip, knee, ankle = (_pair(world, at) for at in (body.LEFT_HIP, body.LEFT_KNEE, body.LEFT_ANKLE))
    return np.asarray(180 - angle(hip - knee, ankle - knee))


def _height(joint: int) -> Callable[[Matrix], Matrix]:
    return lambda world: np.asarray(-_pair(world, joint)[:, 1] / _trunk(world))


def _lowness(world: Matrix) -> Matrix:
    return np.asarray(_pair(world, body.LEFT_WRIST)[:, 1] / _trunk(world))


def _nearness(world: Matrix) -> Matrix:
    away = _pair(world, body.LEFT_ANKLE) - world[body.NOSE]
    return np.asarray(-np.linalg.norm(away, axis=1) / _trunk(world))


_RULES: Final[Mapping[str, tuple[Callable[[Matrix], Matrix], float]]] = {
    "bent_knee": (_bend, _DEGREES),
    "high_knee": (_height(body.LEFT_KNEE), _LENGTHS),
    "lifted_foot": (_height(body.LEFT_ANKLE), _LENGTHS),
    "low_hand": (_lowness, _LENGTHS),
    "near_foot": (_nearness, _LENGTHS),
}
