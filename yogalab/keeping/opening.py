"""Opens a lab that was written into one file, on this or another machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, func, select

from yogalab.errors import BadBackup, DatabaseBusy, DatabaseDamaged, FileMissing, LabNotEmpty
from yogalab.keeping.database import Database
from yogalab.keeping.lab_file import DATABASE, PHOTOS, VERSIONS, LabFile
from yogalab.keeping.photo_storage import photo_files
from yogalab.keeping.store import SqlStore, settle_mark
from yogalab.keeping.tables import LabelEventRow, ModelVersionRow, PhotoRow
from yogalab.keeping.transfer import copy_rows
from yogalab.keeping.trouble import require_room, writing_to
from yogalab.ports import PhotoFiles, Progress
from yogalab.settings import Settings

_CHECKING: Final = 0.3
_PHOTOS_AT_ONCE: Final = 32
_WORKPLACE: Final = ".opening-"


def open_backup(source: Path, settings: Settings, progress: Progress = lambda share, stage: None) -> None:
    """Bring a lab file into `settings`' lab, which must be empty. Nothing is kept of a file that is not whole.

    Photos and versions are put in place first and the rows last, in one transaction: cut off before,
    the lab is still empty and the same file can be opened again.

    Raises:
        BadBackup: damaged, or no lab file. UnknownFormat, DatabaseNewer: written by a newer YogaLab.
        LabNotEmpty: there are photos, labels or versions here already.
        FileMissing: there is no such file.
        DiskFull, NotWritable, DatabaseBusy.
    """
    home = settings.home
    if not source.is_file():
        raise FileMissing(name=source.name)
    with writing_to(home, step="opening"), source.open("rb") as file:
        packed = LabFile(file, source.name)
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        total = sum(entry.size for entry in packed.entries.values())
        require_room(home, total)
        database = Database(settings.database)
        try:
            with database.read() as connection:
                require_empty(connection, home)
            for done in packed.verify():
                progress(_CHECKING * done / max(total, 1), "lab.check")
            with workplace(home) as folder, _incoming(packed, source.name, folder) as incoming:
                _bring_versions(packed, home, folder)
                _bring_photos(packed, _place(settings, incoming), progress)
                with incoming.read() as rows, database.write() as target:
                    require_empty(target, home)
                    copy_rows(rows, target)
        finally:
            database.close()
    progress(1.0, "lab.unpack")


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """A folder beside what it will become, cleared of what an interrupted opening left."""
    try:
        with FileLock(home / "opening.lock", timeout=0):
            for left in home.glob(f"{_WORKPLACE}*"):
                shutil.rmtree(left, ignore_errors=True)
            with TemporaryDirectory(prefix=_WORKPLACE, dir=home) as folder:
                yield Path(folder)
    except Timeout as error:
        raise DatabaseBusy from error


@contextmanager
def _incoming(packed: LabFile, name: str, folder: Path) -> Iterator[Database]:
    """Open the packed database beside the lab's, brought up to date and found sound."""
    path = folder / DATABASE
    with path.open("wb") as file:
        packed.copy(DATABASE, file)
    try:
        incoming = Database(f"sqlite:///{path}")
    except DatabaseDamaged as error:
        raise BadBackup(name=name) from error
    try:
        if SqlStore(incoming).check():
            raise BadBackup(name=name)
        yield incoming
    finally:
        incoming.close()


def _bring_versions(packed: LabFile, home: Path, folder: Path) -> None:
    """Write every version aside and rename it whole, so that no half version exists."""
    aside, root = folder / VERSIONS, home / VERSIONS
    for name in (name for name in packed.entries if name.startswith(f"{VERSIONS}/")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            packed.copy(name, file)
            file.flush()
            os.fsync(file.fileno())
    if not aside.exists():
        return
    root.mkdir(exist_ok=True)
    for version in sorted(aside.iterdir()):
        if not (root / version.name).exists():
            version.replace(root / version.name)


def _place(settings: Settings, incoming: Database) -> PhotoFiles:
    """Where the lab will look for its photos, which depends on what it is called."""
    return photo_files(settings, lab=settle_mark(SqlStore(incoming)))


def _bring_photos(packed: LabFile, photos: PhotoFiles, progress: Progress) -> None:
    names = [name for name in packed.entries if name.startswith(f"{PHOTOS}/")]
    for start in range(0, len(names), _PHOTOS_AT_ONCE):
        progress(_CHECKING + (1 - _CHECKING) * start / len(names), "lab.unpack")
        some = names[start : start + _PHOTOS_AT_ONCE]
        photos.put_many({name.partition("/")[2]: packed.read(name) for name in some})


def require_empty(connection: Connection, home: Path) -> None:
    """Raises LabNotEmpty where there are photos, labels or versions."""
    for table in (PhotoRow, LabelEventRow, ModelVersionRow):
        if connection.scalar(select(func.count()).select_from(table)):
            raise LabNotEmpty(folder=str(home))
