"""Who is promised which photo, as the database itself has it: looked at from outside while coaches label."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from yogalab.errors import DatabaseUnreachable

Promises = Callable[[], Mapping[int, str]]
Watch = Callable[[], AbstractContextManager[Promises]]

# By whom rather than by which page: what a page calls itself is not how it is written down.
_LEASES = "SELECT photo_id, name FROM lease JOIN coach ON coach.id = lease.coach"


def on_sqlite(file: Path) -> Watch:
    """Return how to look at the promises in a SQLite file: photo -> coach."""

    @contextmanager
    def watch() -> Iterator[Promises]:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            yield lambda: _coaches(connection.execute(_LEASES).fetchall())

    return watch


def on_postgresql(url: str) -> Watch:
    """The same on a server. Raises DatabaseUnreachable."""

    @contextmanager
    def watch() -> Iterator[Promises]:
        with _connected(url) as connection:
            yield lambda: _coaches(connection.execute(_LEASES).fetchall())

    return watch


@contextmanager
def place_of_its_own(url: str) -> Iterator[str]:
    """Yield the address of an empty place on a PostgreSQL server, which is gone when the block ends.

    What else lies in the database is not touched. Raises DatabaseUnreachable.
    """
    name = f"yogalab_bench_{secrets.token_hex(4)}"
    with _connected(url) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    parts = urlsplit(url)
    asked = [*parse_qsl(parts.query), ("options", f"-csearch_path={name}")]
    try:
        yield urlunsplit(parts._replace(query=urlencode(asked)))
    finally:
        with _connected(url) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


def _connected(url: str) -> Any:
    # Most measurements need no server, and many machines have no driver.
    try:
        import psycopg  # noqa: PLC0415
    except ImportError as error:
        raise DatabaseUnreachable from error
    scheme, _, rest = url.partition("://")
    try:
        return psycopg.connect(f"{scheme.partition('+')[0]}://{rest}", autocommit=True)
    except psycopg.Error as error:
        raise DatabaseUnreachable from error


def _coaches(rows: list[tuple[int, str]]) -> Mapping[int, str]:
    return {photo: str(coach) for photo, coach in rows}
