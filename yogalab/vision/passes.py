"""The seven ways of showing a photo to BlazePose, and the way back for what it finds.

One look misses one photo in ten and misreads others: bodies upside down, lying, or filling the frame. So each
photo is always looked at seven times; `fusion` joins what the looks saw, and `trust` judges it, with two
close-ups where it is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix
from yogalab.skeleton import LEFT_HIP, LEFT_SHOULDER, MIRROR, RIGHT_HIP, RIGHT_SHOULDER

Pixels = NDArray[np.uint8]
Found = tuple[Matrix, Matrix]  # points (33, 4) and world (33, 3), as in Landmarks

Box = tuple[float, float, float, float]  # left, top, right, bottom in widths and heights of the photo

_GREY: Final = 128
_ROOM: Final = 1.25
_LEAST_SIDE: Final = 32
CLOSE: Final = ("close", "close-mirror")
_SWAPPED: Final = np.array(MIRROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look. `show` changes the pixels, `restore` brings points and world back to the photo's own frame.

    restore takes (points, world, height, width) of the original photo.
    """

    name: str
    show: Callable[[Pixels], Pixels]
    restore: Callable[[Matrix, Matrix, int, int], Found]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A body that one look found, in the photo's own frame; points and world as in Landmarks."""

    look: str
    points: Matrix
    world: Matrix


def as_it_is(pixels: Pixels) -> Pixels:
    """Return the photo unchanged."""
    return pixels


def already_there(points: Matrix, world: Matrix, height: int, width: int) -> Found:
    """Return points and world unchanged."""
    return points, world


def mirrored(pixels: Pixels) -> Pixels:
    """Return the photo as a mirror shows it."""
    return np.ascontiguousarray(pixels[:, ::-1])


def from_mirror(points: Matrix, world: Matrix, height: int, width: int) -> Found:
    """Undo `mirrored`: what was taken for the left hand is the right one."""
    back, world = points[_SWAPPED], world[_SWAPPED]
    back[:, 0] = 1 - back[:, 0]
    world[:, 0] = -world[:, 0]
    return back, world


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


def bordered_mirrored(pixels: Pixels) -> Pixels:
    """Return the photo in a mirror and in a grey frame."""
    return bordered(mirrored(pixels))


def from_border_and_mirror(points: Matrix, world: Matrix, height: int, width: int) -> Found:
    """Undo `bordered_mirrored`."""
    return from_mirror(*from_border(points, world, height, width), height, width)


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


def close_ups(points: Matrix, aspect: float) -> tuple[Look, Look]:
    """Return two more looks for one body, with and without a mirror: a square around it alone, its head up.

    points: (33, 4) as in Landmarks; aspect: width / height of the photo. What lies outside the photo is grey.
    """
    up = points[[LEFT_SHOULDER, RIGHT_SHOULDER], :2].mean(axis=0) - points[[LEFT_HIP, RIGHT_HIP], :2].mean(
        axis=0
    )
    # How far the head is from up, in quarters of a circle clockwise as one sees it.
    quarters = round(float(np.arctan2(up[0] * aspect, -up[1])) / (np.pi / 2)) % 4
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    plain = Look(
        name=CLOSE[0],
        show=partial(_cut_and_turned, box=box, quarters=quarters),
        restore=partial(_from_cut_and_turn, box=box, quarters=quarters),
    )
    mirror = Look(
        name=CLOSE[1],
        show=lambda pixels: mirrored(plain.show(pixels)),
        restore=lambda points, world, height, width: plain.restore(
            *from_mirror(points, world, height, width), height, width
        ),
    )
    return plain, mirror


def _cut_and_turned(pixels: Pixels, *, box: Box, quarters: int) -> Pixels:
    height, width = pixels.shape[:2]
    left, top, side = _square(box, height, width)
    cut = np.full((side, side, 3), _GREY, dtype=np.uint8)
    x, y = max(left, 0), max(top, 0)
    inside = pixels[y : max(top + side, 0), x : max(left + side, 0)]
    cut[y - top : y - top + inside.shape[0], x - left : x - left + inside.shape[1]] = inside
    return turned(cut, quarters)


def _from_cut_and_turn(
    points: Matrix, world: Matrix, height: int, width: int, *, box: Box, quarters: int
) -> Found:
    left, top, side = _square(box, height, width)
    back, world = from_turn(points, world, side, side, quarters=quarters)
    back[:, 0] = (back[:, 0] * side + left) / width
    back[:, 1] = (back[:, 1] * side + top) / height
    back[:, 2] *= side / width
    return back, world


def _square(box: Box, height: int, width: int) -> tuple[int, int, int]:
    """(left, top, side) in pixels of a square a quarter larger than the box, which may reach far outside."""
    x0, y0, x1, y1 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    side = int(np.clip(max(x1 - x0, y1 - y0) * _ROOM, _LEAST_SIDE, 2 * max(height, width)))
    return round((x0 + x1 - side) / 2), round((y0 + y1 - side) / 2), side


def _margin(height: int, width: int) -> int:
    return max(height, width) // 3


def _turn(quarters: int) -> Look:
    return Look(
        name=f"turn{90 * quarters}",
        show=partial(turned, quarters=quarters),
        restore=partial(from_turn, quarters=quarters),
    )


# How sure the detector must be of a body. At 0.05 bodies are found in a quarter of blurred noise; at 0.2 in a
# tenth, and most of those can be told.
THRESHOLD: Final = 0.2
LOOKS: Final = (
    Look(name="first", show=as_it_is, restore=already_there),
    Look(name="mirror", show=mirrored, restore=from_mirror),
    Look(name="border", show=bordered, restore=from_border),
    Look(name="border-mirror", show=bordered_mirrored, restore=from_border_and_mirror),
    *(_turn(quarters) for quarters in (1, 2, 3)),
)
