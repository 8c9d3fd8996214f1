"""Photo files in a folder, by key: "ab/cdef….jpg"."""

from __future__ import annotations

import math
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Final

from yogalab.keeping.trouble import require_room, writing_to

# Nothing that could climb out of the folder, hide in it, or mean something else on another system.
_KEY: Final = re.compile(r"[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)*(?:/[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)*)*")
PART: Final = ".part"
# A write that takes longer than this was cut off.
_PART_LASTS_SECONDS: Final = 3600
# Waiting for the disk is not work: several waits overlap.
_WRITERS: Final = 8


class FolderPhotoFiles:
    """See `yogalab.ports.PhotoFiles`. Files are written aside, made durable, then renamed."""

    far = False

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, data: bytes) -> None:
        self.put_many({key: data})

    def put_many(self, files: Mapping[str, bytes]) -> None:
        paths = {self._path(key): data for key, data in files.items()}
        with writing_to(self._root, step="photos"):
            new = {path: data for path, data in paths.items() if not _is_there(path, data)}
            if not new:
                return
            require_room(self._root, sum(len(data) for data in new.values()))
            made = self._make_folders({path.parent for path in new})
            with ThreadPoolExecutor(min(_WRITERS, len(new))) as pool:
                list(pool.map(_write, new, new.values()))
                list(pool.map(_sync_folder, {path.parent for path in new} | made))

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def size(self, key: str) -> int:
        return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync_folder(path.parent)

    def keys(self, *, older_than_seconds: float = 0.0) -> Iterator[str]:
        newest = time.time() - older_than_seconds
        for path in sorted(self._root.rglob("*")):
            if not unfinished(path.name) and path.is_file() and _written_at(path) <= newest:
                yield path.relative_to(self._root).as_posix()

    def sweep(self) -> None:
        """Remove what interrupted writes left behind."""
        oldest = time.time() - _PART_LASTS_SECONDS
        for path in self._root.rglob(f"*{PART}"):
            if _written_at(path) < oldest:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / require_key(key)

    def _make_folders(self, folders: Iterable[Path]) -> set[Path]:
        """Make the folders and return those whose own list of names changed by it."""
        changed = set()
        for folder in folders:
            missing = folder
            while not missing.exists():
                missing = missing.parent
                changed.add(missing)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return changed


def require_key(key: str) -> str:
    """Return the key. Raises ValueError: it could lead elsewhere, or is a half-written file's."""
    if not _KEY.fullmatch(key) or unfinished(key):
        raise ValueError(f"not a key of a photo file: {key!r}")
    return key


def unfinished(name: str) -> bool:
    """Whether a file of this name is one that was still being written."""
    return name.endswith(PART)


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        # Deleted a moment ago, by another process: as young as can be.
        return math.inf


def _is_there(path: Path, data: bytes) -> bool:
    # Keys come from what is in the file. A shorter one was cut off by whoever copied the folder here.
    return path.is_file() and path.stat().st_size == len(data)


def _write(path: Path, data: bytes) -> None:
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # Only POSIX opens folders; elsewhere the rename is all there is.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
