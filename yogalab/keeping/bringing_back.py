"""Brings a lab back from its vault onto an empty disk, before it opens."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from yogalab.errors import DatabaseNewer, LabNotEmpty, VaultDamaged
from yogalab.keeping import changes, line
from yogalab.keeping.copies import DamagedCopy, Manifest, digest_of, read_manifest, unpack_copy
from yogalab.keeping.database import Database
from yogalab.keeping.journal import DamagedSegment, Header, apply, read_segment
from yogalab.keeping.kept_files import read_sums
from yogalab.keeping.line import Line, Point
from yogalab.keeping.migration import HEAD
from yogalab.keeping.opening import require_empty, workplace
from yogalab.keeping.store import SqlStore
from yogalab.keeping.tables import Base
from yogalab.keeping.tombstones import drop_buried
from yogalab.keeping.trouble import writing_to
from yogalab.ports import Clock, Progress, Vault
from yogalab.records import BroughtBack, Last
from yogalab.settings import Settings

LOG = logging.getLogger("yogalab.keeping")

_AT_ONCE: Final = 200
_LEFTOVERS: Final = ("-wal", "-shm")
_BROUGHT_BACK: Final = "brought_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A database that was put together from a vault.

    copy: where it begins; tip: the last part of the journal that is in it; revision: the vault's newest schema;
    at: when that part was kept; unread: what was damaged, by name.
    """

    copy: Manifest
    tip: Point
    revision: str
    at: datetime
    segments: int
    unread: tuple[str, ...]


def is_empty(settings: Settings) -> bool:
    """Whether there is no lab here: nothing that bringing one back could overwrite."""
    if settings.database_url or not (settings.home / "lab.db").exists():
        return not settings.database_url
    database = Database(settings.database)
    try:
        with database.read() as connection:
            require_empty(connection, settings.home)
    except LabNotEmpty:
        return False
    finally:
        database.close()
    return True


def bring_back(
    settings: Settings,
    vault: Vault,
    *,
    clock: Clock,
    progress: Progress = lambda share, stage: None,
) -> BroughtBack | None:
    """Put the newest state of a lab that its vault has into `settings.home`; None where nothing was kept yet.

    The newest copy that is whole and sound, then all of the journal behind it, then without what was deleted.
    The database takes its place last: cut off before, the home is still empty. Photos follow when they are
    looked at, and behind the page.

    Raises:
        LabNotEmpty: there is a lab here already. Nothing is touched.
        VaultDamaged: something was kept, and no copy of it can be read.
        VaultSilent, VaultRefused, DiskFull, NotWritable, DatabaseNewer.
    """
    if not is_empty(settings):
        raise LabNotEmpty(folder=str(settings.home))
    names = set(vault.names())
    if Line(names).empty:
        return None
    home = settings.home
    with writing_to(home, step="restore"):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with workplace(home) as folder:
            progress(0.0, "vault.restore")
            database = folder / "lab.db"
            rebuilt = rebuild(vault, names, folder, database)
            progress(0.6, "vault.restore")
            unread = _folders(vault, names, folder, home)
            told = _told(database, rebuilt, unread, clock())
            _note_tip(database, vault, rebuilt, told)
            _put_in_place(database, home)
    progress(1.0, "vault.restore")
    return told


def rebuild(vault: Vault, names: Collection[str], folder: Path, target: Path) -> Rebuilt:
    """Put the newest database together from a vault. Raises VaultDamaged where no copy is sound."""
    there = Line(names)
    damaged: list[str] = []
    for start in there.copies:
        try:
            copy = _unpacked(vault, start, folder, target)
        except (DamagedCopy, FileNotFoundError) as error:
            LOG.warning("%s cannot be read: %s", start.database, error)
            damaged.append(start.database)
            continue
        headers, unread = _replay(vault, points := there.after(start), folder, target)
        _settled(vault, names, target)
        return Rebuilt(
            copy=copy,
            tip=points[-1] if points else start,
            revision=headers[-1].revision if headers else copy.revision,
            at=headers[-1].at if headers else copy.at,
            segments=len(headers),
            unread=(*damaged, *unread),
        )
    raise VaultDamaged(place=vault.place)


def _unpacked(vault: Vault, point: Point, folder: Path, target: Path) -> Manifest:
    manifest = read_manifest(point.manifest, vault.get(point.manifest))
    vault.fetch([point.database], folder)
    packed = folder / point.database
    unpack_copy(manifest, packed, target)
    packed.unlink()
    return manifest


def _replay(
    vault: Vault, points: Sequence[Point], folder: Path, target: Path
) -> tuple[Sequence[Header], Sequence[str]]:
    """Bring the copy up to date; (the parts that it took, those that are damaged)."""
    taken: list[Header] = []
    unread: list[str] = []
    for start in range(0, len(points), _AT_ONCE):
        some = points[start : start + _AT_ONCE]
        vault.fetch([point.segment for point in some], folder)
        for point in some:
            try:
                header, found = read_segment(point.segment, (folder / point.segment).read_bytes())
            except DamagedSegment:
                LOG.warning("%s is damaged", point.segment)
                unread.append(point.segment)
                continue
            _upgrade(target, header.revision)
            with closing(sqlite3.connect(target, isolation_level=None)) as database:
                apply(database, found)
            taken.append(header)
    return taken, unread


def _upgrade(target: Path, revision: str) -> None:
    """Bring the copy to the schema that the next part of the journal is of. Raises DatabaseNewer."""
    with closing(sqlite3.connect(target)) as database:
        (now,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    if revision > HEAD:
        raise DatabaseNewer(revision=revision)
    if now < revision:
        Database(f"sqlite:///{target}", revision=revision).close()


def _settled(vault: Vault, names: Collection[str], target: Path) -> None:
    """Bring the database up to date, without deleted photos and without rows that lost what they belong to."""
    database = Database(f"sqlite:///{target}")
    try:
        salt, marks = _tombstones(vault) if line.TOMBSTONES in names else ("", ())
        with database.write() as connection:
            drop_buried(connection, salt, marks)
        _drop_orphans(target)
        store = SqlStore(database)
        if store.check():
            raise VaultDamaged(place=vault.place)
        database.settle()
    finally:
        database.close()


def _tombstones(vault: Vault) -> tuple[str, Collection[str]]:
    try:
        told = json.loads(vault.get(line.TOMBSTONES))
        return str(told["salt"]), {str(mark) for mark in told["marks"]}
    except (ValueError, KeyError, TypeError):
        return "", ()


def _drop_orphans(target: Path) -> None:
    """Rows whose photo or pose came with a damaged part of the journal."""
    with closing(sqlite3.connect(target, isolation_level=None)) as database:
        while found := database.execute("PRAGMA foreign_key_check").fetchall():
            for table, row, _, _ in found:
                assert table in Base.metadata.tables
                database.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row,))


def _told(database: Path, rebuilt: Rebuilt, unread: Sequence[str], at: datetime) -> BroughtBack:
    with closing(sqlite3.connect(database)) as connection:
        (photos,) = connection.execute("SELECT count(*) FROM photo").fetchone()
        last = changes.last_of(connection)
    return BroughtBack(
        copied_at=rebuilt.copy.at,
        segments=rebuilt.segments,
        unread=(*rebuilt.unread, *unread),
        last=last,
        photos=photos,
        at=at,
    )


def _written(told: BroughtBack) -> dict[str, object]:
    return {
        "copied_at": told.copied_at.isoformat(),
        "segments": told.segments,
        "unread": list(told.unread),
        "seq": told.last.seq,
        "last_at": told.last.at.isoformat() if told.last.at else None,
        "photos": told.photos,
        "at": told.at.isoformat(),
    }


def brought_back(state: Mapping[str, str]) -> BroughtBack | None:
    """What was noted when this lab was brought back; None where it never was."""
    if _BROUGHT_BACK not in state:
        return None
    told = json.loads(state[_BROUGHT_BACK])
    return BroughtBack(
        copied_at=datetime.fromisoformat(told["copied_at"]),
        segments=told["segments"],
        unread=tuple(told["unread"]),
        last=Last(seq=told["seq"], at=datetime.fromisoformat(told["last_at"]) if told["last_at"] else None),
        photos=told["photos"],
        at=datetime.fromisoformat(told["at"]),
    )


def _note_tip(database: Path, vault: Vault, rebuilt: Rebuilt, told: BroughtBack) -> None:
    """The next life goes on where this one ended. Where something was damaged, it begins with a fresh copy."""
    state = {
        "place": vault.place,
        "tip": "" if told.unread else rebuilt.tip.segment,
        "revision": rebuilt.revision,
        "kept_at": rebuilt.at.isoformat(),
        _BROUGHT_BACK: json.dumps(_written(told)),
    }
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        changes.watch(connection)
        changes.settle(connection, changes.mark_of(connection), state)


def bring_folders(vault: Vault, names: Collection[str], home: Path) -> None:
    """Bring what lacks here of versions and encoders, for a lab whose rows are on a database server."""
    with workplace(home) as folder:
        _folders(vault, names, folder, home)


def _folders(vault: Vault, names: Collection[str], folder: Path, home: Path) -> Sequence[str]:
    """Versions and encoders, whole or not at all; returns what was damaged."""
    sums = read_sums(vault.get(line.FILES)) if line.FILES in names else {}
    wanted = [name for name in sums if name in names and not (home / name).exists()]
    for start in range(0, len(wanted), _AT_ONCE):
        vault.fetch(wanted[start : start + _AT_ONCE], folder)
    damaged = [name for name in wanted if digest_of(folder / name) != sums[name]]
    torn = {Path(name).parent for name in damaged}
    for inside in sorted({Path(name).parent for name in wanted} - torn):
        target = home / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            (folder / inside).replace(target)
    return damaged


def _put_in_place(database: Path, home: Path) -> None:
    for leftover in _LEFTOVERS:
        (home / f"lab.db{leftover}").unlink(missing_ok=True)
    with database.open("rb+") as file:
        os.fsync(file.fileno())
    database.replace(home / "lab.db")
