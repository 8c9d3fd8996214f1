"""What changed in the lab's database since it was last kept elsewhere.

Triggers note it, so no process that writes is missed, and a label pays for one more row in its own commit.
A row is noted by its key alone: what is kept of it is how it stands when it is kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Table

from yogalab.keeping.database import chunks
from yogalab.keeping.tables import Base
from yogalab.records import Last

# The last numbers allotted: few, and they change with everything else, so they always go along whole.
COUNTERS: Final = "counter"
# Of no use in another life of the lab: who looks at what, and work that its machine took with it.
_PASSING: Final = ("lease", "job")
# Its keys are hashes of photos. Its rows go with their photo alone, and a deleted one leaves no hash behind:
# whoever brings a lab back drops them for having lost what they belong to.
_TELLING: Final = frozenset({"photo_source"})
_LOG: Final = "kept_change"
_STATE: Final = "kept_state"
_PREFIX: Final = "kept_"

Row = Mapping[str, object]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it stands now; None where it is gone, with the values of its key."""

    table: str
    key: Key
    row: Row | None


def kept_tables() -> Mapping[str, Table]:
    """The tables that are watched, by name."""
    return {
        table.name: table
        for table in Base.metadata.sorted_tables
        if table.name != COUNTERS and not table.name.startswith(_PASSING)
    }


def watch(database: sqlite3.Connection) -> bool:
    """See that every change is noted from now on; True where it has been all along."""
    database.execute("BEGIN IMMEDIATE")
    try:
        there = dict(
            database.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE ?", (f"{_PREFIX}%",)
            ).fetchall()
        )
        wanted = dict(_triggers())
        if there != wanted:
            database.execute(
                f"CREATE TABLE IF NOT EXISTS {_LOG} (n INTEGER PRIMARY KEY AUTOINCREMENT, tab TEXT NOT NULL, "
                "key TEXT NOT NULL, UNIQUE (tab, key))"
            )
            database.execute(
                f"CREATE TABLE IF NOT EXISTS {_STATE} (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
            )
            for name in there:
                database.execute(f'DROP TRIGGER "{name}"')
            for sql in wanted.values():
                database.execute(sql)
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise
    return there == wanted


def mark_of(database: sqlite3.Connection) -> int:
    """The number of the newest change; older ones are those up to it."""
    found = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (_LOG,)).fetchone()
    return int(found[0]) if found else 0


def waiting(database: sqlite3.Connection) -> int:
    """How many rows changed and have not been kept; none are known where nobody watches yet."""
    if not _watched(database):
        return 0
    return int(database.execute(f"SELECT count(*) FROM {_LOG}").fetchone()[0])


def since_kept(database: sqlite3.Connection) -> Iterator[Change]:
    """Yield what changed and has not been kept, then all counters; nothing where nothing did.

    To be read within one transaction.
    """
    if not waiting(database):
        return
    keys: dict[str, list[Key]] = {}
    for table, key in database.execute(f"SELECT tab, key FROM {_LOG} ORDER BY n"):
        keys.setdefault(table, []).append(tuple(json.loads(key)))
    for name, table in kept_tables().items():
        yield from _rows(database, table, keys.get(name, ()))
    yield from _rows(database, Base.metadata.tables[COUNTERS], None)


def all_rows(database: sqlite3.Connection, table: str) -> Iterator[Change]:
    """Yield every row of a table."""
    return _rows(database, Base.metadata.tables[table], None)


def settle(database: sqlite3.Connection, mark: int, state: Mapping[str, str]) -> None:
    """Note that everything up to `mark` has been kept, and where."""
    database.execute("BEGIN IMMEDIATE")
    database.execute(f"DELETE FROM {_LOG} WHERE n <= ?", (mark,))
    database.executemany(f"INSERT OR REPLACE INTO {_STATE} VALUES (?, ?)", list(state.items()))
    database.execute("COMMIT")


def state_of(database: sqlite3.Connection) -> Mapping[str, str]:
    """What was noted when it was last kept."""
    if not _watched(database):
        return {}
    return dict(database.execute(f"SELECT name, value FROM {_STATE}").fetchall())


def last_of(database: sqlite3.Connection) -> Last:
    """The newest label event."""
    found = database.execute("SELECT seq, at FROM label_event ORDER BY seq DESC LIMIT 1").fetchone()
    if found is None:
        return Last()
    return Last(seq=found[0], at=datetime.fromisoformat(found[1]).replace(tzinfo=UTC))


def counter(database: sqlite3.Connection, name: str) -> int:
    """Where a counter stands, 0 for one that never moved."""
    found = database.execute(f"SELECT value FROM {COUNTERS} WHERE name = ?", (name,)).fetchone()
    return int(found[0]) if found else 0


def _watched(database: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return database.execute(query, (_STATE,)).fetchone() is not None


def _triggers() -> Iterator[tuple[str, str]]:
    for name, table in kept_tables().items():
        columns = [column.name for column in table.primary_key.columns]
        for event, side in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
            key = "json_array(" + ", ".join(f'{side}."{column}"' for column in columns) + ")"
            trigger = f"{_PREFIX}{name}_{event}"
            # Not REPLACE: it would follow whatever the statement that set it off says of conflicts.
            steps = f"DELETE FROM {_LOG} WHERE tab = '{name}' AND key = {key};"
            if event != "delete" or name not in _TELLING:
                steps += f" INSERT INTO {_LOG} (tab, key) VALUES ('{name}', {key});"
            yield trigger, f'CREATE TRIGGER "{trigger}" AFTER {event.upper()} ON "{name}" BEGIN {steps} END'


def _rows(database: sqlite3.Connection, table: Table, keys: Sequence[Key] | None) -> Iterator[Change]:
    """The rows with these keys as they stand, or all of them."""
    columns = [column.name for column in table.columns]
    places = [columns.index(column.name) for column in table.primary_key.columns]
    query = f'SELECT {", ".join(map(_quoted, columns))} FROM "{table.name}"'
    if keys is None:
        for row in database.execute(query):
            yield Change(table.name, tuple(row[k] for k in places), dict(zip(columns, row, strict=True)))
        return
    named = ", ".join(_quoted(columns[k]) for k in places)
    for some in chunks(keys, 300):
        marks = ", ".join(["(" + ", ".join("?" * len(places)) + ")"] * len(some))
        found = {}
        for row in database.execute(
            f"{query} WHERE ({named}) IN (VALUES {marks})", [v for key in some for v in key]
        ):
            found[tuple(row[k] for k in places)] = dict(zip(columns, row, strict=True))
        yield from (Change(table.name, key, found.get(key)) for key in some)


def _quoted(name: str) -> str:
    return f'"{name}"'
