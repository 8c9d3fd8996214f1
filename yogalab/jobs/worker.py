"""Long work in a process of its own on this machine, so that labelling stays quick while it goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Final

from yogalab.errors import YogaLabError
from yogalab.jobs.child import WELL_SECONDS, Child, pause
from yogalab.jobs.heartbeat import LOG
from yogalab.jobs.queue import JobQueue
from yogalab.jobs.runner import LOOK_SECONDS, JobRunner
from yogalab.ports import JobStore

READY: Final = "ready"
NUDGE: Final = ""
# One that never got ready so often in a row never will: the work is done in this process then.
MOST_FAILURES: Final = 3


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
        self._command = command
        self._order = order
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._keeper: threading.Thread | None = None
        self._expected = False
        self._quick_ends = self._failures = 0
        self._closed = threading.Event()

    @property
    def pid(self) -> int | None:
        """The worker's process, None while there is none."""
        child = self._child
        return None if child is None else child.pid

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
            child.leave()
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
                self._child.tell(NUDGE)

    def _look_after(self) -> None:
        """Start a worker as long as there is work for it, and wait for its end."""
        try:
            while self._wanted():
                child = self._begin()
                if child is None:
                    continue
                began, ready = time.monotonic(), child.hear() == READY
                status = child.wait()
                self._count(status, time.monotonic() - began, ready=ready)
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

    def _begin(self) -> Child | None:
        """Start the worker, after a while where the last ones died; None when the lab closed meanwhile."""
        if self._closed.wait(pause(max(self._quick_ends, self._failures), self._first_wait)):
            return None
        with self._lock:
            if self._closed.is_set():
                return None
            self._child = Child(self._command, self._order)
            return self._child

    def _count(self, status: int, lived: float, *, ready: bool) -> None:
        if self._closed.is_set():
            return
        self._failures = 0 if ready else self._failures + 1
        well = status == 0 or lived >= WELL_SECONDS
        self._quick_ends = 0 if well else self._quick_ends + 1
        if status:
            LOG.warning("the worker ended with status %s after %.0f s", status, lived)
