"""Versions on disk, one folder each under `<home>/versions`, named by fingerprint."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from filelock import FileLock, Timeout

from yogalab.errors import DamagedVersion, DiskFull, VersionNotFound, YogaLabError
from yogalab.publishing import card, contents
from yogalab.records import Head

# Beginning with a dot, neither can be a fingerprint.
_WRITING: Final = ".writing-"
_REPLACED: Final = ".replaced-"
_PART: Final = ".part"


class FolderVersions:
    """Implements `ports.Versions`: written aside, flushed, then renamed, so that no half version exists."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # Held while writing, so that another process's sweep takes no half-written folder for a leftover.
        self._lock = FileLock(root / ".lock")

    def save(self, head: Head, *, fingerprint: str, facts: Mapping[str, object]) -> Path:
        """Keep a version and return its folder. The same fingerprint again replaces it.

        `facts` go into training.json, are published, and fill the card: see `card.render`.

        Raises:
            DiskFull: there is no room; what was there before is unchanged.
            ValueError: the fingerprint could not be a folder's name.
        """
        with self._aside() as aside:
            contents.write(aside, head, fingerprint=fingerprint, facts=facts)
            (aside / contents.CARD).write_text(card.render(aside), encoding="utf-8")
            return self._put_in_place(aside, fingerprint)

    def adopt(self, source: Path) -> str:
        """Copy a version from any folder, such as one fetched from the Hub; returns its fingerprint.

        A version of that fingerprint that is here and whole stays as it is: anyone can claim a fingerprint.

        Raises VersionNotFound, DamagedVersion, UnknownFormat, DiskFull.
        """
        contents.read(source)
        fingerprint = contents.read_fingerprint(source)
        if _is_whole(self._root / fingerprint):
            return fingerprint
        with self._aside() as aside:
            for name in contents.FILES:
                # A card may be missing from a folder that was put together by hand.
                if (source / name).is_file():
                    shutil.copyfile(source / name, aside / name)
            contents.read(aside)
            self._put_in_place(aside, fingerprint)
        return fingerprint

    def load(self, fingerprint: str) -> Head:
        """Return the head, checked against its checksums.

        Raises VersionNotFound, DamagedVersion, UnknownFormat.
        """
        path = self.folder(fingerprint)
        try:
            return contents.read(path)
        except VersionNotFound as error:
            # The folder is there, so it is head.json that got lost.
            raise DamagedVersion(version=fingerprint) from error

    def facts(self, fingerprint: str) -> dict[str, object]:
        """Return what `save` was told. Raises VersionNotFound, DamagedVersion."""
        return contents.read_facts(self.folder(fingerprint))

    def folder(self, fingerprint: str) -> Path:
        """Raises VersionNotFound."""
        path = self._root / fingerprint
        if fingerprint.startswith(".") or path.parent != self._root or not path.is_dir():
            raise VersionNotFound(version=fingerprint)
        return path

    def archive(self, fingerprint: str, target: Path) -> Path:
        """Write the version as one zip file at `target` and return its path.

        Raises VersionNotFound, DamagedVersion, DiskFull.
        """
        source = self.folder(fingerprint)
        self.load(fingerprint)
        aside = target.with_name(f"{target.name}{_PART}")
        try:
            with ZipFile(aside, "w", ZIP_DEFLATED) as archive:
                # An adopted version may have come without a card.
                for name in (name for name in contents.FILES if (source / name).is_file()):
                    # A fixed date, so that the same version is the same file.
                    archive.writestr(ZipInfo(name), (source / name).read_bytes(), ZIP_DEFLATED)
            _flush(aside)
            aside.replace(target)
        except OSError as error:
            aside.unlink(missing_ok=True)
            _say_when_full(error, target.parent)
            raise
        return target

    def sweep(self) -> None:
        """Remove what an interrupted write left behind; leaves alone a write going on in another process."""
        if not self._root.is_dir():
            return
        try:
            with self._lock.acquire(timeout=0):
                for path in self._root.glob(f"{_REPLACED}*"):
                    self._restore(path)
                for path in self._root.glob(f"{_WRITING}*"):
                    shutil.rmtree(path, ignore_errors=True)
        except Timeout:
            # Somebody is writing; whoever opens the lab next sweeps.
            return

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """Yield an empty folder beside the versions; gone afterwards unless it was put in place."""
        aside: Path | None = None
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with self._lock:
                aside = Path(mkdtemp(prefix=_WRITING, dir=self._root))
                # mkdtemp lets nobody else in; a version is no secret among the home's own users.
                aside.chmod(0o755)
                yield aside
        except OSError as error:
            _say_when_full(error, self._root)
            raise
        finally:
            if aside is not None:
                shutil.rmtree(aside, ignore_errors=True)

    def _put_in_place(self, aside: Path, fingerprint: str) -> Path:
        for path in aside.iterdir():
            _flush(path)
        _flush(aside)
        target = self._root / fingerprint
        replaced = self._root / f"{_REPLACED}{fingerprint}"
        shutil.rmtree(replaced, ignore_errors=True)
        if target.is_dir():
            # A folder cannot be renamed onto a full one; killed between the two, sweep puts the old one back.
            target.rename(replaced)
        aside.rename(target)
        _flush(self._root)
        shutil.rmtree(replaced, ignore_errors=True)
        return target

    def _restore(self, replaced: Path) -> None:
        target = self._root / replaced.name.removeprefix(_REPLACED)
        if not target.exists() and _is_whole(replaced):
            replaced.rename(target)
        else:
            shutil.rmtree(replaced, ignore_errors=True)


def _is_whole(path: Path) -> bool:
    try:
        contents.read(path)
    except YogaLabError:
        return False
    return True


def _say_when_full(error: OSError, folder: Path) -> None:
    """Raises DiskFull where that is the trouble."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        free = shutil.disk_usage(folder).free // 1_000_000
        raise DiskFull(folder=str(folder), free_megabytes=free) from error


def _flush(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder, and keeps its entries in a journal.
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
