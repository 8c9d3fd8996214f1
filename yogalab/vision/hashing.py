"""A short fingerprint of how a photo looks, for finding near-duplicates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def image_hash(pixels: NDArray[np.uint8]) -> int:
    """Return the 64-bit difference hash of a photo: copies, resized or compressed anew, differ in few bits.

    pixels: (h, w, 3) RGB. Bit i tells whether a cell of the 8 × 8 grid is darker than its right neighbour.
    Source: N. Krawetz, "Kind of Like That" (dHash), 2013.
    """
    small = Image.fromarray(pixels).convert("L").resize((9, 8), Image.Resampling.BOX)
    cells = np.asarray(small, dtype=np.int16)
    bits = (cells[:, 1:] > cells[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
