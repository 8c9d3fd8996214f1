"""What drawn people wear, and the rooms they practise in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

Colour = tuple[int, int, int]

_SKINS: Final[tuple[Colour, ...]] = (
    (244, 208, 177),
    (231, 184, 143),
    (205, 150, 108),
    (165, 112, 76),
    (122, 79, 53),
    (86, 56, 40),
)
_HAIRS: Final[tuple[Colour, ...]] = (
    (38, 30, 28),
    (74, 48, 33),
    (120, 80, 45),
    (196, 160, 100),
    (150, 148, 146),
)
_TOPS: Final[tuple[Colour, ...]] = (
    (222, 108, 92),
    (78, 138, 132),
    (236, 190, 92),
    (112, 120, 176),
    (235, 232, 226),
    (60, 72, 88),
    (170, 96, 140),
)
_LEGGINGS: Final[tuple[Colour, ...]] = (
    (44, 52, 66),
    (92, 62, 96),
    (40, 86, 88),
    (112, 116, 122),
    (132, 62, 64),
    (58, 70, 120),
)
_WALLS: Final[tuple[Colour, ...]] = (
    (232, 226, 216),
    (214, 224, 220),
    (226, 214, 206),
    (208, 216, 228),
    (238, 234, 222),
    (196, 204, 192),
)
_FLOORS: Final[tuple[Colour, ...]] = ((190, 154, 118), (164, 128, 98), (150, 150, 146), (206, 186, 160))
_MATS: Final[tuple[Colour, ...]] = (
    (96, 142, 140),
    (150, 112, 160),
    (204, 122, 108),
    (98, 118, 160),
    (122, 150, 96),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What somebody wears and where they practise."""

    skin: Colour
    hair: Colour
    top: Colour
    leggings: Colour
    wall: Colour
    floor: Colour
    mat: Colour
    sleeves: bool
    shorts: bool
    bun: bool
    thickness: float


def pick_look(rng: np.random.Generator) -> Look:
    """Return somebody's looks, drawn from `rng`."""

    def pick(colours: Sequence[Colour]) -> Colour:
        red, green, blue = colours[int(rng.integers(len(colours)))]
        shade = rng.uniform(0.92, 1.06)
        return _clipped(red * shade, green * shade, blue * shade)

    return Look(
        skin=pick(_SKINS),
        hair=pick(_HAIRS),
        top=pick(_TOPS),
        leggings=pick(_LEGGINGS),
        wall=pick(_WALLS),
        floor=pick(_FLOORS),
        mat=pick(_MATS),
        sleeves=bool(rng.random() < 0.4),
        shorts=bool(rng.random() < 0.25),
        bun=bool(rng.random() < 0.6),
        thickness=float(np.clip(rng.normal(1.0, 0.09), 0.82, 1.25)),
    )


def _clipped(red: float, green: float, blue: float) -> Colour:
    return min(int(red), 255), min(int(green), 255), min(int(blue), 255)


def shaded(colour: Colour, by: float) -> Colour:
    """Return the colour lighter (above 1) or darker."""
    return _clipped(colour[0] * by, colour[1] * by, colour[2] * by)
