"""What a camera shows, steadied: figures without jitter, names that do not flicker."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from yogalab.records import Matrix

# Seconds over which probabilities are averaged, and for which another pose must lead before it is shown.
AVERAGED: Final = 0.5
AGREED: Final = 0.4
# How far a body may stray, in tolerances (root of the mean square over all figures), and still be called still.
_STRAYS: Final = 0.4


def smoothing(cutoff: float, seconds: float) -> float:
    """Return the weight of a new sample in a low-pass filter: 1 / (1 + tau / seconds), tau = 1 / (2 pi cutoff).

    cutoff: Hz; seconds: since the sample before. Equation 1 and 6 of Casiez et al. (see `OneEuro`).
    """
    return 1 / (1 + 1 / (2 * math.pi * cutoff * seconds))


class OneEuro:
    """A low-pass filter that follows quick movement and holds slow movement still.

    Casiez, Roussel, Vogel: 1 € Filter, CHI 2012 (doi 10.1145/2207676.2208639): the cutoff is
    `least` + `speed` · |derivative|, the derivative itself being filtered at 1 Hz.

    least: Hz at rest; speed: Hz for each unit a second.
    """

    def __init__(self, *, least: float, speed: float) -> None:
        self._least = least
        self._speed = speed
        self._at = 0.0
        self._value: Matrix | None = None
        self._derivative: Matrix | None = None

    def __call__(self, value: Matrix, at: float) -> Matrix:
        """Return the filtered value of a sample taken at `at` seconds, later than the one before."""
        if self._value is None or self._derivative is None:
            self._at, self._value, self._derivative = at, value, np.zeros_like(value)
            return value
        seconds = max(at - self._at, 1e-3)
        slope = (value - self._value) / seconds
        weight = smoothing(1.0, seconds)
        self._derivative = weight * slope + (1 - weight) * self._derivative
        cutoffs = self._least + self._speed * np.abs(self._derivative)
        weights = 1 / (1 + 1 / (2 * math.pi * cutoffs * seconds))
        self._value = np.asarray(weights * value + (1 - weights) * self._value, dtype=np.float32)
        self._at = at
        return self._value


class SteadyName:
    """The pose that is shown: beliefs averaged over `AVERAGED` seconds, and a new one only once it leads on."""

    def __init__(self) -> None:
        self._at = 0.0
        self._beliefs: dict[int, float] = {}
        self._shown: int | None = None
        self._leader: int | None = None
        self._since = 0.0

    def follow(self, beliefs: Mapping[int, float], at: float) -> Mapping[int, float]:
        """Take in what one picture says, pose id -> probability; return the average, which sums to one too."""
        # An exponential average with the mean age of a plain one over as many seconds.
        weight = 1 - math.exp(-2 * max(at - self._at, 0.0) / AVERAGED) if self._beliefs else 1.0
        self._at = at
        known = self._beliefs
        self._beliefs = {
            pose: weight * beliefs.get(pose, 0.0) + (1 - weight) * known.get(pose, 0.0)
            for pose in {**known, **beliefs}
        }
        leader = max(self._beliefs, key=lambda pose: (self._beliefs[pose], -pose), default=None)
        if leader != self._leader:
            self._leader, self._since = leader, at
        if at - self._since >= AGREED:
            self._shown = leader
        return self._beliefs

    @property
    def shown(self) -> int | None:
        """The pose to show; None until one has led for `AGREED` seconds."""
        return self._shown


class Stillness:
    """How long a body has held still."""

    def __init__(self) -> None:
        self._body: Matrix | None = None
        self._since = 0.0

    def follow(self, body: Matrix, at: float) -> float:
        """Return for how many seconds it has. body: (D,) figures in tolerances, filtered."""
        if self._body is None or float(np.sqrt(np.square(body - self._body).mean())) > _STRAYS:
            self._body, self._since = body, at
        return at - self._since
