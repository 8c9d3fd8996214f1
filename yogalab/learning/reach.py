"""What a hold-out can tell at its size."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Final

# Two-sided 5 %, and seen four times in five.
_LEVEL_Z: Final = 1.959964
_POWER_Z: Final = 0.841621
_HALVINGS: Final = 40


def photos_needed(difference: float, differing: float) -> int:
    """Return how many photos show a difference of two versions' accuracy at 5 %, four times in five.

    n = ((z_a sqrt(psi) + z_b sqrt(psi - d^2)) / d)^2 (Connor, Biometrics 43, 1987, for McNemar's test).

    difference: d, 0 to 1; differing: psi, the share of photos on which only one of the two is right, not below
    d.
    """
    return ceil(_needed(difference, differing))


def smallest_difference(photos: int, differing: float) -> float | None:
    """Return the smallest difference in accuracy that so many photos show; None where they show none at all.

    differing: the share of photos on which only one of two versions is right, which no difference exceeds.
    """
    if photos == 0 or _needed(differing, differing) > photos:
        return None
    small, large = 0.0, differing
    for _ in range(_HALVINGS):
        middle = (small + large) / 2
        if _needed(middle, differing) > photos:
            small = middle
        else:
            large = middle
    return large


def _needed(difference: float, differing: float) -> float:
    spread = _LEVEL_Z * sqrt(differing) + _POWER_Z * sqrt(max(differing - difference**2, 0.0))
    return float((spread / difference) ** 2)
