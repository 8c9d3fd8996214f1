"""Does jobs: in a thread of the lab's process, or here and now."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final

from yogalab.errors import Cancelled, DiskFull, OutOfMemory, YogaLabError
from yogalab.jobs.heartbeat import LOG, Heartbeat
from yogalab.ports import JobStore, Progress
from yogalab.records import Job, JobState

# What a kind of job does: (payload, coach id, progress) -> result, all of it JSON. It may be run twice,
# because a process can be cut off between the work and the row that says so.
Handler = Callable[[Mapping[str, object], str, Progress], Mapping[str, object]]

LEASE_SECONDS: Final = 15.0
BEAT_SECONDS: Final = 1.0
# How often to look whether another process's job has ended or lost its lease.
LOOK_SECONDS: Final = 0.5

_OPEN: Final = frozenset({JobState.WAITING, JobState.RUNNING})


class JobRunner:
    """See `yogalab.ports.Jobs`. A thread lives only while there is work, its own or somebody's to inherit.

    Kinds of work registered in different lanes do not wait for each other.
    """

    def __init__(
        self,
        store: JobStore,
        *,
        lease_seconds: float = LEASE_SECONDS,
        beat_seconds: float = BEAT_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store = store
        self._lease_seconds = lease_seconds
        self._beat_seconds = beat_seconds
        self._look_seconds = look_seconds
        self._handlers: dict[str, Handler] = {}
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._lock = threading.Lock()
        self._lanes: dict[str, str] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._woken: set[str] = set()
        self._finishing = False
        # job id -> the name under which it is being done
        self._doing: dict[int, str] = {}

    @property
    def kinds(self) -> Collection[str]:
        """The kinds of work that can be done here."""
        return self._handlers.keys()

    def register(self, kind: str, handler: Handler, *, lane: str = "") -> None:
        """Say what a kind of job does; those of a lane are done one after the other."""
        self._handlers[kind] = handler
        self._lanes[kind] = lane

    def start(self, kind: str, payload: Mapping[str, object], *, who: str) -> Job:
        job = self._store.add_job(kind, payload, who=who)
        self.wake()
        return job

    def wake(self) -> None:
        """Do what waits, and what a process that is gone left behind, in the background."""
        with self._lock:
            for lane in sorted(set(self._lanes.values())):
                self._woken.add(lane)
                if lane not in self._threads:
                    thread = threading.Thread(
                        target=self._work_off, args=(lane,), name=f"jobs {lane}".strip(), daemon=True
                    )
                    self._threads[lane] = thread
                    thread.start()

    def finish(self) -> None:
        """Return when the background has nothing left that it could do now: for a program about to end."""
        self._finishing = True
        while threads := list(self._threads.values()):
            for thread in threads:
                thread.join()
        self._finishing = False

    def expect(self) -> None:
        """Nothing to prepare: the work is done in this process."""

    def close(self) -> None:
        """Nothing to leave: threads end with their process, and the next takes up what they were doing."""

    def give_back(self) -> None:
        """Let others take at once what is being done here: for a process that ends this very moment."""
        for job_id, worker in list(self._doing.items()):
            self._store.give_back_job(job_id, worker)

    def run(self, job_id: int, progress: Progress | None = None) -> Job:
        """As in the port; somebody else's running job is watched to its end instead. Raises JobNotFound."""
        watch = progress or _unwatched
        kind = self._store.job(job_id).kind
        if kind not in self._handlers:
            raise LookupError(f"no handler for jobs of kind {kind!r}")
        while True:
            worker = self._worker()
            job = self._store.take_job(worker, lease_seconds=self._lease_seconds, job_id=job_id)
            if job is not None:
                return self._do(job, worker, watch)
            job = self._store.job(job_id)
            if job.state not in _OPEN:
                return job
            try:
                watch(job.progress, job.stage)
            except Cancelled:
                watch = _unwatched
                self._store.cancel_job(job_id)
            time.sleep(self._look_seconds)

    def _work_off(self, lane: str) -> None:
        try:
            while self._next(lane):
                pass
        except YogaLabError as error:
            # The database is gone or has no room; the rows wait until somebody wakes a worker again.
            LOG.warning("jobs stopped: %s", error)
            self._let_go(lane)
        except BaseException:
            self._let_go(lane)
            raise

    def _next(self, lane: str) -> bool:
        """Do one job, or wait a moment for one that is not ours to take yet; False when there is none."""
        self._woken.discard(lane)
        worker = self._worker()
        kinds = [kind for kind, its in self._lanes.items() if its == lane]
        job = self._store.take_job(worker, lease_seconds=self._lease_seconds, kinds=kinds)
        if job is not None:
            self._do(job, worker, _unwatched)
        elif not self._finishing and self._more_to_come(kinds):
            time.sleep(self._look_seconds)
        else:
            with self._lock:
                if lane not in self._woken:
                    self._threads.pop(lane, None)
                    return False
        return True

    def _more_to_come(self, kinds: Collection[str]) -> bool:
        return any(job.state in _OPEN and job.kind in kinds for job in self._store.jobs(limit=100))

    def _let_go(self, lane: str) -> None:
        with self._lock:
            self._threads.pop(lane, None)

    def _worker(self) -> str:
        # A name for each job: threads of one process must not take each other's for their own.
        return f"{self._name}:{secrets.token_hex(4)}"

    def _do(self, job: Job, worker: str, watch: Progress) -> Job:
        self._doing[job.id] = worker
        with Heartbeat(
            self._store,
            job.id,
            worker,
            lease_seconds=self._lease_seconds,
            beat_seconds=self._beat_seconds,
        ) as heart:

            def progress(share: float, stage: str) -> None:
                heart.progress(share, stage)
                watch(share, stage)

            try:
                result = self._handlers[job.kind](job.payload, job.who, progress)
            except Exception as error:
                return self._settle(job, worker, error)
            except BaseException:
                # Ctrl-C: the person is gone, and so is the wish.
                self._settle(job, worker, Cancelled())
                raise
            finally:
                self._doing.pop(job.id, None)
        return self._store.end_job(job.id, state=JobState.DONE, result=result, worker=worker)

    def _settle(self, job: Job, worker: str, error: Exception) -> Job:
        known = _named(error, job.kind)
        if known.code == YogaLabError.code:
            LOG.error("job %s (%s) failed: %r", job.id, job.kind, error, exc_info=error)
        return self._store.end_job(
            job.id,
            state=JobState.CANCELLED if isinstance(known, Cancelled) else JobState.FAILED,
            error=known.code,
            error_data=known.data,
            worker=worker,
        )


def _unwatched(share: float, stage: str) -> None:
    """Nobody looks on."""


def _named(error: Exception, step: str) -> YogaLabError:
    """Return the error as one that has a sentence."""
    if isinstance(error, YogaLabError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory(step=step)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        folder = Path(error.filename).parent if error.filename else Path.cwd()
        return DiskFull(folder=str(folder), free_megabytes=shutil.disk_usage(folder).free // 2**20)
    return YogaLabError()
