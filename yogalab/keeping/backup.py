"""Writes the whole lab into one file."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, Protocol

from yogalab import __version__
from yogalab.errors import DatabaseBusy
from yogalab.keeping.lab_file import (
    DATABASE,
    PHOTOS,
    VERSIONS,
    Entry,
    copy,
    may_be_packed,
    write_manifest,
)
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.trouble import require_room, writing_to
from yogalab.ports import PhotoFiles, Progress, Store
from yogalab.settings import Settings

_TRIES: Final = 3
# On a far storage the size of each file is a question of its own.
_ASKED_AT_ONCE: Final = 16


class LabBackup:
    """See `yogalab.ports.Backup`."""

    def __init__(self, settings: Settings, store: Store, photos: PhotoFiles | None = None) -> None:
        """photos: where they lie; in the home unless given."""
        self._home = settings.home
        self._store = store
        self._files = photos or FolderPhotoFiles(settings.home / PHOTOS)

    def pack(self, target: Path, progress: Progress) -> Path:
        """As in the port. Raises DiskFull, NotWritable, Cancelled; then there is no file."""
        with writing_to(target.parent, step="backup"):
            target.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(_TRIES):
                purges = self._store.purges()
                with TemporaryDirectory(prefix=".packing-", dir=target.parent) as folder:
                    packed = self._pack(Path(folder), progress)
                    if self._store.purges() == purges:
                        packed.replace(target)
                        return target
                # A photo was deleted meanwhile, and it must not live on in this file: write it anew.
        raise DatabaseBusy

    def _pack(self, folder: Path, progress: Progress) -> Path:
        snapshot = folder / DATABASE
        self._store.snapshot(snapshot)
        files = {DATABASE: _OnDisk(snapshot), **dict(self._photos(snapshot)), **dict(self._versions())}
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
            told = zip(files, pool.map(_size, files.values()), strict=True)
            sizes = {name: size for name, size in told if size is not None}
        total = sum(sizes.values())
        require_room(folder, total)
        packed, done = folder / "lab.zip", 0
        entries: dict[str, Entry] = {}
        with packed.open("wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                for name, size in sizes.items():
                    progress(done / total, "lab.pack")
                    entry = _add(archive, name, files[name])
                    if entry is not None:
                        entries[name] = entry
                    done += size
                write_manifest(archive, entries, {"yogalab": __version__})
            file.flush()
            os.fsync(file.fileno())
        progress(1.0, "lab.pack")
        return packed

    def _photos(self, snapshot: Path) -> Iterator[tuple[str, _Source]]:
        # What the copied database knows, rather than what lies in the folder: files come before their rows.
        with closing(sqlite3.connect(snapshot)) as database:
            for (key,) in database.execute("SELECT key FROM photo ORDER BY id"):
                yield f"{PHOTOS}/{key}", _Stored(self._files, key)

    def _versions(self) -> Iterator[tuple[str, _Source]]:
        root = self._home / VERSIONS
        for path in sorted(root.rglob("*")):
            name = f"{VERSIONS}/{path.relative_to(root).as_posix()}"
            # Half-written ones have names that may not be packed.
            if path.is_file() and may_be_packed(name):
                yield name, _OnDisk(path)


class _Source(Protocol):
    """A file to be packed. Both raise FileNotFoundError."""

    def size(self) -> int: ...

    def open(self) -> BinaryIO: ...


@dataclass(frozen=True, slots=True)
class _OnDisk:
    path: Path

    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class _Stored:
    files: PhotoFiles
    key: str

    def size(self) -> int:
        return self.files.size(self.key)

    def open(self) -> BinaryIO:
        return self.files.open(self.key)


def _size(source: _Source) -> int | None:
    try:
        return source.size()
    except FileNotFoundError:
        return None


def _add(archive: zipfile.ZipFile, name: str, packed: _Source) -> Entry | None:
    """Add one file; None when it is gone, because its photo was deleted a moment ago."""
    info = zipfile.ZipInfo(name)
    # Photos and weights do not get smaller; the rows of a database do.
    info.compress_type = zipfile.ZIP_DEFLATED if name == DATABASE else zipfile.ZIP_STORED
    try:
        source = packed.open()
    except FileNotFoundError:
        return None
    with source, archive.open(info, "w", force_zip64=True) as target:
        return copy(source, target)
