"""The head of a rendered person, and the hair that hangs from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from yogalab.poses.body import Vector
from yogalab.training.tubes import STATIONS, Rings

HAIR: Final = ("none", "short", "bun", "tail", "long")


def skull(joints: Mapping[str, Vector], hair: str) -> tuple[list[str], Rings]:
    """Return the names of a head's tubes, "head" and perhaps "hair", and their rings.

    hair: one of HAIR; loose hair hangs down, whichever way the head is turned.
    """
    head, crown, nape = joints["head"], joints["crown"], joints["nape"]
    up, ahead = crown - head, head - nape
    radius = float(np.linalg.norm(up))
    up, ahead = up / radius, ahead / max(float(np.linalg.norm(ahead)), 1e-9)
    aside = np.cross(up, ahead)
    angles = np.linspace(-0.47, 0.47, STATIONS) * np.pi
    shrink, rise = np.cos(angles), np.sin(angles)
    # The chin is narrower than the skull, and lies farther ahead.
    jaw = 1 - 0.22 * np.clip(-rise, 0, 1)
    middle = head + radius * (1.12 * rise[:, None] * up + 0.10 * np.clip(-rise, 0, 1)[:, None] * ahead)
    rings = [
        (
            middle,
            (0.76 * radius * shrink * jaw)[:, None] * aside,
            (0.95 * radius * shrink * jaw)[:, None] * ahead,
        )
    ]
    names = ["head"]
    if lock := _lock(hair, head, up, ahead, radius):
        start, way, length, thick = lock
        names.append("hair")
        side = np.cross(way, aside if abs(way @ aside) < 0.9 else ahead)
        side /= max(float(np.linalg.norm(side)), 1e-9)
        other = np.cross(way, side)
        along = np.linspace(0, 1, STATIONS)[:, None]
        full = thick * np.sin(np.pi * np.linspace(0.12, 0.93, STATIONS))[:, None]
        rings.append((start + along * length * way, full * other, full * side))
    middles, wides, deeps = (np.array([ring[k] for ring in rings]) for k in range(3))
    return names, (middles, wides, deeps)


_DOWN: Final = np.array([0.0, -1.0, 0.0])


def _lock(
    hair: str, head: Vector, up: Vector, ahead: Vector, radius: float
) -> tuple[Vector, Vector, float, float] | None:
    """Start, direction, length and thickness of the hair beyond the skull."""
    back = head - 0.85 * radius * ahead + 0.35 * radius * up
    if hair == "bun":
        top = head - 0.80 * radius * ahead + 0.75 * radius * up
        way = (up - ahead) / np.sqrt(2)
        return top - 0.35 * radius * way, way, 0.85 * radius, 0.42 * radius
    if hair == "tail":
        return back, _DOWN, 3.0 * radius, 0.30 * radius
    if hair == "long":
        return back + 0.3 * radius * up, _DOWN, 2.9 * radius, 0.72 * radius
    return None
