"""Photos that were deleted stay deleted: remembered by a salted hash, which cannot be turned back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from yogalab.keeping.database import chunks
from yogalab.keeping.tables import SettingRow, TombstoneRow

_SALT = "salt"


def bury(connection: Connection, hashes: Iterable[str], at: datetime) -> None:
    """Remember that the photo with these hashes was deleted."""
    salt = _salt(connection)
    marks = {_mark(salt, sha256) for sha256 in hashes}
    connection.execute(delete(TombstoneRow).where(TombstoneRow.hash.in_(marks)))
    connection.execute(insert(TombstoneRow), [{"hash": mark, "at": at} for mark in sorted(marks)])


def buried(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Return those of the hashes whose photo was deleted."""
    if not hashes or not connection.scalar(select(func.count()).select_from(TombstoneRow)):
        return set()
    salt = _salt(connection)
    by_mark = {_mark(salt, sha256): sha256 for sha256 in hashes}
    found: set[str] = set()
    for some in chunks(list(by_mark)):
        marks = connection.scalars(select(TombstoneRow.hash).where(TombstoneRow.hash.in_(some)))
        found.update(by_mark[mark] for mark in marks)
    return found


def raise_again(connection: Connection, hashes: Sequence[str]) -> None:
    """Somebody added the photo anew, on purpose: forget that it was deleted."""
    dead = buried(connection, hashes)
    if dead:
        salt = _salt(connection)
        marks = [_mark(salt, sha256) for sha256 in dead]
        connection.execute(delete(TombstoneRow).where(TombstoneRow.hash.in_(marks)))


def _salt(connection: Connection) -> str:
    salt = connection.scalar(select(SettingRow.value).where(SettingRow.name == _SALT))
    if salt is None:
        salt = secrets.token_hex(32)
        connection.execute(insert(SettingRow).values(name=_SALT, value=salt))
    return salt


def _mark(salt: str, sha256: str) -> str:
    return hmac.new(bytes.fromhex(salt), sha256.encode(), hashlib.sha256).hexdigest()
