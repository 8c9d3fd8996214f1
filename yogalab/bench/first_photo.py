"""A process that opens an encoder, shows it one photo, and says what that took.

Run as `python -m yogalab.bench.first_photo ENCODER`, the name of a row or a folder.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

_START = time.perf_counter()


def main() -> None:
    """Print {"seconds": from here on, "processor": of the whole process, "memory": bytes}."""
    # Late, because it is what is measured; straight from its room, because a lab's other rooms are not.
    import numpy as np  # noqa: PLC0415

    from yogalab.bench.timing import peak_memory  # noqa: PLC0415
    from yogalab.vision.encoders import read_encoders  # noqa: PLC0415
    from yogalab.vision.local import row_in  # noqa: PLC0415
    from yogalab.vision.opening import open_encoder  # noqa: PLC0415

    which = Path(sys.argv[1])
    encoder = open_encoder(row_in(which) if which.is_dir() else read_encoders().row(sys.argv[1]))
    photo = np.full((480, 640, 3), 127, np.uint8)
    encoder.encode_photos([encoder.picture(photo, None)])
    seconds = time.perf_counter() - _START
    print(json.dumps({"seconds": seconds, "processor": time.process_time(), "memory": peak_memory()}))


if __name__ == "__main__":
    main()
