"""Long work on a Ray cluster: the same rows, done by whichever machine has room."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Final

from yogalab.errors import RayFailed, RayUnreachable, YogaLabError
from yogalab.jobs.cluster_process import ClusterProcess, Sent
from yogalab.jobs.heartbeat import LOG
from yogalab.jobs.queue import OPEN, JobQueue
from yogalab.jobs.runner import LEASE_SECONDS, LOOK_SECONDS, JobRunner
from yogalab.ports import JobStore
from yogalab.records import Job, JobLine, JobState

# How often a task may break before its job is given up: where it breaks at once it would break for ever.
MOST_BREAKS: Final = 3
# What a job's log says when the cluster is gone while it is there.
AWAY: Final = "ray.away"


class RayJobs(JobQueue):
    """See `yogalab.ports.Jobs`. Progress, cancelling and log go through the rows, as for any other worker.

    work: (settings, packed; job id) does a job where it is called, by `JobRunner.run`; importable on every
    machine of the cluster. heavy: kinds that want a graphics card. patience: seconds after which a row that
    nobody does is taken for abandoned by whoever was to see to it.
    """

    def __init__(
        self,
        store: JobStore,
        here: JobRunner,
        cluster: ClusterProcess,
        work: Callable[[str, int], None],
        *,
        heavy: Collection[str] = (),
        look_seconds: float = LOOK_SECONDS,
        patience: float = 2 * LEASE_SECONDS,
    ) -> None:
        super().__init__(store, here, look_seconds=look_seconds)
        self._cluster = cluster
        self._work = work
        self._heavy = heavy
        self._patience = patience
        self._lock = threading.Lock()
        self._mine: set[int] = set()
        self._tasks: dict[int, Sent] = {}
        self._breaks: Counter[int] = Counter()
        self._woken = False
        self._keeper: threading.Thread | None = None
        self._closed = threading.Event()

    def start(self, kind: str, payload: Mapping[str, object], *, who: str) -> Job:
        job = self._store.add_job(kind, payload, who=who)
        self._mine.add(job.id)
        self.wake()
        return job

    def wake(self) -> None:
        """See that everything that waits has been sent to the cluster."""
        with self._lock:
            self._woken = True
            if self._keeper is None and not self._closed.is_set():
                self._keeper = threading.Thread(target=self._look_after, name="cluster's keeper", daemon=True)
                self._keeper.start()

    def close(self) -> None:
        """Leave what the cluster does to the cluster; one that was begun for this lab ends with it."""
        self._closed.set()
        with self._lock:
            keeper = self._keeper
        # First, for it may keep the keeper waiting.
        self._cluster.close()
        if keeper is not None:
            keeper.join()

    def _look_after(self) -> None:
        try:
            while not self._closed.is_set() and self._look():
                self._closed.wait(self._look_seconds)
        except YogaLabError as error:
            # The database is gone or has no room; the rows wait until somebody wakes this again.
            LOG.warning("the cluster is not looked after: %s", error)
        finally:
            with self._lock:
                if self._keeper is threading.current_thread():
                    self._keeper = None

    def _look(self) -> bool:
        """Send what waits, and hear of what is over; False once there is nothing more to see to."""
        with self._lock:
            self._woken = False
        for job_id in list(self._tasks):
            self._hear_of(job_id)
        for job in self._open():
            if job.id not in self._tasks and self._is_for_us(job):
                self._send(job)
        with self._lock:
            if self._tasks or self._woken or self._open():
                return True
            self._keeper = None
            return False

    def _is_for_us(self, job: Job) -> bool:
        if job.id in self._mine and job.state is JobState.WAITING:
            return True
        heard = job.heartbeat_at or job.created_at
        return heard is not None and (datetime.now(UTC) - heard).total_seconds() > self._patience

    def _send(self, job: Job) -> None:
        try:
            name = f"yogalab {job.kind} {job.id}"
            sent = self._cluster.submit(self._work, job.id, name=name, gpu=job.kind in self._heavy)
            if sent is not None:
                self._tasks[job.id] = sent
                self._mine.add(job.id)
        except YogaLabError as error:
            self._give_up(job.id, error)

    def _hear_of(self, job_id: int) -> None:
        job = self._store.job(job_id)
        try:
            if self._cluster.ended(self._tasks[job_id]):
                del self._tasks[job_id]
            elif job.state not in OPEN and job.attempt == 0:
                self._cluster.forget(self._tasks.pop(job_id))
        except RayUnreachable as error:
            del self._tasks[job_id]
            if not self._closed.is_set():
                # Its row is sent anew, at once or, if it was being done, when nothing is heard of it any more.
                LOG.warning("job %s is sent again: %s", job_id, error)
                self._store.add_job_lines(job_id, [JobLine(at=datetime.now(UTC), code=AWAY)])
        except RayFailed as error:
            del self._tasks[job_id]
            self._breaks[job_id] += 1
            LOG.warning("job %s broke on the cluster: %s", job_id, error)
            if self._breaks[job_id] >= MOST_BREAKS:
                self._give_up(job_id, error)

    def _give_up(self, job_id: int, error: YogaLabError) -> None:
        self._store.end_job(job_id, state=JobState.FAILED, error=error.code, error_data=error.data)
