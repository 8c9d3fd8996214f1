"""Long work that is done somewhere else: here it is written down and watched."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

from yogalab.jobs.runner import LOOK_SECONDS, JobRunner
from yogalab.ports import JobStore, Progress
from yogalab.records import Job, JobState

OPEN: Final = frozenset({JobState.WAITING, JobState.RUNNING})
# Of so many jobs of late it is looked whether they wait.
_LATE: Final = 100


class JobQueue:
    """See `yogalab.ports.Jobs`. Nothing is done in this process, unless somebody asks for it by `run`.

    here: what does a job in this process, and knows the handlers.
    """

    def __init__(self, store: JobStore, here: JobRunner, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._store = store
        self._here = here
        self._look_seconds = look_seconds

    def start(self, kind: str, payload: Mapping[str, object], *, who: str) -> Job:
        job = self._store.add_job(kind, payload, who=who)
        self.wake()
        return job

    def run(self, job_id: int, progress: Progress | None = None) -> Job:
        return self._here.run(job_id, progress)

    def wake(self) -> None:
        """Nobody to wake: whoever does the work looks for it."""

    def expect(self) -> None:
        """Nobody to prepare."""

    def finish(self) -> None:
        """Return when no job is left that waits or is being done."""
        while self._open():
            time.sleep(self._look_seconds)

    def close(self) -> None:
        """Nobody to send away."""

    def _open(self) -> Sequence[Job]:
        """What waits or is being done, oldest first."""
        late = self._store.jobs(limit=_LATE)
        return [job for job in reversed(late) if job.state in OPEN and job.kind in self._here.kinds]
