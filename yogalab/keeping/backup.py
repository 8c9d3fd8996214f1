"""Writes the whole lab into one file."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

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
from yogalab.keeping.trouble import require_room, writing_to
from yogalab.ports import Progress, Store
from yogalab.settings import Settings

_TRIES: Final = 3


class LabBackup:
    """See `yogalab.ports.Backup`."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._home = settings.home
        self._store = store

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
        files = {DATABASE: snapshot, **dict(self._photos(snapshot)), **dict(self._versions())}
        sizes = {name: size for name, path in files.items() if (size := _size(path)) is not None}
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

    def _photos(self, snapshot: Path) -> Iterator[tuple[str, Path]]:
        # What the copied database knows, rather than what lies in the folder: files come before their rows.
        with closing(sqlite3.connect(snapshot)) as database:
            for (key,) in database.execute("SELECT key FROM photo ORDER BY id"):
                yield f"{PHOTOS}/{key}", self._home / PHOTOS / key

    def _versions(self) -> Iterator[tuple[str, Path]]:
        root = self._home / VERSIONS
        for path in sorted(root.rglob("*")):
            name = f"{VERSIONS}/{path.relative_to(root).as_posix()}"
            # Half-written ones have names that may not be packed.
            if path.is_file() and may_be_packed(name):
                yield name, path


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Entry | None:
    """Add one file; None when it is gone, because its photo was deleted a moment ago."""
    info = zipfile.ZipInfo(name)
    # Photos and weights do not get smaller; the rows of a database do.
    info.compress_type = zipfile.ZIP_DEFLATED if name == DATABASE else zipfile.ZIP_STORED
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return None
    with source, archive.open(info, "w", force_zip64=True) as target:
        return copy(source, target)
