"""Who labels here, and the few values that belong to the lab."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import CoachRow, SettingRow
from yogalab.records import Coach, Role


class CoachRows(Rows):
    """See `yogalab.ports.CoachStore`."""

    def coaches(self) -> Sequence[Coach]:
        query = select(CoachRow.id, CoachRow.name, CoachRow.role).order_by(CoachRow.name, CoachRow.id)
        with self._db.read() as connection:
            return [Coach(id=i, name=name, role=Role(role)) for i, name, role in connection.execute(query)]

    def put_coach(self, coach: Coach) -> Coach:
        # Entering happens with every visit; only a new or changed coach is worth a write.
        if coach not in self.coaches():
            with self._db.write() as connection:
                put_coach(connection, coach)
        return coach


class SettingRows(Rows):
    """See `yogalab.ports.SettingStore`."""

    def setting(self, name: str) -> str | None:
        with self._db.read() as connection:
            return connection.scalar(select(SettingRow.value).where(SettingRow.name == name))

    def put_setting(self, name: str, value: str) -> None:
        with self._db.write() as connection:
            put_setting(connection, name, value)

    def settle_setting(self, name: str, value: str) -> str:
        known = self.setting(name)
        if known is not None:
            return known
        with self._db.write() as connection:
            # Another process may have been quicker.
            known = connection.scalar(select(SettingRow.value).where(SettingRow.name == name))
            if known is None:
                put_setting(connection, name, value)
        return value if known is None else known


def put_coach(connection: Connection, coach: Coach) -> None:
    """Keep a coach within the writer's transaction. An account may refer to the row: it is never taken away."""
    told = {"name": coach.name, "role": coach.role.value}
    if not connection.execute(update(CoachRow).where(CoachRow.id == coach.id).values(told)).rowcount:
        connection.execute(insert(CoachRow).values(id=coach.id, **told))


def put_setting(connection: Connection, name: str, value: str) -> None:
    """Change a setting within the writer's transaction."""
    connection.execute(delete(SettingRow).where(SettingRow.name == name))
    connection.execute(insert(SettingRow).values(name=name, value=value))
