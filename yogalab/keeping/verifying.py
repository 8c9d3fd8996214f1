"""Reads a whole vault back: every copy, every part of the journal, every photo."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yogalab.errors import VaultEmpty
from yogalab.keeping import changes, line
from yogalab.keeping.bringing_back import rebuild
from yogalab.keeping.copies import DamagedCopy, digest_of, read_manifest, unpack_copy
from yogalab.keeping.database import chunks
from yogalab.keeping.far_photos import is_whole
from yogalab.keeping.journal import DamagedSegment, read_segment
from yogalab.keeping.kept_files import read_sums
from yogalab.keeping.line import Line
from yogalab.ports import Progress, Vault
from yogalab.records import Last, VaultCheck

_AT_ONCE: Final = 100
_STAGE: Final = "vault.verify"


def check_vault(vault: Vault, home: Path, progress: Progress = lambda share, stage: None) -> VaultCheck:
    """Put the lab together as for bringing it back, beside the one that is open, and compare what it names.

    Raises VaultEmpty, VaultDamaged (nothing can be brought back), VaultSilent, VaultRefused, DiskFull.
    """
    names = set(vault.names())
    if line.LAB not in names:
        raise VaultEmpty(place=vault.place)
    with TemporaryDirectory(prefix=".verifying-", dir=home) as aside:
        check = _Reading(vault, names, Path(aside), progress)
        check.copies()
        check.journal()
        check.folders()
        check.photos()
        return check.result()


class _Reading:
    def __init__(self, vault: Vault, names: Collection[str], folder: Path, progress: Progress) -> None:
        self._vault = vault
        self._names = names
        self._line = Line(names)
        self._folder = folder
        self._progress = progress
        self._damaged: list[str] = []
        self._missing: list[str] = []
        self._sums = read_sums(vault.get(line.FILES)) if line.FILES in names else {}
        self._read = self._labels = 0
        self._last = Last()
        self._photos: Sequence[str] = ()

    def copies(self) -> None:
        for point in self._line.copies:
            self._progress(0.0, _STAGE)
            try:
                manifest = read_manifest(point.manifest, self._vault.get(point.manifest))
                self._vault.fetch([point.database], self._folder)
                unpack_copy(manifest, self._folder / point.database, self._folder / "copy.db")
            except (DamagedCopy, FileNotFoundError):
                self._damaged.append(point.database)
        # What would be brought back, and says which photos there must be; on a server's database there is none.
        if self._line.copies:
            target = self._folder / "lab.db"
            rebuild(self._vault, self._names, self._folder, target)
            with closing(sqlite3.connect(target)) as database:
                self._last = changes.last_of(database)
                (self._labels,) = database.execute("SELECT count(*) FROM label_event").fetchone()
                self._photos = [key for (key,) in database.execute("SELECT key FROM photo")]

    def journal(self) -> None:
        for name, path in self._fetched([point.segment for point in self._line.segments]):
            try:
                read_segment(name, path.read_bytes())
            except DamagedSegment:
                self._damaged.append(name)

    def folders(self) -> None:
        self._missing += [name for name in self._sums if name not in self._names]
        for name, path in self._fetched([name for name in self._sums if name in self._names]):
            if digest_of(path) != self._sums[name]:
                self._damaged.append(name)

    def photos(self) -> None:
        there = [name for name in self._names if name.startswith(line.PHOTOS)]
        wanted = {line.PHOTOS + key for key in self._photos}
        self._missing += sorted(wanted - set(there))
        for name, path in self._fetched(sorted(there)):
            if not is_whole(name, path.read_bytes()):
                self._damaged.append(name)
            self._read += 1

    def result(self) -> VaultCheck:
        return VaultCheck(
            copies=len(self._line.copies),
            segments=len(self._line.segments),
            photos=self._read,
            labels=self._labels,
            files=len(self._sums),
            damaged=tuple(self._damaged),
            missing=tuple(self._missing),
            last=self._last,
        )

    def _fetched(self, names: Sequence[str]) -> Iterator[tuple[str, Path]]:
        """Fetch some at a time, and let go of them again."""
        for done, some in enumerate(chunks(names, _AT_ONCE)):
            self._progress(done * _AT_ONCE / len(names), _STAGE)
            self._vault.fetch(some, self._folder)
            for name in some:
                yield name, self._folder / name
                (self._folder / name).unlink()
