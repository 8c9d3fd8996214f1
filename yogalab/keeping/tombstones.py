"""Photos that were deleted stay deleted: remembered by a salted hash, which cannot be turned back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select

from yogalab.keeping.counters import PHOTOS, PURGES, bump
from yogalab.keeping.database import chunks
from yogalab.keeping.tables import PhotoRow, SettingRow, TombstoneRow

SALT = "salt"


def bury(connection: Connection, hashes: Iterable[str], at: datetime) -> None:
    """Remember that the photo with these hashes was deleted."""
    salt = _salt(connection)
    marks = {mark_of(salt, sha256) for sha256 in hashes}
    connection.execute(delete(TombstoneRow).where(TombstoneRow.hash.in_(marks)))
    connection.execute(insert(TombstoneRow), [{"hash": mark, "at": at} for mark in sorted(marks)])


def buried(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Return those of the hashes whose photo was deleted."""
    if not hashes or not connection.scalar(select(func.count()).select_from(TombstoneRow)):
        return set()
    salt = _salt(connection)
    by_mark = {mark_of(salt, sha256): sha256 for sha256 in hashes}
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
        marks = [mark_of(salt, sha256) for sha256 in dead]
        connection.execute(delete(TombstoneRow).where(TombstoneRow.hash.in_(marks)))


def drop_buried(connection: Connection, salt: str, marks: Collection[str]) -> int:
    """Drop the photos of a lab that was brought back and had been deleted, and return how many there were.

    marks: tombstones that may be younger than these rows, and the salt they are made with; empty for none.
    """
    known = connection.scalar(select(SettingRow.value).where(SettingRow.name == SALT))
    if known is None and salt:
        # These rows are from before the first deletion.
        connection.execute(insert(SettingRow).values(name=SALT, value=salt))
    there = set(connection.scalars(select(TombstoneRow.hash)))
    fresh = [{"hash": mark, "at": datetime.now(UTC)} for mark in sorted(set(marks) - there)]
    if fresh:
        connection.execute(insert(TombstoneRow), fresh)
    hashes: dict[str, int] = {}
    for photo_id, *mine in connection.execute(select(PhotoRow.id, PhotoRow.sha256, PhotoRow.source_sha256)):
        hashes.update(dict.fromkeys(mine, photo_id))
    dead = sorted({hashes[sha256] for sha256 in buried(connection, list(hashes))})
    for some in chunks(dead):
        connection.execute(delete(PhotoRow).where(PhotoRow.id.in_(some)))
    if dead:
        bump(connection, PURGES, len(dead))
        bump(connection, PHOTOS, len(dead))
    return len(dead)


def _salt(connection: Connection) -> str:
    salt = connection.scalar(select(SettingRow.value).where(SettingRow.name == SALT))
    if salt is None:
        salt = secrets.token_hex(32)
        connection.execute(insert(SettingRow).values(name=SALT, value=salt))
    return salt


def mark_of(salt: str, sha256: str) -> str:
    """What is remembered of a deleted photo with this hash."""
    return hmac.new(bytes.fromhex(salt), sha256.encode(), hashlib.sha256).hexdigest()
