"""Rows of long work. A job belongs to one worker for as long as its lease runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update
from sqlalchemy.orm import aliased

from yogalab.errors import JobInterrupted, JobNotFound
from yogalab.keeping.counters import JOB_IDS, bump
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import JobRow
from yogalab.records import Job, JobState
from yogalab.reports import storable

# Of each of these only one runs at a time in a lab, whatever the number of processes.
ALONE: Final = frozenset({"train", "tune"})
MOST_ATTEMPTS: Final = 3

_ENDED: Final = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class JobRows(Rows):
    """See `yogalab.ports.JobStore`."""

    def add_job(self, kind: str, payload: Mapping[str, object], *, who: str) -> Job:
        row = {
            "kind": kind,
            "payload": storable(payload),
            "state": JobState.WAITING.value,
            "who": who,
            "progress": 0.0,
            "stage": "",
            "result": {},
            "error_data": {},
            "attempt": 0,
            "created_at": self._db.now(),
            "stop_asked": False,
        }
        with self._db.write() as connection:
            job_id = bump(connection, JOB_IDS)
            connection.execute(insert(JobRow).values(id=job_id, **row))
            return _job(_row(connection, job_id))

    def job(self, job_id: int) -> Job:
        with self._db.read() as connection:
            return _job(_row(connection, job_id))

    def jobs(self, *, kind: str | None = None, limit: int = 20) -> Sequence[Job]:
        query = _ALL.order_by(JobRow.id.desc()).limit(limit)
        if kind is not None:
            query = query.where(JobRow.kind == kind)
        with self._db.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def take_job(
        self,
        worker: str,
        *,
        lease_seconds: float,
        kinds: Collection[str] | None = None,
        job_id: int | None = None,
    ) -> Job | None:
        wanted = [self._free()]
        if kinds is not None:
            wanted.append(JobRow.kind.in_(kinds))
        if job_id is not None:
            wanted.append(JobRow.id == job_id)
        query = _ALL.where(*wanted).order_by(JobRow.id).limit(1)
        with self._db.read() as connection:
            # Workers look every few seconds: an empty queue must not cost a write lock.
            if connection.execute(query).first() is None:
                return None
        with self._db.write() as connection:
            while (row := connection.execute(query).first()) is not None:
                if not self._given_up(connection, row):
                    return self._take(connection, row, worker, lease_seconds)
        return None

    def beat(
        self,
        job_id: int,
        worker: str,
        *,
        progress: float,
        stage: str,
        eta: float | None,
        lease_seconds: float,
    ) -> JobState:
        now = self._db.now()
        with self._db.write() as connection:
            row = _row(connection, job_id)
            if row.worker != worker or row.state != JobState.RUNNING or row.stop_asked:
                # Somebody asked to stop, or somebody else took over after this worker was silent too long.
                return JobState.CANCELLED
            _set(
                connection,
                job_id,
                progress=progress,
                stage=stage,
                eta_seconds=eta,
                heartbeat_at=now,
                lease_until=now + timedelta(seconds=lease_seconds),
            )
        return JobState.RUNNING

    def end_job(
        self,
        job_id: int,
        *,
        state: JobState,
        result: Mapping[str, object] | None = None,
        error: str | None = None,
        error_data: Mapping[str, object] | None = None,
        worker: str | None = None,
    ) -> Job:
        with self._db.write() as connection:
            row = _row(connection, job_id)
            if JobState(row.state) in _ENDED or (worker is not None and row.worker != worker):
                return _job(row)
            _set(
                connection,
                job_id,
                state=state.value,
                progress=1.0 if state is JobState.DONE else row.progress,
                eta_seconds=None,
                result=storable(result or {}),
                error=error,
                error_data=storable(error_data or {}),
                lease_until=None,
            )
            return _job(_row(connection, job_id))

    def cancel_job(self, job_id: int) -> Job:
        with self._db.write() as connection:
            row = _row(connection, job_id)
            if JobState(row.state) in _ENDED:
                return _job(row)
            _set(connection, job_id, stop_asked=True)
            at_work = row.lease_until is not None and row.lease_until > self._db.now()
            if row.state == JobState.WAITING or not at_work:
                # Nobody is there to notice.
                _set(connection, job_id, state=JobState.CANCELLED.value, eta_seconds=None, lease_until=None)
            return _job(_row(connection, job_id))

    def give_back_job(self, job_id: int, worker: str) -> None:
        with self._db.write() as connection:
            row = _row(connection, job_id)
            if row.state == JobState.RUNNING and row.worker == worker and not row.stop_asked:
                _set(
                    connection,
                    job_id,
                    state=JobState.WAITING.value,
                    worker=None,
                    lease_until=None,
                    eta_seconds=None,
                    attempt=row.attempt - 1,
                )

    def _free(self) -> ColumnElement[bool]:
        """Jobs that may be taken now."""
        now = self._db.now()
        other = aliased(JobRow)
        running_alone = exists().where(
            other.kind == JobRow.kind, other.state == JobState.RUNNING.value, other.lease_until > now
        )
        lapsed = and_(JobRow.state == JobState.RUNNING.value, JobRow.lease_until <= now)
        return and_(
            or_(JobRow.state == JobState.WAITING.value, lapsed),
            or_(JobRow.kind.not_in(ALONE), ~running_alone),
        )

    def _given_up(self, connection: Connection, row: Any) -> bool:
        """Settle a job whose worker vanished and that is not to be tried again."""
        if row.stop_asked:
            _set(connection, row.id, state=JobState.CANCELLED.value, lease_until=None, eta_seconds=None)
        elif row.attempt >= MOST_ATTEMPTS:
            error = JobInterrupted(attempts=row.attempt)
            _set(
                connection,
                row.id,
                state=JobState.FAILED.value,
                error=error.code,
                error_data=error.data,
                lease_until=None,
                eta_seconds=None,
            )
        else:
            return False
        return True

    def _take(self, connection: Connection, row: Any, worker: str, lease_seconds: float) -> Job:
        now = self._db.now()
        _set(
            connection,
            row.id,
            state=JobState.RUNNING.value,
            worker=worker,
            attempt=row.attempt + 1,
            progress=0.0,
            stage="",
            eta_seconds=None,
            heartbeat_at=now,
            lease_until=now + timedelta(seconds=lease_seconds),
        )
        return _job(_row(connection, row.id))


_ALL = select(JobRow.__table__)


def _row(connection: Connection, job_id: int) -> Any:
    row = connection.execute(_ALL.where(JobRow.id == job_id)).first()
    if row is None:
        raise JobNotFound(job_id=job_id)
    return row


def _set(connection: Connection, job_id: int, **values: object) -> None:
    connection.execute(update(JobRow).where(JobRow.id == job_id).values(values))


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        payload=row.payload,
        state=JobState(row.state),
        who=row.who,
        progress=row.progress,
        stage=row.stage,
        eta_seconds=row.eta_seconds,
        result=row.result,
        error=row.error,
        error_data=row.error_data,
        attempt=row.attempt,
        created_at=row.created_at,
        heartbeat_at=row.heartbeat_at,
    )
