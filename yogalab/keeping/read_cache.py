"""Photos of a far storage that were read lately, on this machine's disk: within a limit, and not for long."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

LIMIT_BYTES: Final = 2 * 2**30
# Another machine may delete a photo without telling this one: what it left here is gone soon all the same.
LASTS_SECONDS: Final = 900.0
# Room is made for more than the one file that had none, so that this is seldom.
_LEFT: Final = 0.8


class ReadCache:
    """Copies of files by key. Several processes may share the folder; a copy that cannot be kept is none.

    limit: bytes; lasts: seconds from when a copy was made. now: the wall clock, which file times follow.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limit: int = LIMIT_BYTES,
        lasts: float = LASTS_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._limit = limit
        self._lasts = lasts
        self._now = now
        self._lock = threading.Lock()
        self._broom: threading.Timer | None = None
        self._size = 0
        self.tidy()

    def open(self, key: str) -> BinaryIO | None:
        """Return the copy of a file, None where there is none."""
        path = self._folder / key
        try:
            if path.stat().st_mtime + self._lasts <= self._now():
                return None
            return path.open("rb")
        except OSError:
            return None

    def keep(self, key: str, data: bytes) -> None:
        """Keep a copy, for a while."""
        if len(data) > self._limit * _LEFT:
            return
        path = self._folder / key
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        # A full disk is no reason not to show a photo.
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                aside.write_bytes(data)
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)
        with self._lock:
            self._size += len(data)
            full = self._size > self._limit
            if self._broom is None:
                self._broom = threading.Timer(self._lasts, self._sweep)
                self._broom.daemon = True
                self._broom.start()
        if full:
            self.tidy()

    def drop(self, key: str) -> None:
        """Let go of a copy."""
        (self._folder / key).unlink(missing_ok=True)

    def clear(self) -> None:
        """Let go of all."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def tidy(self) -> None:
        """Let go of what is too old, and of the oldest where there is too much."""
        found = []
        for path in self._folder.rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file():
                    found.append((path.stat().st_mtime, path.stat().st_size, path))
        size = sum(one for _, one, _ in found)
        goal = size if size <= self._limit else self._limit * _LEFT
        for written, one, path in sorted(found):
            if size <= goal and written + self._lasts > self._now():
                break
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            size -= one
        with self._lock:
            self._size = size

    def _sweep(self) -> None:
        self.tidy()
        with self._lock:
            self._broom = None
            if self._size:
                self._broom = threading.Timer(self._lasts, self._sweep)
                self._broom.daemon = True
                self._broom.start()
