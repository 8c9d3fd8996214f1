"""Fine-tuning of an encoder, and where its outcome is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from yogalab.ports.progress import Progress
from yogalab.ports.seeing import Pixels
from yogalab.records import EncoderChange, Tuned, TuningRequest


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

        The change is named by `records.tuned_name`. PhotoNotFound from `pixels` (it was deleted meanwhile) goes
        through to the caller, who asks again without that photo.

        Raises:
            EncoderMissing, EncoderNeeds, EncoderDamaged: the encoder cannot be loaded.
            Cancelled: somebody stopped it.
            DiskFull, OutOfMemory, TuningFailed: nothing was made; what was there before is unchanged.
        """


class EncoderChanges(Protocol):
    """Tuned encoders on disk, each as its difference to the row it comes from."""

    def save(self, change: EncoderChange) -> None:
        """Keep a change under its name; one that is there and whole stays. Raises DiskFull, EncoderDamaged."""

    def load(self, name: str) -> EncoderChange:
        """Raises EncoderMissing, EncoderDamaged."""

    def names(self) -> Sequence[str]:
        """The tuned encoders that are here and whole, oldest first."""

    def workplace(self, fingerprint: str) -> Path:
        """Return the folder for one tuning's checkpoints, making it; those of other tunings are removed."""

    def clear(self, *, but: str | None = None) -> None:
        """Remove the checkpoints: the tuning is over. but: the fingerprint of one that may go on."""

    def sweep(self) -> None:
        """Remove what an interrupted write left behind."""
