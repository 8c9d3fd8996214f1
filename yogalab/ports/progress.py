"""Long work, how far it is, and what time it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol

from yogalab.records import (
    Job,
)

# The name of the logger whose lines are kept with the job that the thread is doing, and go nowhere else.
JOB_LOG: Final = "yogalab.work"

# (share done from 0 to 1, stage code). Raising Cancelled from it stops the work.
Progress = Callable[[float, str], None]


class Jobs(Protocol):
    """Runs long work outside the request. Handlers are registered by name in `wiring`."""

    def start(self, kind: str, payload: Mapping[str, object], *, who: str) -> Job:
        """Write the row and wake a worker."""

    def run(self, job_id: int, progress: Progress | None = None) -> Job:
        """Do it here and now (command line, tests); a job somebody else does is watched to its end."""

    def wake(self) -> None:
        """Take up what waits or was cut off: for a process that is going to stay."""

    def expect(self) -> None:
        """Work is likely to come soon: whoever takes seconds to get ready may begin now."""

    def finish(self) -> None:
        """Return when nothing started here is left to do: for a process that is about to end."""

    def close(self) -> None:
        """Leave: no more work is begun here, and what is being done in another process goes back to wait."""


class Clock(Protocol):
    def __call__(self) -> datetime: ...
