"""Which copies a vault keeps, and that nothing deleted can be read there any more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yogalab.errors import VaultDamaged
from yogalab.keeping.copies import DamagedCopy, Manifest, digest_of, read_manifest, to_keep
from yogalab.keeping.line import Line, Point
from yogalab.ports import Vault

LOG = logging.getLogger("yogalab.keeping")

# A repository gets slow after thousands of commits; so many in a row are made one.
_MOST_STEPS: Final = 400

Note = Callable[[Mapping[str, str]], None]


class Rotation:
    """The copies of one vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._copies: dict[Point, Manifest] = {}
        self._forget = False
        self.steps = 0

    def learn(self, names: Collection[str], state: Mapping[str, str], damaged: Collection[str] = ()) -> None:
        """Start from what is there, and from what was noted before. damaged: what could not be read."""
        self._copies = {}
        self._forget = bool(state.get("forget"))
        self.steps = int(state.get("steps") or 0)
        for point in Line(names).copies:
            if point.database in damaged:
                continue
            try:
                manifest = read_manifest(point.manifest, self._vault.get(point.manifest))
            except (DamagedCopy, FileNotFoundError):
                LOG.warning("%s cannot be read", point.manifest)
                continue
            self._copies[point] = manifest

    def newest(self) -> tuple[Point, Manifest] | None:
        return max(self._copies.items()) if self._copies else None

    def add(self, point: Point, manifest: Manifest) -> None:
        """A copy was put in the vault."""
        self._copies[point] = manifest

    def turn(self, names: Collection[str], *, purges: int, photos_gone: bool, note: Note) -> Sequence[str]:
        """Drop what is too old, and return what was dropped; a copy that holds a deleted photo is.

        purges: how many deletions there have been. note: keeps what is still to be done, for after a cut.
        """
        if not self._copies:
            return ()
        kept = to_keep(self._copies)
        drops = Line(names).spare(kept)
        outdated = any(
            manifest.purges < purges for point, manifest in self._copies.items() if point not in kept
        )
        if (photos_gone or outdated) and not self._forget:
            note({"forget": "1"})
            self._forget = True
        if drops:
            if outdated:
                self._read_back(max(kept))
            self._vault.change({}, drops, why="copies that are too old")
            self._copies = {point: self._copies[point] for point in kept}
        clean = all(manifest.purges >= purges for manifest in self._copies.values())
        if (self._forget and clean) or self.steps >= _MOST_STEPS:
            self._vault.forget()
            self._forget, self.steps = False, 0
            note({"forget": "", "steps": "0"})
        return drops

    def _read_back(self, point: Point) -> None:
        """The only copy there will be has to be whole. Raises VaultDamaged."""
        with TemporaryDirectory(prefix="yogalab-vault-") as folder:
            self._vault.fetch([point.database], Path(folder))
            if digest_of(Path(folder) / point.database) != self._copies[point].sha256:
                del self._copies[point]
                raise VaultDamaged(place=self._vault.place)
