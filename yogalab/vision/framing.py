"""The picture an encoder sees of a photo: a small square, of all of it or of the body.

One way for adding, predicting, tuning and measuring, so that all of them see the same pixels. Without a body it
is what open_clip's own transform makes for `"resize_mode": "squash"`, to half a grey level.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from yogalab.bounding import bounding_box, close_up
from yogalab.records import Framing, Landmarks
from yogalab.vision.tokens import CONFIG

Pixels = NDArray[np.uint8]

# open_clip's names -> Pillow's filters.
_FILTERS: Final = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
# Shrinks a large photo by a whole number first: half the time for 0.4 grey levels.
_REDUCING_GAP: Final = 2.0


def frame(pixels: Pixels, framing: Framing, body: Landmarks | None = None) -> Pixels:
    """Return a photo, (height, width, 3), as the picture an encoder sees, (size, size, 3).

    body: whose close-up it is, where the framing asks for close-ups. A picture of that size without a body is
    returned as it is, so framing twice is framing once.
    """
    height, width = pixels.shape[:2]
    box = bounding_box(body) if framing.close_up else None
    if box is not None:
        view = close_up(box, width / height).astype(np.float64)
        inside = np.clip(view, 0, 1)
        corner, size = np.tile(view[:2], 2), np.tile(view[2:] - view[:2], 2)
        # Where the edges of what there is of the photo lie in the picture, in whole pixels.
        left, top, right, bottom = np.rint(framing.size * (inside - corner) / size).astype(int).tolist()
        if left < right and top < bottom:
            part = inside * (width, height, width, height)
            shown = _shrunk(pixels, (right - left, bottom - top), framing, part)
            # Beyond the photo's edge it is mirrored, as in training.
            around = (top, framing.size - bottom, left, framing.size - right)
            return np.asarray(cv2.copyMakeBorder(shown, *around, cv2.BORDER_REFLECT_101), np.uint8)
    same = (height, width) == (framing.size, framing.size)
    return pixels if same else _shrunk(pixels, (framing.size, framing.size), framing)


def _shrunk(
    pixels: Pixels,
    size: tuple[int, int],
    framing: Framing,
    part: NDArray[np.float64] | None = None,
) -> Pixels:
    """The part of a photo between (left, top, right, bottom) in pixels, at a size, (width, height)."""
    resample = _FILTERS[framing.interpolation]
    box = None if part is None else (float(part[0]), float(part[1]), float(part[2]), float(part[3]))
    image = Image.fromarray(pixels).resize(size, resample, box, reducing_gap=_REDUCING_GAP)
    return np.asarray(image)


def framing_of(folder: Path, *, close_up: bool = False) -> Framing | None:
    """Return how the model in a folder is shown photos, None where its config does not say or asks for more."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        size, shown = config["model_cfg"]["vision_cfg"]["image_size"], config.get("preprocess_cfg", {})
    except (OSError, ValueError, KeyError):
        return None
    interpolation = shown.get("interpolation", "bicubic")
    if shown.get("resize_mode") != "squash" or interpolation not in _FILTERS or not isinstance(size, int):
        return None
    return Framing(size=size, interpolation=interpolation, close_up=close_up)
