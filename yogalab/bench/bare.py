"""A process that does only what adding photos cannot do without: decode each file and look at it.

Run as `python -m yogalab.bench.bare MODELS [ENCODER]`; file names come on standard input, one a line.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps

# Straight from its room, though wiring names the parts elsewhere: loading the rest of the lab in each process
# would make the bare work look dearer than it is.
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.encoders import read_encoders
from yogalab.vision.opening import open_encoder
from yogalab.vision.passes import LOOKS
from yogalab.vision.photo import LONG_EDGE

# As many at once as adding encodes.
BATCH: Final = 16


def main() -> None:
    """Look at every file named, and say in how many anybody was seen."""
    # What the pose model's library prints is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    landmarker = BlazePose(Path(sys.argv[1]))
    encoder = open_encoder(read_encoders().row(sys.argv[2])) if len(sys.argv) > 2 else None
    found, pictures = 0, []
    for line in sys.stdin:
        with Image.open(line.rstrip("\n")) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            # As many pixels as adding gives the pose model.
            upright.thumbnail((LONG_EDGE, LONG_EDGE))
            pixels = np.asarray(upright)
            # All seven, as adding takes them, also when the first has seen somebody.
            found += sum(len(landmarker.sightings(look, pixels)) for look in LOOKS) > 0
            if encoder is not None:
                pictures.append(encoder.picture(pixels, None))
                if len(pictures) == BATCH:
                    encoder.encode_photos(pictures)
                    pictures = []
    if encoder is not None and pictures:
        encoder.encode_photos(pictures)
    print(found, file=answers, flush=True)


if __name__ == "__main__":
    main()
