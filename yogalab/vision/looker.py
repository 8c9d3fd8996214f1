"""Looks at one file after another in a process beside this one, which a bad file may take down."""

from __future__ import annotations

from pathlib import Path

from yogalab.errors import UnreadablePhoto
from yogalab.records import Framing, Intake, Upload
from yogalab.vision.look import refused
from yogalab.vision.names import display_name
from yogalab.vision.worker import Worker, WorkerDied

# A process may also be ended for reasons that lie elsewhere.
_TRIES = 2


class Looker:
    """One such process. Not thread-safe: one file at a time.

    folder: where the pose model lies, or is made at first use; model: another bundle to use instead.
    """

    def __init__(self, folder: Path, model: Path | None = None) -> None:
        self._worker = Worker(folder, model)

    def look(self, upload: Upload, framing: Framing | None = None) -> Intake:
        """Return what `vision.look.look` returns; a file that ends two processes is refused.

        Raises PoseModelMissing.
        """
        for _ in range(_TRIES):
            try:
                return self._worker.look(upload, framing)
            except WorkerDied:
                continue
        return refused(upload, UnreadablePhoto(name=display_name(upload.name)))

    def close(self) -> None:
        """End the process."""
        self._worker.close()
