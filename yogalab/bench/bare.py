"""A process that does only what adding photos cannot do without: decode each file and look at it.

Run as `python -m yogalab.bench.bare HOME`; file names come on standard input, one a line.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from yogalab.settings import Settings
from yogalab.wiring import eyes

# The longer side a photo is kept at: the pose model is given the same number of pixels.
LONG_EDGE = 1280


def main() -> None:
    """Look at every file named, and say how many people were found."""
    # What the pose model's library prints is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _, landmarker = eyes(Settings(home=Path(sys.argv[1])))
    found = 0
    for line in sys.stdin:
        with Image.open(line.rstrip("\n")) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((LONG_EDGE, LONG_EDGE))
            found += bool(landmarker.find(np.asarray(upright)))
    print(found, file=answers, flush=True)


if __name__ == "__main__":
    main()
