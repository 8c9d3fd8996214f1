"""The append-only label log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, exc, insert, select

from yogalab.errors import PhotoNotFound, PoseNotFound
from yogalab.keeping.counters import LABEL_SEQ, PURGES, bump
from yogalab.keeping.database import chunks
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import CounterRow, LabelEventRow, PhotoRow, PoseRow
from yogalab.records import LabelEvent, LabelKind, Scored


class LabelRows(Rows):
    """See `yogalab.ports.LabelStore`."""

    def append(self, event: LabelEvent) -> tuple[LabelEvent, bool]:
        row = self._row(event)
        try:
            # A key was pressed: one row and one commit, and questions only when that fails.
            with self._db.write() as connection:
                row["seq"] = bump(connection, LABEL_SEQ)
                connection.execute(insert(LabelEventRow), row)
        except exc.IntegrityError:
            with self._db.read() as connection:
                known = _known(connection, [event.id]).get(event.id)
                if known is None:
                    _blame(connection, [event])
                    raise
            return known, False
        return _event(row), True

    def append_many(self, events: Sequence[LabelEvent]) -> Sequence[LabelEvent]:
        with self._db.write() as connection:
            known = _known(connection, [event.id for event in events])
            fresh = {event.id: self._row(event) for event in reversed(events) if event.id not in known}
            _blame(connection, [event for event in events if event.id in fresh])
            rows = [fresh[i] for i in dict.fromkeys(event.id for event in events) if i in fresh]
            last = bump(connection, LABEL_SEQ, len(rows)) - len(rows)
            for seq, row in enumerate(rows, start=last + 1):
                row["seq"] = seq
            if rows:
                connection.execute(insert(LabelEventRow), rows)
            known.update({row["id"]: _event(row) for row in rows})
        return [known[event.id] for event in events]

    def events(self, *, after: int = 0, photo_id: int | None = None) -> Sequence[LabelEvent]:
        query = _ALL.where(LabelEventRow.seq > after).order_by(LabelEventRow.seq)
        if photo_id is not None:
            query = query.where(LabelEventRow.photo_id == photo_id)
        with self._db.read() as connection:
            return [_event(row._mapping) for row in connection.execute(query)]

    def known_events(self, ids: Collection[str]) -> Collection[str]:
        with self._db.read() as connection:
            return _known(connection, list(ids)).keys()

    def purges(self) -> int:
        with self._db.read() as connection:
            return connection.scalar(select(CounterRow.value).where(CounterRow.name == PURGES)) or 0

    def _row(self, event: LabelEvent) -> dict[str, Any]:
        return {
            "id": event.id,
            "photo_id": event.photo_id,
            "coach": event.coach,
            "kind": event.kind.value,
            "pose_id": event.pose_id,
            "side": event.side,
            "person": event.person,
            "undoes": event.undoes,
            "shown": [[one.pose_id, one.slug, one.probability] for one in event.shown],
            "lease": event.lease,
            "ms": event.ms,
            "details": dict(event.details),
            "at": event.at or self._db.now(),
        }


_ALL = select(LabelEventRow.__table__)


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, LabelEvent]:
    found: dict[str, LabelEvent] = {}
    for some in chunks(ids):
        rows = connection.execute(_ALL.where(LabelEventRow.id.in_(some)))
        found.update({row.id: _event(row._mapping) for row in rows})
    return found


def _blame(connection: Connection, events: Sequence[LabelEvent]) -> None:
    """Raises PhotoNotFound or PoseNotFound for the first event that names something that is not there."""
    photos = _missing(connection, PhotoRow.id, {event.photo_id for event in events})
    poses = _missing(connection, PoseRow.id, {event.pose_id for event in events if event.pose_id is not None})
    for event in events:
        if event.photo_id in photos:
            raise PhotoNotFound(photo_id=event.photo_id)
        if event.pose_id in poses:
            raise PoseNotFound(pose=event.pose_id)


def _missing(connection: Connection, column: Any, ids: set[int]) -> set[int]:
    found: set[int] = set()
    for some in chunks(sorted(ids)):
        found.update(connection.scalars(select(column).where(column.in_(some))))
    return ids - found


def _event(row: Any) -> LabelEvent:
    return LabelEvent(
        id=row["id"],
        photo_id=row["photo_id"],
        coach=row["coach"],
        kind=LabelKind(row["kind"]),
        pose_id=row["pose_id"],
        side=row["side"],
        person=row["person"],
        undoes=row["undoes"],
        shown=tuple(Scored(pose_id=i, slug=slug, probability=p) for i, slug, p in row["shown"]),
        lease=row["lease"],
        ms=row["ms"],
        details=row["details"],
        at=row["at"],
        seq=row["seq"],
    )
