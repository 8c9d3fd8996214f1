"""Tuned encoders on disk, one folder each under `<home>/encoders`."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError

from yogalab.errors import EncoderDamaged, EncoderError, EncoderMissing
from yogalab.publishing import changes
from yogalab.publishing.folders import Folders, flush, say_when_full
from yogalab.records import EncoderChange, read_tuned_name

TENSORS: Final = "encoder.safetensors"
DESCRIBED: Final = "encoder.json"
_FORMAT: Final = 1
# Beginning with a dot, it is none of the folders that are kept, and never travels in a packed lab.
_WORKPLACES: Final = ".tuning-"
# When files were written, in nanoseconds, and their bytes.
_Stamp = tuple[tuple[int, int], ...]


class FolderEncoders:
    """Implements `ports.EncoderChanges`: written aside, flushed, then renamed: no half encoder exists."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = Folders(root, is_whole=_is_whole)
        self._checked: dict[str, tuple[_Stamp, bool]] = {}

    def save(self, change: EncoderChange) -> None:
        """Keep a change. One of that name that is here and whole stays.

        Raises:
            DiskFull: there is no room; what was there before is unchanged.
            EncoderDamaged: another change has this name: what was made with the one must not meet the other.
        """
        folder = self._folder(change.name)
        data = changes.tensors(change)
        if _is_whole(folder):
            if _described(folder)["sha256"] != _sha256(data):
                raise EncoderDamaged(encoder=change.name, file=TENSORS)
            return
        described = {**changes.describe(change), "format": _FORMAT, "sha256": _sha256(data)}
        with self._folders.aside() as aside:
            (aside / TENSORS).write_bytes(data)
            (aside / DESCRIBED).write_text(json.dumps(described, indent=1, sort_keys=True), encoding="utf-8")
            self._folders.put_in_place(aside, folder.name)

    def load(self, name: str) -> EncoderChange:
        """Return the change of this name, checked.

        Raises:
            EncoderMissing: it is not here. EncoderDamaged: its files are not what was written.
        """
        folder = self._folder(name)
        if not folder.is_dir():
            raise EncoderMissing(encoder=name)
        change = _read(folder, name)
        if change.name != name:
            raise EncoderMissing(encoder=name)
        return change

    def names(self) -> Sequence[str]:
        """Return the tuned encoders that are here and whole, oldest first."""
        kept = [path for path in self._root.glob("R[34]-*") if path.is_dir()]
        kept.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
        found = []
        for path in kept:
            if self._is_sound(path):
                found.append(str(_described(path)["name"]))
        return found

    def workplace(self, fingerprint: str) -> Path:
        """Return the folder for one tuning's checkpoints; those of other tunings, given up, are removed."""
        mine = self._root / f"{_WORKPLACES}{fingerprint[:12]}"
        self.clear(but=fingerprint)
        try:
            mine.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            say_when_full(error, self._root)
            raise
        flush(self._root)
        return mine

    def clear(self, *, but: str | None = None) -> None:
        """Remove all checkpoints, except those of the tuning named by its fingerprint."""
        kept = f"{_WORKPLACES}{but[:12]}" if but else None
        for path in self._root.glob(f"{_WORKPLACES}*"):
            if path.name != kept:
                shutil.rmtree(path, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what an interrupted write left behind; checkpoints stay, for a tuning that goes on."""
        self._folders.sweep()

    def _is_sound(self, folder: Path) -> bool:
        """As `_is_whole`; files that did not change since are not read again: pages ask often."""
        try:
            stats = [(folder / name).stat() for name in (TENSORS, DESCRIBED)]
        except OSError:
            return False
        stamp = tuple((one.st_mtime_ns, one.st_size) for one in stats)
        if self._checked.get(folder.name, (None, False))[0] != stamp:
            self._checked[folder.name] = (stamp, _is_whole(folder))
        return self._checked[folder.name][1]

    def _folder(self, name: str) -> Path:
        """Where an encoder is kept: its name holds the base's, which may hold what no folder's may."""
        tuned = read_tuned_name(name)
        if tuned is None:
            raise EncoderMissing(encoder=name)
        return self._root / f"{tuned.rung}-{tuned.mark}"


def _is_whole(folder: Path) -> bool:
    try:
        _read(folder, folder.name)
    except EncoderError:
        return False
    return True


def _read(folder: Path, name: str) -> EncoderChange:
    described = _described(folder)
    try:
        data = (folder / TENSORS).read_bytes()
        if _sha256(data) != described["sha256"]:
            raise EncoderDamaged(encoder=name, file=TENSORS)
        return changes.parse(described, data)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise EncoderDamaged(encoder=name, file=TENSORS) from error


def _described(folder: Path) -> dict[str, Any]:
    try:
        described = json.loads((folder / DESCRIBED).read_text(encoding="utf-8"))
        if described["format"] != _FORMAT:
            raise ValueError(described["format"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise EncoderDamaged(encoder=folder.name, file=DESCRIBED) from error
    return dict(described)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
