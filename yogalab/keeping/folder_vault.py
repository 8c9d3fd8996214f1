"""A vault in a folder: another disk, or a network drive."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from yogalab.errors import NotWritable, VaultMoved, VaultRefused, VaultSilent
from yogalab.keeping.trouble import require_room, writing_to

_PART: Final = ".part"
_LINE: Final = ("journal/", "copies/")


def folder_of(place: str) -> Path | None:
    """The folder that a setting names: as a path that is none of a repository, or as "file://…"; else None."""
    if place.startswith("file://"):
        return Path(url2pathname(urlsplit(place).path))
    if place.startswith((".", "~")) or Path(place).is_absolute():
        return Path(place).expanduser().absolute()
    return None


class FolderVault:
    """Implements `ports.Vault`. Files are written aside, made durable, then renamed."""

    def __init__(self, root: Path, place: str) -> None:
        self._root = root
        self.place = place
        # What of the line was there when it was last looked at: whatever comes beside it is somebody else's.
        self._line: set[str] | None = None

    def names(self) -> Collection[str]:
        self._require_there()
        found = self._below(self._root)
        self._line = {name for name in found if name.startswith(_LINE)}
        return found

    def get(self, name: str) -> bytes:
        self._require_there()
        with self._named():
            return self._path(name).read_bytes()

    def fetch(self, names: Sequence[str], folder: Path) -> None:
        self._require_there()
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            source = self._path(name)
            with self._named():
                if not source.is_file():
                    raise FileNotFoundError(name)
                shutil.copyfile(source, target)

    def change(self, puts: Mapping[str, bytes | Path], drops: Collection[str], *, why: str) -> None:
        """One file after the other, in the order given: a copy's manifest comes after the copy."""
        self._require_there()
        if self._line is not None and self._line_now() != self._line:
            raise VaultMoved(place=self.place)
        with self._named(), writing_to(self._root, step="vault"):
            self._root.mkdir(exist_ok=True, mode=0o700)
            require_room(self._root, sum(_size(data) for data in puts.values()))
            for name, data in puts.items():
                self._write(self._path(name), data)
            for name in drops:
                self._path(name).unlink(missing_ok=True)
            for folder in {self._path(name).parent for name in drops}:
                if folder.exists():
                    _sync(folder)
            self._sweep()
        self._line = self._line_now()

    def forget(self) -> None:
        """What is dropped here is gone."""

    def _write(self, path: Path, data: bytes | Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_PART}")
        try:
            with aside.open("xb") as file:
                if isinstance(data, Path):
                    with data.open("rb") as source:
                        shutil.copyfileobj(source, file, 2**20)
                else:
                    file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        _sync(path.parent)

    def _line_now(self) -> set[str]:
        return {name for folder in _LINE for name in self._below(self._root / folder)}

    def _below(self, folder: Path) -> set[str]:
        return {
            path.relative_to(self._root).as_posix()
            for path in folder.rglob("*")
            if not path.name.endswith(_PART) and path.is_file()
        }

    def _sweep(self) -> None:
        """Folders of a life that is over."""
        for folder in (self._root / "journal").glob("*"):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _path(self, name: str) -> Path:
        path = self._root / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise ValueError(f"not a name in a vault: {name!r}")
        return path

    def _require_there(self) -> None:
        """A disk that is not mounted must not be taken for an empty vault, as far as that can be told."""
        if not self._root.parent.is_dir():
            raise VaultSilent(place=self.place)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except NotWritable as error:
            raise VaultRefused(place=self.place, reason="permission denied") from error
        except OSError as error:
            raise VaultSilent(place=self.place) from error


def _size(data: bytes | Path) -> int:
    return data.stat().st_size if isinstance(data, Path) else len(data)


def _sync(folder: Path) -> None:
    # Only POSIX opens folders; elsewhere the rename is all there is.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
