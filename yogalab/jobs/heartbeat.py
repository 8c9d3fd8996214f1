"""Keeps a job's lease while its handler works, and carries progress out and the wish to stop in."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final

from yogalab.errors import Cancelled, YogaLabError
from yogalab.jobs.log import JobLog
from yogalab.ports import JobStore
from yogalab.records import JobState

LOG = logging.getLogger("yogalab.jobs")

# Before this share is done, a guess at the time left is worth nothing.
_FIRST_GUESS: Final = 0.03


def time_left(elapsed: float, share: float) -> float | None:
    """Seconds until the work is done if it goes on as it went so far; None while that says nothing."""
    if not _FIRST_GUESS <= share <= 1:
        return None
    return elapsed * (1 - share) / share


class Heartbeat:
    """Beats from its own thread, so that one long step of the work does not lose the lease.

    Used as a context by the thread that does the work; `progress` is what the handler calls, and `log` hears
    what it says.
    """

    def __init__(
        self,
        store: JobStore,
        job_id: int,
        worker: str,
        *,
        lease_seconds: float,
        beat_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._job_id = job_id
        self._worker = worker
        self._lease_seconds = lease_seconds
        self._beat_seconds = beat_seconds
        self._monotonic = monotonic
        self._started = monotonic()
        self._share, self._stage = 0.0, ""
        self._stop = False
        self.log = JobLog(store, job_id)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{job_id}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self.log.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.log.__exit__(kind, error, trace)
        self._over.set()
        self._thread.join()
        self._write_down()

    def progress(self, share: float, stage: str) -> None:
        """Note how far the work is; written with the next beat. Raises Cancelled."""
        if stage and stage != self._stage:
            self.log.stage(stage)
        self._share, self._stage = min(max(float(share), 0.0), 1.0), stage
        if self._stop:
            raise Cancelled

    def beat(self) -> None:
        """Renew the lease once, and learn whether to go on."""
        share = self._share
        state = self._store.beat(
            self._job_id,
            self._worker,
            progress=share,
            stage=self._stage,
            eta=time_left(self._monotonic() - self._started, share),
            lease_seconds=self._lease_seconds,
        )
        if state is JobState.CANCELLED:
            self._stop = True

    def _run(self) -> None:
        while not self._stop and not self._over.wait(self._beat_seconds):
            try:
                self.beat()
            except YogaLabError as error:
                # A busy database or a full disk passes; should the lease run out, the next beat says so.
                LOG.warning("job %s: no heartbeat: %s", self._job_id, error)
            self._write_down()

    def _write_down(self) -> None:
        try:
            self.log.write_down()
        except YogaLabError as error:
            # The work itself is not stopped for a line of its log.
            LOG.warning("job %s: lines lost: %s", self._job_id, error)
