"""What a rented machine of the tests runs: `python -m tests.lab.tuning.sent_work REPO COMMIT`.

The machine, the hub and all that travels are real; only the tuner is one that needs no PyTorch. The request's
random seed says what goes wrong there: the lab under test sets it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fakes import ColourTuner
from yogalab.ports import Pixels, Progress
from yogalab.publishing.sent import tune_sent
from yogalab.records import Tuned, TuningRequest
from yogalab.settings import Settings

WELL, BREAKS, HANGS = 0, 1, 2


class FarTuner(ColourTuner):
    def tune(
        self,
        request: TuningRequest,
        *,
        pixels: Callable[[int], Pixels],
        folder: Path,
        progress: Progress,
    ) -> Tuned:
        print(f"tuning {len(request.y)} photos", flush=True)
        if request.seed == BREAKS:
            sys.exit("the card fell off the bus")
        while request.seed == HANGS:
            progress(0.5, "tune.train")
            time.sleep(0.05)
        return super().tune(request, pixels=pixels, folder=folder, progress=progress)


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        tune_sent(Settings.from_env(), *sys.argv[1:], tuner=FarTuner(), workplace=Path(scratch))
