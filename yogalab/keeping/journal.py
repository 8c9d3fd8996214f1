"""The journal: a file for each time that changes were kept, lines of JSON under a header with a checksum."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yogalab.keeping.changes import COUNTERS, Change, Row, kept_tables
from yogalab.keeping.tables import Base
from yogalab.records import Last

_FORMAT: Final = 1
_BLOB: Final = "base64"


class DamagedSegment(Exception):
    """A part of the journal that is not what was written. Carries its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a part of the journal says of itself.

    lab: the lab's mark. name, after: its own name and that of the part before, empty at the beginning.
    revision: of the schema. purges: how many deletions came before. last: the newest label event.
    """

    lab: str
    name: str
    after: str
    revision: str
    at: datetime
    purges: int
    last: Last

    def to_json(self) -> dict[str, object]:
        return {
            "lab": self.lab,
            "name": self.name,
            "after": self.after,
            "revision": self.revision,
            "at": self.at.isoformat(),
            "purges": self.purges,
            "seq": self.last.seq,
            "last_at": self.last.at.isoformat() if self.last.at else None,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Header:
        """Raises KeyError, TypeError, ValueError."""
        last_at = told["last_at"]
        return cls(
            lab=str(told["lab"]),
            name=str(told["name"]),
            after=str(told["after"]),
            revision=str(told["revision"]),
            at=datetime.fromisoformat(told["at"]),
            purges=int(told["purges"]),
            last=Last(seq=int(told["seq"]), at=datetime.fromisoformat(last_at) if last_at else None),
        )


def write_segment(header: Header, changes: Iterable[Change]) -> bytes:
    """Return a part of the journal as it is kept."""
    body = b"".join(_line(change) for change in changes)
    facts = {"format": _FORMAT, **header.to_json(), "sha256": hashlib.sha256(body).hexdigest()}
    return json.dumps(facts).encode() + b"\n" + body


def read_segment(name: str, data: bytes) -> tuple[Header, Sequence[Change]]:
    """Raises DamagedSegment."""
    first, _, body = data.partition(b"\n")
    try:
        facts = json.loads(first)
        if facts["format"] != _FORMAT or facts["sha256"] != hashlib.sha256(body).hexdigest():
            raise DamagedSegment(name)
        header = Header.from_json(facts)
        changes = [_change(json.loads(line)) for line in body.splitlines()]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedSegment(name) from error
    if header.name != name:
        raise DamagedSegment(name)
    return header, changes


def apply(database: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Bring a copy of the database to where the changes end, within one transaction.

    References are not watched meanwhile: the changes come in no particular order, and end in a whole state.
    """
    known = {*kept_tables(), COUNTERS}
    database.execute("BEGIN IMMEDIATE")
    try:
        for change in changes:
            if change.table in known:
                _apply(database, change)
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _apply(database: sqlite3.Connection, change: Change) -> None:
    table = Base.metadata.tables[change.table]
    if change.row is None:
        mine = " AND ".join(f'"{column.name}" = ?' for column in table.primary_key.columns)
        database.execute(f'DELETE FROM "{change.table}" WHERE {mine}', change.key)
        return
    names = ", ".join(f'"{name}"' for name in change.row)
    marks = ", ".join("?" * len(change.row))
    # REPLACE also gives way where another row had the same unique name and is renamed further on.
    database.execute(
        f'INSERT OR REPLACE INTO "{change.table}" ({names}) VALUES ({marks})', list(change.row.values())
    )


def _line(change: Change) -> bytes:
    told: dict[str, object] = {"t": change.table, "k": change.key}
    if change.row is not None:
        told["row"] = {name: _told(value) for name, value in change.row.items()}
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _change(told: Mapping[str, Any]) -> Change:
    row: Row | None = None
    if "row" in told:
        row = {str(name): _heard(value) for name, value in told["row"].items()}
        if not all(name.isidentifier() for name in row):
            raise ValueError("not the names of columns")
    return Change(str(told["t"]), tuple(told["k"]), row)


def _told(value: object) -> object:
    return {_BLOB: base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _heard(value: Any) -> object:
    return base64.b64decode(value[_BLOB]) if isinstance(value, dict) else value
