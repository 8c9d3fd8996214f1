"""A consistent copy of the database while it is in use: one SQLite file, whatever the lab runs on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from yogalab.keeping.database import Database
from yogalab.keeping.transfer import copy_rows
from yogalab.keeping.trouble import require_room, writing_to


def snapshot(database: Database, target: Path) -> None:
    """Write the copy aside, then rename it to `target`. Raises DiskFull."""
    with writing_to(target.parent, step="snapshot"):
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".snapshot-", dir=target.parent) as folder:
            aside = Path(folder) / target.name
            if database.file is not None:
                _copy_file(database, database.file, aside)
            else:
                _copy_rows(database, aside)
            with aside.open("rb+") as file:
                os.fsync(file.fileno())
            aside.replace(target)


def _copy_file(database: Database, file: Path, target: Path) -> None:
    require_room(target.parent, file.stat().st_size)
    with database.read() as connection, closing(sqlite3.connect(target)) as copy:
        source = connection.connection.dbapi_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(copy)
        # One file, to be carried elsewhere: nothing may be left in a write-ahead log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def _copy_rows(database: Database, target: Path) -> None:
    copy = Database(f"sqlite:///{target}", clock=database.now)
    try:
        with database.read() as source, copy.write() as rows:
            copy_rows(source, rows)
        copy.settle()
    finally:
        copy.close()
