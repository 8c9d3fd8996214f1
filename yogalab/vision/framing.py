"""The picture an encoder sees of a photo: the whole of it, as a small square.

One way for adding, predicting and training, so that all of them see the same pixels. open_clip's own transform
for `"resize_mode": "squash"` and `"interpolation": "bilinear"` makes the same picture to half a grey level.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from yogalab.records import Framing
from yogalab.vision.tokens import CONFIG

Pixels = NDArray[np.uint8]

# open_clip's names -> Pillow's filters.
_FILTERS: Final = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
# Shrinks a large photo by a whole number first: half the time for 0.4 grey levels.
_REDUCING_GAP: Final = 2.0


def frame(pixels: Pixels, framing: Framing) -> Pixels:
    """Return a photo, (height, width, 3), as the picture an encoder sees, (size, size, 3).

    A picture of that size is returned as it is, so framing twice is framing once.
    """
    size = (framing.size, framing.size)
    if pixels.shape[:2] == size:
        return pixels
    image = Image.fromarray(pixels)
    return np.asarray(image.resize(size, _FILTERS[framing.interpolation], reducing_gap=_REDUCING_GAP))


def framing_of(folder: Path) -> Framing | None:
    """Return how the model in a folder is shown photos, None where its config does not say or asks for more."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        size, shown = config["model_cfg"]["vision_cfg"]["image_size"], config.get("preprocess_cfg", {})
    except (OSError, ValueError, KeyError):
        return None
    interpolation = shown.get("interpolation", "bicubic")
    if shown.get("resize_mode") != "squash" or interpolation not in _FILTERS or not isinstance(size, int):
        return None
    return Framing(size=size, interpolation=interpolation)
