"""The work of a rented machine: fetch a request, tune, send back what came of it.

It says how far it is in lines of its log, which is all that whoever waits can see of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from huggingface_hub import CommitOperationAdd, snapshot_download

from yogalab.ports import Tuner
from yogalab.publishing import parcel
from yogalab.publishing.line import Silent, lose_patience, writer
from yogalab.settings import Settings

# How a line begins that says how far the work is: its share, and the stage's code.
PROGRESS: Final = "::yogalab"
# Seconds between two such lines of one stage.
_EVERY: Final = 2.0


def read_progress(line: str) -> tuple[float, str] | None:
    """Return (share done, stage code) that a line says; None for any other line."""
    mark, _, rest = line.partition(" ")
    share, _, stage = rest.partition(" ")
    if mark != PROGRESS:
        return None
    try:
        return min(max(float(share), 0.0), 1.0), stage.strip()
    except ValueError:
        return None


def tune_sent(settings: Settings, repo: str, revision: str, *, tuner: Tuner, workplace: Path) -> None:
    """Do the request that lies in a data set, and commit the result to the same.

    Raises whatever goes wrong: the machine ends with it, and its log says what it was.
    """
    lose_patience()
    tell = _Teller()
    tell(0.0, "rent.fetch")
    folder = Path(
        snapshot_download(
            repo,
            repo_type="dataset",
            revision=revision,
            local_dir=workplace / "request",
            endpoint=settings.hub_endpoint,
            tqdm_class=Silent,
        )
    )
    request, pixels = parcel.unpack(folder)
    checkpoints = workplace / "checkpoints"
    checkpoints.mkdir()
    made = tuner.tune(request, pixels=pixels, folder=checkpoints, progress=tell)
    tell(1.0, "rent.send")
    writer(settings, None, repo).create_commit(
        repo,
        [CommitOperationAdd(path, data) for path, data in parcel.pack_result(made).items()],
        repo_type="dataset",
        commit_message="What came of it",
    )


class _Teller:
    """Says how far the work is, not too often."""

    def __init__(
        self,
        *,
        say: Callable[[str], object] = lambda line: print(line, flush=True),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._now = now
        self._stage, self._last = "", 0.0

    def __call__(self, share: float, stage: str) -> None:
        now = self._now()
        if stage != self._stage or now - self._last >= _EVERY:
            self._say(f"{PROGRESS} {share:.4f} {stage}")
            self._stage, self._last = stage, now
