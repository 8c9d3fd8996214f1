"""Which photo is in front of which coach. Nobody else is asked about it meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, or_, select

from yogalab.keeping.database import chunks
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import LabelEventRow, LeaseRow, PhotoRow


class LeaseRows(Rows):
    """See `yogalab.ports.LeaseStore`."""

    def promise(
        self,
        seat: str,
        wanted: Sequence[int],
        *,
        coach: str,
        held: Collection[int] = (),
        count: int,
        as_of: int,
        seconds: float,
    ) -> Sequence[int]:
        now = self._db.now()
        with self._db.write() as connection:
            # What the page no longer holds is free at once, for itself as for others.
            connection.execute(delete(LeaseRow).where(or_(LeaseRow.until <= now, LeaseRow.seat == seat)))
            taken = set(connection.scalars(select(LeaseRow.photo_id)))
            # Who worked out the order may not have heard of answers that are here by now.
            answered = connection.scalars(select(LabelEventRow.photo_id).where(LabelEventRow.seq > as_of))
            closed = taken.union(answered, held)
            free = _here(connection, [photo for photo in wanted if photo not in closed], count)
            kept = _here(connection, [photo for photo in held if photo not in taken], len(held))
            rows = [
                {"photo_id": photo, "seat": seat, "coach": coach, "until": now + timedelta(seconds=seconds)}
                for photo in (*kept, *free)
            ]
            if rows:
                connection.execute(insert(LeaseRow), rows)
        return free

    def release(self, seat: str) -> None:
        with self._db.write() as connection:
            connection.execute(delete(LeaseRow).where(LeaseRow.seat == seat))


def _here(connection: Connection, photo_ids: Sequence[int], count: int) -> list[int]:
    """The first so many of the photos that are not deleted."""
    found: list[int] = []
    for some in chunks(photo_ids, max(count, 1)):
        if len(found) >= count:
            break
        here = set(connection.scalars(select(PhotoRow.id).where(PhotoRow.id.in_(some))))
        found.extend(photo for photo in some if photo in here)
    return found[:count]
