"""Tubes: stacks of ellipses along an axis, and the small quadrilaterals between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.poses.body import Vector

# Ellipses of a limb's tube: one rounds off each end, six lie on the bone.
STATIONS: Final = 8
# Middles, half widths and half depths of tubes' ellipses, as vectors, each (P, S, 3).
Rings = tuple[Vector, Vector, Vector]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """How the points of one tube make quadrilaterals: quads (N, 4), ahead, high and ring (N,)."""

    quads: NDArray[np.int64]
    ahead: Vector
    high: Vector
    ring: NDArray[np.int64]

    def between(self, rings: Vector) -> Vector:
        """Return a figure of each ring, (S,), as one of each quadrilateral, (N,)."""
        return np.asarray(((rings[:-1] + rings[1:]) / 2)[self.ring])


@cache
def surface(rings: int, around: int) -> Surface:
    """Return how tubes of so many rings, each of so many points, are cut."""
    ring, angle = np.divmod(np.arange((rings - 1) * around), around)
    beside = (angle + 1) % around
    low, high = ring * around, (ring + 1) * around
    return Surface(
        quads=np.stack([low + angle, low + beside, high + beside, high + angle], axis=1),
        ahead=np.cos(2 * np.pi * (angle + 0.5) / around),
        high=np.linspace(-1, 1, rings - 1)[ring],
        ring=ring,
    )


def points(rings: Rings, around: int, creases: float, rng: np.random.Generator) -> Vector:
    """Return points on tubes, (P, S * around, 3); creases move them by such a share of the radius."""
    middle, wide, deep = (ring[:, :, None] for ring in rings)
    angles = np.linspace(0, 2 * np.pi, around, endpoint=False)[:, None]
    offset = np.cos(angles) * deep + np.sin(angles) * wide
    offset *= 1 + creases * rng.normal(0, 1, offset.shape[:3])[..., None]
    return np.asarray((middle + offset).reshape(len(middle), -1, 3))


def unit_rows(v: Vector) -> Vector:
    """Return vectors (..., 3) at length one."""
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9))


def square_rows(v: Vector, axis: Vector) -> Vector:
    """Return the part of each `v` at right angles to each `axis`, at length one; any where v is along it."""
    rest = v - (v * axis).sum(-1, keepdims=True) * axis
    lost = np.linalg.norm(rest, axis=-1) < 1e-5
    if lost.any():
        other = np.cross(axis, np.roll(axis, 1, axis=-1) + 0.1)
        rest = np.where(lost[..., None], other, rest)
    return unit_rows(rest)
