"""Fine-tuning of an encoder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from yogalab.ports.progress import Progress
from yogalab.ports.seeing import Pixels
from yogalab.records import Tuned, TuningRequest


class Tuner(Protocol):
    """Rungs R3 and R4: changes an encoder so that it tells the labelled poses apart."""

    def tune(
        self,
        request: TuningRequest,
        *,
        pixels: Callable[[int], Pixels],
        folder: Path,
        progress: Progress,
    ) -> Tuned:
        """Return the change. pixels: photo id -> (h, w, 3) RGB.

        `folder` keeps checkpoints: the same request with the same folder goes on where it was stopped.

        Raises:
            EncoderMissing, EncoderNeeds, EncoderDamaged: the encoder cannot be loaded.
            Cancelled: somebody stopped it.
            DiskFull, OutOfMemory, TuningFailed: nothing was made; what was there before is unchanged.
        """
