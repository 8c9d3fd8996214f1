"""The ways of showing a photo to BlazePose, and the way back for what it finds.

One look misses one photo in ten: bodies upside down, lying, or filling the frame. Only when it finds nobody,
five more looks are taken with a lower threshold, and `people.credible` judges what they saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix

Pixels = NDArray[np.uint8]
Found = tuple[Matrix, Matrix]  # points (33, 4) and world (33, 3), as in Landmarks

_GREY: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look. `show` changes the pixels, `restore` brings points and world back to the photo's own frame.

    threshold: how sure the detector must be of a body.
    restore takes (points, world, height, width) of the original photo.
    """

    name: str
    threshold: float
    show: Callable[[Pixels], Pixels]
    restore: Callable[[Matrix, Matrix, int, int], Found]


def as_it_is(pixels: Pixels) -> Pixels:
    """Return the photo unchanged."""
    return pixels


def already_there(points: Matrix, world: Matrix, height: int, width: int) -> Found:
    """Return points and world unchanged."""
    return points, world


def bordered(pixels: Pixels) -> Pixels:
    """Return the photo in the middle of a grey frame, a third of its longer side wide."""
    height, width = pixels.shape[:2]
    margin = _margin(height, width)
    framed = np.full((height + 2 * margin, width + 2 * margin, 3), _GREY, dtype=np.uint8)
    framed[margin : margin + height, margin : margin + width] = pixels
    return framed


def from_border(points: Matrix, world: Matrix, height: int, width: int) -> Found:
    """Undo `bordered`; points outside the photo lie below 0 or above 1."""
    margin = _margin(height, width)
    inside = points.copy()
    inside[:, 0] = (points[:, 0] * (width + 2 * margin) - margin) / width
    inside[:, 1] = (points[:, 1] * (height + 2 * margin) - margin) / height
    inside[:, 2] = points[:, 2] * (width + 2 * margin) / width
    return inside, world


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """Return the photo turned counter-clockwise by quarters of a circle."""
    return np.ascontiguousarray(np.rot90(pixels, quarters))


def from_turn(points: Matrix, world: Matrix, height: int, width: int, *, quarters: int) -> Found:
    """Undo `turned`: both frames turn clockwise. Depth, in widths, follows when width and height swap."""
    back, world = points.copy(), world.copy()
    for _ in range(quarters):
        back[:, 0], back[:, 1] = 1 - back[:, 1], back[:, 0].copy()
        world[:, 0], world[:, 1] = -world[:, 1], world[:, 0].copy()
    if quarters % 2:
        back[:, 2] *= height / width
    return back, world


def _margin(height: int, width: int) -> int:
    return max(height, width) // 3


# At 0.05 bodies are found in a quarter of blurred noise; at 0.2 in a tenth, and most of those can be told.
_LOW: Final = 0.2


def _turn(quarters: int) -> Look:
    return Look(
        name=f"turn{90 * quarters}",
        threshold=_LOW,
        show=partial(turned, quarters=quarters),
        restore=partial(from_turn, quarters=quarters),
    )


FIRST: Final = Look(name="first", threshold=0.5, show=as_it_is, restore=already_there)
RESCUE: Final = (
    Look(name="low", threshold=_LOW, show=as_it_is, restore=already_there),
    Look(name="border", threshold=_LOW, show=bordered, restore=from_border),
    *(_turn(quarters) for quarters in (1, 2, 3)),
)
