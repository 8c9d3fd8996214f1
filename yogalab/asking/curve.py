"""The learning curve: how good labels made the model, and what more of them promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_POWERS: Final = (0.25, 0.5, 1.0, 2.0)
_REDRAWS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLaw:
    """accuracy = ceiling - slope n^-power of n labels (Cortes et al., Learning curves, NIPS 1993)."""

    ceiling: float
    slope: float
    power: float

    def at(self, labels: float) -> float:
        """Return the accuracy at so many labels, 0 to 1."""
        return float(np.clip(self.ceiling - self.slope * labels**-self.power, 0.0, 1.0))

    def gain(self, labels: float, more: float) -> float:
        """Return what so many more labels add, 0 at least."""
        return float(self.slope * (labels**-self.power - (labels + more) ** -self.power))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What so many labels promise: the share right, and what 95 % of redraws of the photos lie between."""

    labels: int
    share: float
    low: float
    high: float


def fit(labels: NDArray[np.float64], accuracy: NDArray[np.float64]) -> PowerLaw:
    """Return the power law that fits best by least squares: more labels never harm, the power is one of a few.

    labels, accuracy: (s,) of a learning curve, at least two sizes above 0.
    """
    best, law = np.inf, PowerLaw(ceiling=0.0, slope=0.0, power=1.0)
    for power in _POWERS:
        falling = labels**-power
        centred = falling - falling.mean()
        slope = max(0.0, -float(centred @ accuracy / (centred @ centred)))
        left = accuracy - accuracy.mean() + slope * centred
        loss = float(left @ left)
        if loss < best:
            best = loss
            ceiling = float(accuracy.mean() + slope * falling.mean())
            law = PowerLaw(ceiling=ceiling, slope=slope, power=power)
    return law


def forecast(
    labels: Sequence[int], right: NDArray[np.bool_], ahead: Sequence[int], *, rng: np.random.Generator
) -> list[Forecast]:
    """Return what larger numbers of labels promise.

    Redraws are of the photos and two that every part answers rightly and two that none does (after Agresti and
    Coull, Am. Stat. 52, 1998): else few photos, all of them right, would promise certainty.

    labels: (s,) sizes of parts of the coach's labels, ascending, above 0; right: (s, n) which of n photos drawn
    at random each part answers rightly; ahead: the numbers to look at.
    """
    sizes = np.array(labels, dtype=np.float64)
    photos = right.shape[1]
    law = fit(sizes, right.mean(axis=1))
    wider = np.pad(right, ((0, 0), (2, 0)), constant_values=True)
    wider = np.pad(wider, ((0, 0), (2, 0)), constant_values=False)
    draws = (rng.integers(0, photos + 4, photos + 4) for _ in range(_REDRAWS))
    redrawn = [fit(sizes, wider[:, rows].mean(axis=1)) for rows in draws]
    told = []
    for number in ahead:
        low, high = np.percentile([one.at(number) for one in redrawn], [2.5, 97.5])
        share = law.at(number)
        told.append(
            Forecast(labels=number, share=share, low=min(float(low), share), high=max(float(high), share))
        )
    return told
