"""Long work in a process of its own on this machine, so that labelling stays quick while it goes on."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final

from yogalab.errors import YogaLabError
from yogalab.jobs.heartbeat import LOG
from yogalab.jobs.queue import JobQueue
from yogalab.jobs.runner import LOOK_SECONDS, JobRunner
from yogalab.ports import JobStore

READY: Final = b"ready\n"
NUDGE: Final = b"\n"
# A worker that lived this long was well; one that dies sooner is started again after ever longer waits.
WELL_SECONDS: Final = 60.0
LONGEST_WAIT: Final = 60.0
# One that never got ready so often in a row never will: the work is done in this process then.
MOST_FAILURES: Final = 3
_FAREWELL_SECONDS: Final = 5.0


class WorkerProcess(JobQueue):
    """See `yogalab.ports.Jobs`. The worker lives while there is work, and some idle minutes more.

    command: starts it. It reads its order, a line, from its standard input, says READY on its standard output
    once the lab is open, and looks for work whenever another line comes; when its input ends, it leaves.
    Killed, it is started again as long as there is work; which goes on, at most as often as the rows allow.
    """

    def __init__(
        self,
        store: JobStore,
        here: JobRunner,
        *,
        command: Sequence[str],
        order: str,
        look_seconds: float = LOOK_SECONDS,
        first_wait: float = 1.0,
    ) -> None:
        super().__init__(store, here, look_seconds=look_seconds)
        self._command = list(command)
        self._order = order
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._expected = False
        self._quick_ends = self._failures = 0
        self._closed = threading.Event()

    @property
    def pid(self) -> int | None:
        """The worker's process, None while there is none."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def wake(self) -> None:
        """See that there is a worker, and that it looks for work now."""
        self._keep()

    def expect(self) -> None:
        """Start a worker ahead of the work."""
        if self._failures < MOST_FAILURES:
            self._keep(expected=True)

    def finish(self) -> None:
        super().finish()
        self._here.finish()

    def close(self) -> None:
        """Send the worker away; what it was doing goes back to wait for the next one."""
        self._closed.set()
        with self._lock:
            child, keeper = self._child, self._keeper
        if child is not None:
            _send_away(child)
        if keeper is not None:
            keeper.join()

    def _keep(self, *, expected: bool = False) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            if not expected and self._failures >= MOST_FAILURES:
                self._here.wake()
                return
            self._expected = self._expected or expected
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._look_after, name="worker's keeper", daemon=True)
                self._keeper.start()
            elif self._child is not None:
                _tell(self._child, NUDGE)

    def _look_after(self) -> None:
        """Start a worker as long as there is work for it, and wait for its end."""
        try:
            while self._wanted():
                child = self._begin()
                if child is None:
                    continue
                began, ready = time.monotonic(), _heard(child)
                child.wait()
                self._count(child.returncode, time.monotonic() - began, ready=ready)
        except YogaLabError as error:
            # The database is gone or has no room; the rows wait until somebody wakes a worker again.
            LOG.warning("no worker: %s", error)
        finally:
            with self._lock:
                if self._keeper is threading.current_thread():
                    self._keeper = None

    def _wanted(self) -> bool:
        if self._closed.is_set():
            return False
        work = self._open()
        with self._lock:
            expected, self._expected = self._expected, False
            if self._failures >= MOST_FAILURES:
                LOG.error("the worker does not start: long work is done in the lab's own process")
                self._here.wake()
                return False
            if not (work or expected):
                # Under the lock: whoever wakes from here on starts another keeper.
                self._keeper = None
                return False
        return True

    def _begin(self) -> subprocess.Popen[bytes] | None:
        """Start the worker, after a while where the last ones died; None when the lab closed meanwhile."""
        ends = max(self._quick_ends, self._failures)
        wait = min(LONGEST_WAIT, self._first_wait * 2 ** (ends - 1)) if ends else 0.0
        if self._closed.wait(wait):
            return None
        with self._lock:
            if self._closed.is_set():
                return None
            # In a session of its own: Ctrl-C in the terminal is for the server, which then sends it away.
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
            _tell(self._child, self._order.encode() + b"\n")
            return self._child

    def _count(self, status: int, lived: float, *, ready: bool) -> None:
        if self._closed.is_set():
            return
        self._failures = 0 if ready else self._failures + 1
        well = status == 0 or lived >= WELL_SECONDS
        self._quick_ends = 0 if well else self._quick_ends + 1
        if status:
            LOG.warning("the worker ended with status %s after %.0f s", status, lived)


def _heard(child: subprocess.Popen[bytes]) -> bool:
    """Wait until the worker is ready; False when it ended before."""
    output: IO[bytes] | None = child.stdout
    assert output is not None
    with output:
        return output.readline() == READY


def _tell(child: subprocess.Popen[bytes], line: bytes) -> None:
    """Write to the worker; one that has just ended hears nothing, and its keeper finds that out."""
    assert child.stdin is not None
    with suppress(BrokenPipeError, ValueError):
        child.stdin.write(line)
        child.stdin.flush()


def _send_away(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError):
        child.stdin.close()
    try:
        child.wait(_FAREWELL_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
