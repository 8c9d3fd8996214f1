"""Many people in one pose, as a pose model would see them: photos that nobody had to take."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab import skeleton
from yogalab.poses import body
from yogalab.poses.body import Build, Posture, Vector
from yogalab.records import Landmarks

# How far people stray from the drawing, in degrees: the careful and the careless. Means from 10 to 20 teach the
# same (models/LOG.md, 2026-11-21).
_STRAY: Final = (5.0, 22.0)
_CAMERA_TILT: Final = 8.0
# BlazePose's error in metres, of single joints and of whole limbs together; depth is twice as uncertain.
_ERROR: Final = 0.04
_DEPTH: Final = 2.0
# A photo shows less of that error than the reconstructed body does.
_FLAT_ERROR: Final = 0.6
_METRES_ACROSS: Final = 2.5


def people(posture: Posture, count: int, rng: np.random.Generator) -> list[Landmarks]:
    """Return skeletons of `count` people in a posture: other bodies, cameras and errors of the pose model."""
    return [_somebody(posture, rng) for _ in range(count)]


def _somebody(posture: Posture, rng: np.random.Generator) -> Landmarks:
    taken = body.loosened(posture, rng, rng.uniform(*_STRAY))
    taken = replace(taken, turn=rng.uniform(-180, 180))
    world = body.world(body.joints(taken, body.varied(Build(), rng))).astype(np.float64)
    if rng.random() < 0.5:
        world = world[list(skeleton.MIRROR)] * np.array([-1.0, 1.0, 1.0])
    return _seen(world @ _tilt(*np.radians(rng.normal(0, _CAMERA_TILT, 2))).T, rng)


def _tilt(pitch: float, roll: float) -> Vector:
    """(3, 3) a camera that is held neither level nor straight."""
    up = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    aside = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(up @ aside)


def _seen(world: Vector, rng: np.random.Generator) -> Landmarks:
    spread = _ERROR * np.array([1.0, 1.0, _DEPTH])
    joints = rng.normal(0, 1, world.shape) * spread
    limbs = (rng.normal(0, 1, (5, 3)) * spread)[_LIMB]
    found = world + joints + limbs
    found -= found[[skeleton.LEFT_HIP, skeleton.RIGHT_HIP]].mean(0)
    points = np.ones((len(world), 4), dtype=np.float32)
    points[:, :2] = (world + _FLAT_ERROR * joints)[:, :2] / _METRES_ACROSS + 0.5
    points[:, 2] = found[:, 2] / _METRES_ACROSS
    return Landmarks(points=points, world=found.astype(np.float32), aspect=1.0, found_by="drawn")


def _limbs() -> NDArray[np.int64]:
    """(33,) the limb whose error a landmark shares: trunk and head, each arm, each leg."""
    limb = np.zeros(skeleton.LANDMARKS, dtype=np.int64)
    for first, start, stop in ((1, skeleton.LEFT_SHOULDER, skeleton.LEFT_HIP), (3, skeleton.LEFT_KNEE, 33)):
        limb[start:stop:2], limb[start + 1 : stop : 2] = first, first + 1
    return limb


_LIMB: Final = _limbs()
