"""Folders that are there whole or not at all: written aside, flushed, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from filelock import FileLock, Timeout

from yogalab.errors import DiskFull

# Beginning with a dot, neither can be the name of a folder that is kept.
_WRITING: Final = ".writing-"
_REPLACED: Final = ".replaced-"


class Folders:
    """The folders below `root`. Threads and processes may share it.

    is_whole: whether a folder that was being replaced is still good.
    """

    def __init__(self, root: Path, *, is_whole: Callable[[Path], bool]) -> None:
        self.root = root
        self._is_whole = is_whole
        # Held while writing, so that another process's sweep takes no half-written folder for a leftover.
        self._lock = FileLock(root / ".lock")

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """Yield an empty folder beside the others; gone afterwards unless put in place. Raises DiskFull."""
        aside: Path | None = None
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with self._lock:
                aside = Path(mkdtemp(prefix=_WRITING, dir=self.root))
                # mkdtemp lets nobody else in; what is kept here is no secret among the home's own users.
                aside.chmod(0o755)
                yield aside
        except OSError as error:
            say_when_full(error, self.root)
            raise
        finally:
            if aside is not None:
                shutil.rmtree(aside, ignore_errors=True)

    def put_in_place(self, aside: Path, name: str) -> Path:
        """Give a folder its name; one that has it already is replaced. To be called inside `aside`."""
        for path in aside.iterdir():
            flush(path)
        flush(aside)
        target = self.root / name
        replaced = self.root / f"{_REPLACED}{name}"
        shutil.rmtree(replaced, ignore_errors=True)
        if target.is_dir():
            # A folder cannot be renamed onto a full one; killed between the two, sweep puts the old one back.
            target.rename(replaced)
        aside.rename(target)
        flush(self.root)
        shutil.rmtree(replaced, ignore_errors=True)
        return target

    def sweep(self) -> None:
        """Remove what an interrupted write left behind; leaves alone a write going on in another process."""
        if not self.root.is_dir():
            return
        try:
            with self._lock.acquire(timeout=0):
                for path in self.root.glob(f"{_REPLACED}*"):
                    self._restore(path)
                for path in self.root.glob(f"{_WRITING}*"):
                    shutil.rmtree(path, ignore_errors=True)
        except Timeout:
            # Somebody is writing; whoever opens the lab next sweeps.
            return

    def _restore(self, replaced: Path) -> None:
        target = self.root / replaced.name.removeprefix(_REPLACED)
        if not target.exists() and self._is_whole(replaced):
            replaced.rename(target)
        else:
            shutil.rmtree(replaced, ignore_errors=True)


def say_when_full(error: OSError, folder: Path) -> None:
    """Raises DiskFull where that is the trouble."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        free = shutil.disk_usage(folder).free // 1_000_000
        raise DiskFull(folder=str(folder), free_megabytes=free) from error


def flush(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder, and keeps its entries in a journal.
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
