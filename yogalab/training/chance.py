"""Draws that many parts of a rendered picture need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from yogalab.poses.body import Vector

T = TypeVar("T")


def pick(rng: np.random.Generator, things: Sequence[T], shares: Sequence[float]) -> T:
    """Return one of the things; shares say how often each is drawn, and add up to 1.

    `Generator.choice` checks its shares anew each time, which costs more than painting a limb.
    """
    left = rng.random()
    for thing, share in zip(things, shares, strict=True):
        left -= share
        if left < 0:
            return thing
    return things[-1]


def colour(rng: np.random.Generator, low: float = 0, high: float = 255, vivid: float = 60) -> Vector:
    """Return a colour, RGB from 0 to 255, whose channels stray from a common level by about `vivid`."""
    return np.clip(rng.uniform(low, high) + rng.normal(0, vivid, 3) * rng.random(), 0, 255)
