"""The last lines that each job said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, insert, select

from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import JobLineRow
from yogalab.records import JobLine

MOST_LINES: Final = 200
LONGEST: Final = 500


class JobLogRows(Rows):
    """See `yogalab.ports.JobStore`."""

    def add_job_lines(self, job_id: int, lines: Sequence[JobLine]) -> None:
        if not lines:
            return
        mine = JobLineRow.job_id == job_id
        with self._db.write() as connection:
            last = connection.scalar(select(func.max(JobLineRow.number)).where(mine)) or 0
            rows = [
                {
                    "job_id": job_id,
                    "number": last + place,
                    "at": line.at,
                    "code": line.code,
                    "text": line.text[:LONGEST],
                }
                for place, line in enumerate(lines[-MOST_LINES:], start=1)
            ]
            connection.execute(insert(JobLineRow), rows)
            oldest = last + len(rows) - MOST_LINES
            connection.execute(delete(JobLineRow).where(mine, JobLineRow.number <= oldest))

    def job_lines(self, job_id: int) -> Sequence[JobLine]:
        query = select(JobLineRow.__table__).where(JobLineRow.job_id == job_id).order_by(JobLineRow.number)
        with self._db.read() as connection:
            return [JobLine(at=row.at, code=row.code, text=row.text) for row in connection.execute(query)]
