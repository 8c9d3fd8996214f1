"""One pool of connections: plain transactions for reading, one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Insert, create_engine, event, exc, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from yogalab.errors import DatabaseBusy, DatabaseUnreachable
from yogalab.keeping.migration import HEAD, upgrade
from yogalab.keeping.tables import Base
from yogalab.keeping.trouble import named, writing_to
from yogalab.ports import Clock

Item = TypeVar("Item")

BUSY_SECONDS: Final = 15.0
_SQLITE: Final = "sqlite:///"
# Any number will do, as long as every process that writes to this server's database asks for the same.
_LOCK_NUMBER: Final = 7_160_431
# Deferred transactions fail under several writers, whatever the timeout: take the write lock at once.
# PostgreSQL gets one writer at a time as well, so that `seq` grows in the order of commits.
_BEGIN_READING: Final = {"sqlite": "BEGIN"}
_BEGIN_WRITING: Final = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})",
}


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


def chunks(items: Sequence[Item], size: int = 500) -> Iterator[Sequence[Item]]:
    """Split a long list: databases limit how many values one statement may name."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert_new(connection: Connection, table: type[Base]) -> Insert:
    """Return an insert that passes over rows whose key is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


class Database:
    """The lab's database, brought up to date when it is opened.

    Raises:
        DatabaseNewer, DatabaseDamaged, DatabaseBusy, DatabaseUnreachable, NotWritable, DiskFull.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = utc_now,
        busy_seconds: float = BUSY_SECONDS,
        revision: str = HEAD,
    ) -> None:
        self.now = clock
        self._busy_seconds = busy_seconds
        address = _address(url)
        self.file = Path(address.database) if address.database and _is_sqlite(address) else None
        self._turn = threading.Lock()
        self._engine = self._connect(address)
        self._reader, self._writer = self._sides(self._engine)
        self._open(revision)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with self._named(), self._reader.connect() as connection:
            self._begin(connection, _BEGIN_READING)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock; durable when the block ends."""
        # Threads of one process queue here rather than in SQLite, whose waiting is by sleep and retry.
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise DatabaseBusy
        try:
            with self._named(), self._writer.begin() as connection:
                self._begin(connection, _BEGIN_WRITING)
                yield connection
        finally:
            self._turn.release()

    @contextmanager
    def unchecked(self) -> Iterator[Connection]:
        """A SQLite transaction that does not watch references: for whole tables at a time."""
        with self._turn, self._named(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            try:
                self._begin(connection, _BEGIN_WRITING)
                yield connection
                connection.commit()
            finally:
                connection.rollback()
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")

    def forget(self) -> None:
        """Let nothing deleted linger in the write-ahead log. Left for later when readers are at work."""
        if self.file is not None:
            with self._named(), self._reader.connect() as connection:
                # Waiting for readers holds up writers: not for long.
                connection.exec_driver_sql("PRAGMA busy_timeout=500")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql(f"PRAGMA busy_timeout={int(self._busy_seconds * 1000)}")

    def settle(self) -> None:
        """Make the SQLite file whole in itself, with no log beside it: it is going to be carried elsewhere."""
        with self._named(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        self._engine.dispose()

    def _connect(self, address: URL) -> Engine:
        if self.file is None:
            try:
                return create_engine(address, pool_pre_ping=True)
            except ModuleNotFoundError as error:
                raise DatabaseUnreachable from error
        with writing_to(self.file.parent, step="database"):
            # Photos of people: nobody else on this machine looks in.
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(
            address,
            connect_args={"timeout": self._busy_seconds},
            pool_size=8,
            max_overflow=56,
            pool_timeout=self._busy_seconds,
        )
        event.listen(engine, "connect", _prepare)
        return engine

    def _sides(self, engine: Engine) -> tuple[Engine, Engine]:
        if self.file is None:
            return engine.execution_options(isolation_level="REPEATABLE READ"), engine
        return engine, engine

    def _open(self, revision: str) -> None:
        if self.file is None:
            with self.write() as connection:
                upgrade(connection, revision)
            return
        try:
            # Two processes may open a new lab at once, and SQLite does not wait while it turns WAL on.
            with (
                writing_to(self.file.parent, step="database"),
                FileLock(f"{self.file}.lock", self._busy_seconds),
            ):
                self._set_up(revision)
        except Timeout as error:
            raise DatabaseBusy from error

    def _set_up(self, revision: str) -> None:
        with self._named(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        # Changing a table copies and drops it, and dropping must not delete what refers to it.
        with self.unchecked() as connection:
            upgrade(connection, revision)

    def _begin(self, connection: Connection, statements: dict[str, str]) -> None:
        statement = statements.get(connection.dialect.name)
        if statement:
            connection.exec_driver_sql(statement)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except exc.SQLAlchemyError as error:
            known = named(error, place=self.file)
            if known is None:
                raise
            raise known from error


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by its own rules.
    connection.isolation_level = None
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _address(url: str) -> URL:
    """Return the URL with the driver we test with; hosts hand out "postgres://"."""
    if url.startswith(_SQLITE):
        # A folder's name may hold what an address would read as its query.
        return URL.create("sqlite", database=url.removeprefix(_SQLITE))
    address = make_url(url.replace("postgres://", "postgresql://", 1))
    if address.drivername == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    return address
