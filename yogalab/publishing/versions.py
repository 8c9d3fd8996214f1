"""Versions on disk, one folder each under `<home>/versions`, named by fingerprint."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from yogalab.errors import DamagedVersion, VersionNotFound, YogaLabError
from yogalab.publishing import card, contents
from yogalab.publishing.folders import Folders, flush, say_when_full
from yogalab.records import Head

_PART: Final = ".part"


class FolderVersions:
    """Implements `ports.Versions`: written aside, flushed, then renamed, so that no half version exists."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = Folders(root, is_whole=_is_whole)

    def save(self, head: Head, *, fingerprint: str, facts: Mapping[str, object]) -> Path:
        """Keep a version and return its folder. The same fingerprint again replaces it.

        `facts` go into training.json, are published, and fill the card: see `card.render`.

        Raises:
            DiskFull: there is no room; what was there before is unchanged.
            ValueError: the fingerprint could not be a folder's name.
        """
        with self._folders.aside() as aside:
            contents.write(aside, head, fingerprint=fingerprint, facts=facts)
            (aside / contents.CARD).write_text(card.render(aside), encoding="utf-8")
            return self._folders.put_in_place(aside, fingerprint)

    def adopt(self, source: Path) -> str:
        """Copy a version from any folder, such as one fetched from the Hub; returns its fingerprint.

        A version of that fingerprint that is here and whole stays as it is: anyone can claim a fingerprint.

        Raises VersionNotFound, DamagedVersion, UnknownFormat, DiskFull.
        """
        contents.read(source)
        fingerprint = contents.read_fingerprint(source)
        if _is_whole(self._root / fingerprint):
            return fingerprint
        with self._folders.aside() as aside:
            for name in contents.ALL_FILES:
                # A card may be missing from a folder that was put together by hand.
                if (source / name).is_file():
                    shutil.copyfile(source / name, aside / name)
            contents.read(aside)
            self._folders.put_in_place(aside, fingerprint)
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
                for name in (name for name in contents.ALL_FILES if (source / name).is_file()):
                    # A fixed date, so that the same version is the same file.
                    archive.writestr(ZipInfo(name), (source / name).read_bytes(), ZIP_DEFLATED)
            flush(aside)
            aside.replace(target)
        except OSError as error:
            aside.unlink(missing_ok=True)
            say_when_full(error, target.parent)
            raise
        return target

    def sweep(self) -> None:
        """Remove what an interrupted write left behind; leaves alone a write going on in another process."""
        self._folders.sweep()


def _is_whole(path: Path) -> bool:
    try:
        contents.read(path)
    except YogaLabError:
        return False
    return True
