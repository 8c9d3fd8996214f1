"""The lab's store: all tables of one database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from yogalab.errors import YogaLabError
from yogalab.keeping import counters, migration
from yogalab.keeping.account_rows import AccountRows, InvitationRows
from yogalab.keeping.database import Database, utc_now
from yogalab.keeping.job_log_rows import JobLogRows
from yogalab.keeping.job_rows import JobRows
from yogalab.keeping.label_rows import LabelRows
from yogalab.keeping.lease_rows import LeaseRows
from yogalab.keeping.people_rows import CoachRows, SettingRows
from yogalab.keeping.photo_rows import PhotoRows
from yogalab.keeping.pose_rows import PoseRows
from yogalab.keeping.sights import SightRows
from yogalab.keeping.snapshot import snapshot
from yogalab.keeping.tables import ActivationRow, CounterRow, LabelEventRow
from yogalab.keeping.token_rows import TokenRows
from yogalab.keeping.version_rows import VersionRows
from yogalab.ports import Clock, Pulse, SettingStore
from yogalab.settings import Settings


class SqlStore(
    PhotoRows,
    SightRows,
    LabelRows,
    LeaseRows,
    PoseRows,
    VersionRows,
    CoachRows,
    AccountRows,
    InvitationRows,
    JobRows,
    JobLogRows,
    TokenRows,
    SettingRows,
):
    """See `yogalab.ports.Store`; opened by `open_store`.

    Threads may share it. Every write is durable when it returns.
    """

    def pulse(self) -> Pulse:
        with self._db.read() as connection:
            row = connection.execute(_PULSE).one()
        return Pulse(**{name: value or 0 for name, value in row._mapping.items()})

    def snapshot(self, target: Path) -> None:
        snapshot(self._db, target)

    def revision(self) -> str:
        with self._db.read() as connection:
            return migration.revision(connection) or ""

    def check(self) -> Sequence[str]:
        try:
            with self._db.read() as connection:
                if self._db.file is None:
                    connection.exec_driver_sql("SELECT 1")
                    return []
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
                orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        except YogaLabError as error:
            return [str(error)]
        damage = [str(line) for line in found if line != "ok"]
        return damage + [f"{table} row {row} refers to a missing {parent}" for table, row, parent, _ in orphans]

    def close(self) -> None:
        self._db.close()


def settle_mark(store: SettingStore) -> str:
    """Return the name of a lab that no other has, 16 hexadecimal digits; it is given at first asking."""
    return store.settle_setting("mark", secrets.token_hex(8))


def open_store(settings: Settings, *, clock: Clock = utc_now) -> SqlStore:
    """Open the lab's database, making it or bringing it up to date as needed.

    Raises:
        DatabaseNewer, DatabaseDamaged, DatabaseBusy, DatabaseUnreachable, NotWritable, DiskFull.
    """
    return SqlStore(Database(settings.database, clock=clock))


def _counter(name: str) -> Any:
    return select(CounterRow.value).where(CounterRow.name == name).scalar_subquery()


_PULSE = select(
    select(func.max(LabelEventRow.seq)).scalar_subquery().label("seq"),
    _counter(counters.PURGES).label("purges"),
    _counter(counters.PHOTOS).label("photos"),
    _counter(counters.LOOKED).label("looked"),
    _counter(counters.EMBEDDINGS).label("embeddings"),
    _counter(counters.POSES).label("poses"),
    select(func.max(ActivationRow.id)).scalar_subquery().label("activation"),
)
