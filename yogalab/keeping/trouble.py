"""What the disk and the database complain of, as errors a coach can be told about."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from yogalab.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    NotWritable,
    OutOfMemory,
    YogaLabError,
)

# What a full disk must still take: labels are worth more than one more photo.
RESERVE_BYTES = 64 * 2**20

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def free_bytes(folder: Path) -> int:
    """Return how much room there is for what will be written under `folder`."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def disk_full(folder: Path) -> DiskFull:
    """Return the error for a disk without room."""
    return DiskFull(folder=str(folder), free_megabytes=free_bytes(folder) // 2**20)


def require_room(folder: Path, size: int) -> None:
    """Raises DiskFull when `size` more bytes would eat into the reserve that labels need."""
    if free_bytes(folder) < size + RESERVE_BYTES:
        raise disk_full(folder)


@contextmanager
def writing_to(folder: Path, *, step: str) -> Iterator[None]:
    """Name what goes wrong while writing files: DiskFull, NotWritable, OutOfMemory."""
    try:
        yield
    except MemoryError as error:
        raise OutOfMemory(step=step) from error
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        if error.errno in _FORBIDDEN:
            raise NotWritable(folder=str(folder)) from error
        raise


def named(error: exc.SQLAlchemyError, *, place: Path | None) -> YogaLabError | None:
    """Return what a database's error means to a coach; None when it is a mistake of ours.

    place: the SQLite file, None for a database server.
    """
    if isinstance(error, exc.TimeoutError):
        return DatabaseBusy()
    if not isinstance(error, exc.DBAPIError):
        return None
    if place is None:
        return DatabaseUnreachable() if isinstance(error, exc.OperationalError) else None
    return _sqlite(error.orig, place)


def _sqlite(error: BaseException | None, place: Path) -> YogaLabError | None:
    # The low byte is the kind, the rest says more.
    kind = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if kind == sqlite3.SQLITE_FULL:
        return disk_full(place.parent)
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy()
    if kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseDamaged(file=str(place))
    if kind in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return NotWritable(folder=str(place.parent))
    if kind == sqlite3.SQLITE_NOMEM or isinstance(error, MemoryError):
        return OutOfMemory(step="database")
    return None
