"""The lab's database as its keeper reads it: what changed, and a copy of the whole, each of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from yogalab.keeping import changes
from yogalab.keeping.changes import Change
from yogalab.keeping.counters import PHOTOS, PURGES
from yogalab.keeping.database import BUSY_SECONDS
from yogalab.keeping.tombstones import SALT
from yogalab.ports import Store
from yogalab.records import Last

_KEYS: Final = "SELECT key FROM photo ORDER BY id"
_TOMBSTONES: Final = "SELECT hash FROM tombstone ORDER BY hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The database at one moment.

    mark: up to which change this reaches; purges, photos: counters; copy: the database as a file, if asked for.
    tombstones: salted hashes of deleted photos.
    """

    mark: int = 0
    purges: int = 0
    photos: int = 0
    last: Last = field(default_factory=Last)
    revision: str = ""
    changes: Sequence[Change] = ()
    copy: Path | None = None
    salt: str = ""
    tombstones: Sequence[str] = ()


class KeptRows(Protocol):
    """What a keeper asks of the database."""

    journaled: bool

    def watch(self) -> bool:
        """See that changes are noted; True where they have been all along."""

    def glance(self) -> Sight:
        """The database now, without what changed."""

    def look(self, folder: Path | None) -> Sight:
        """The database now, with a copy of it in `folder` if there is one."""

    def waiting(self) -> int:
        """How many rows changed since they were kept."""

    def keys(self) -> Sequence[str]:
        """Of all photos' files."""

    def state(self) -> Mapping[str, str]: ...

    def settle(self, mark: int, state: Mapping[str, str]) -> None: ...


class SqliteRows:
    """The lab's own database file, read beside whoever writes."""

    journaled = True

    def __init__(self, file: Path, store: Store) -> None:
        self._file = file
        self._store = store

    def watch(self) -> bool:
        with self._open() as database:
            return changes.watch(database)

    def glance(self) -> Sight:
        with self._open() as database:
            database.execute("BEGIN")
            return _sight(database)

    def look(self, folder: Path | None) -> Sight:
        """As in the port. What changed is read from the copy, so that both are of the same moment."""
        if folder is None:
            with self._open() as database:
                database.execute("BEGIN")
                return replace(_sight(database), changes=list(changes.since_kept(database)))
        copy = folder / "lab.db"
        self._store.snapshot(copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as database:
            return replace(_sight(database), changes=list(changes.since_kept(database)), copy=copy)

    def waiting(self) -> int:
        with self._open() as database:
            return changes.waiting(database)

    def keys(self) -> Sequence[str]:
        with self._open() as database:
            return [key for (key,) in database.execute(_KEYS)]

    def state(self) -> Mapping[str, str]:
        with self._open() as database:
            return changes.state_of(database)

    def settle(self, mark: int, state: Mapping[str, str]) -> None:
        with self._open() as database:
            changes.settle(database, mark, state)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)) as database:
            database.execute("PRAGMA secure_delete=ON")
            yield database


def _sight(database: sqlite3.Connection) -> Sight:
    salt = database.execute("SELECT value FROM setting WHERE name = ?", (SALT,)).fetchone()
    (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return Sight(
        mark=changes.mark_of(database),
        purges=changes.counter(database, PURGES),
        photos=changes.counter(database, PHOTOS),
        last=changes.last_of(database),
        revision=revision,
        salt=salt[0] if salt else "",
        tombstones=[mark for (mark,) in database.execute(_TOMBSTONES)],
    )


class ServerRows:
    """A database server keeps its rows itself; its lab's photos and versions are kept all the same."""

    journaled = False

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state: Mapping[str, str] = {}

    def watch(self) -> bool:
        return True

    def look(self, folder: Path | None) -> Sight:
        return self.glance()

    def glance(self) -> Sight:
        pulse = self._store.pulse()
        return Sight(purges=pulse.purges, photos=pulse.photos, revision=self._store.revision())

    def waiting(self) -> int:
        return 0

    def keys(self) -> Sequence[str]:
        return [photo.key for photo in self._store.photos()]

    def state(self) -> Mapping[str, str]:
        return self._state

    def settle(self, mark: int, state: Mapping[str, str]) -> None:
        self._state = {**self._state, **state}
