"""What a job says while it goes on: the stages it comes to, and what its thread writes to the program's log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

from yogalab.ports import JOB_LOG, JobStore
from yogalab.records import JobLine
from yogalab.redaction import Redaction

# Whatever is named "yogalab..." is heard; this one, quietly: what is said there is for the job's log alone.
_ROOT: Final = "yogalab"
logging.getLogger(JOB_LOG).setLevel(logging.INFO)

# A line may quote what a machine elsewhere said, and that a token.
_REDACT: Final = Redaction(())


class JobLog:
    """Collects lines until somebody writes them down. Used as a context by the thread that does the job."""

    def __init__(self, store: JobStore, job_id: int) -> None:
        self._store = store
        self._job_id = job_id
        self._lines: list[JobLine] = []
        self._lock = threading.Lock()
        self._ear = _Ear(self.text)

    def __enter__(self) -> JobLog:
        self._ear.thread = threading.get_ident()
        logging.getLogger(_ROOT).addHandler(self._ear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger(_ROOT).removeHandler(self._ear)

    def stage(self, code: str) -> None:
        """The work has come to this stage, a code in the catalogue of words."""
        self._add(JobLine(at=datetime.now(UTC), code=code))

    def text(self, text: str) -> None:
        """Some program said this; each of its lines is one here."""
        for line in _REDACT(text).splitlines():
            if line.strip():
                self._add(JobLine(at=datetime.now(UTC), text=line.rstrip()))

    def write_down(self) -> None:
        """Keep what was said since the last time with the job's row. Raises as the store does."""
        with self._lock:
            lines, self._lines = self._lines, []
        self._store.add_job_lines(self._job_id, lines)

    def _add(self, line: JobLine) -> None:
        with self._lock:
            self._lines.append(line)


class _Ear(logging.Handler):
    """Hears one thread."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._heard = heard
        self.thread: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            # Without the traceback: that names folders of this machine, and is in the program's own log.
            self._heard(record.getMessage())
