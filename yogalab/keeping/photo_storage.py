"""Photo files on any storage that fsspec knows, by the same keys as in a folder."""

from __future__ import annotations

import io
import math
import secrets
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import fsspec
from fsspec.registry import known_implementations

from yogalab.errors import BadSetting, PhotosUnreachable, StorageMissing, YogaLabError
from yogalab.keeping.photo_files import PART, FolderPhotoFiles, require_key, unfinished
from yogalab.keeping.read_cache import ReadCache
from yogalab.ports import PhotoFiles
from yogalab.settings import Settings

_LOCAL: Final = frozenset({"", "file", "local"})
# Here a file is there whole or not at all, and renaming would copy it. Anywhere else it is written aside first.
_OBJECTS: Final = frozenset(
    {"memory", "s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "obs", "hf"}
)
# Waiting for a network is not work: many waits overlap.
_WRITERS: Final = 16
# What storages call the moment a file was written.
_WRITTEN: Final = ("mtime", "LastModified", "last_modified", "updated", "created", "modified")
_PART_LASTS_SECONDS: Final = 3600.0


class StoredPhotoFiles:
    """See `yogalab.ports.PhotoFiles`. Files that are read are kept on this machine for a while.

    Every trouble of the storage is PhotosUnreachable, except that a file is not there.
    """

    far = True

    def __init__(self, storage: Any, root: str, cache: ReadCache, *, name: str, whole: bool) -> None:
        """storage: an fsspec file system; name: what it is called before people, without its secrets.

        whole: a file appears there with all that is in it or not at all, as on object storages.
        """
        self._storage = storage
        self._root = root.rstrip("/")
        self._cache = cache
        self._name = name
        self._whole = whole

    def put(self, key: str, data: bytes) -> None:
        self.put_many({key: data})

    def put_many(self, files: Mapping[str, bytes]) -> None:
        paths = {self._path(key): data for key, data in files.items()}
        if not paths:
            return
        with reached(self._name), ThreadPoolExecutor(min(_WRITERS, len(paths))) as pool:
            list(pool.map(self._write, paths, paths.values()))

    def open(self, key: str) -> BinaryIO:
        path = self._path(key)
        kept = self._cache.open(key)
        if kept is not None:
            return kept
        with reached(self._name):
            data = bytes(self._storage.cat_file(path))
        self._cache.keep(key, data)
        return io.BytesIO(data)

    def size(self, key: str) -> int:
        path = self._path(key)
        with reached(self._name):
            return int(self._storage.info(path)["size"])

    def delete(self, key: str) -> None:
        path = self._path(key)
        try:
            with reached(self._name):
                self._storage.rm_file(path)
                self._storage.invalidate_cache()
                if self._storage.exists(path):
                    # One that says "done" and keeps it is not to be trusted with a deletion.
                    raise PhotosUnreachable(storage=self._name)
        except FileNotFoundError:
            pass
        finally:
            # Last: what was being read meanwhile is in it by now.
            self._cache.drop(key)

    def keys(self, *, older_than_seconds: float = 0.0) -> Iterator[str]:
        newest = time.time() - older_than_seconds
        for path, facts in self._found():
            if not unfinished(path) and (not older_than_seconds or _written_at(facts) <= newest):
                yield path.removeprefix(f"{self._root}/")

    def sweep(self) -> None:
        """Remove what interrupted writes left behind, here and there."""
        self._cache.tidy()
        oldest = time.time() - _PART_LASTS_SECONDS
        if self._whole:
            return
        for path, facts in self._found():
            if unfinished(path) and _written_at(facts) < oldest:
                with reached(self._name):
                    self._storage.rm_file(path)

    def _found(self) -> list[tuple[str, Mapping[str, Any]]]:
        with reached(self._name):
            self._storage.invalidate_cache()
            try:
                found = self._storage.find(self._root, detail=True)
            except FileNotFoundError:
                return []
        return sorted(found.items())

    def _path(self, key: str) -> str:
        return f"{self._root}/{require_key(key)}"

    def _write(self, path: str, data: bytes) -> None:
        if self._size_of(path) == len(data):
            return
        if self._whole:
            self._storage.pipe_file(path, data)
        else:
            self._storage.makedirs(path.rpartition("/")[0], exist_ok=True)
            aside = f"{path}.{secrets.token_hex(4)}{PART}"
            self._storage.pipe_file(aside, data)
            self._require(aside, len(data))
            self._storage.mv(aside, path)
        self._require(path, len(data))

    def _require(self, path: str, size: int) -> None:
        if self._size_of(path) != size:
            raise PhotosUnreachable(storage=self._name)

    def _size_of(self, path: str) -> int | None:
        self._storage.invalidate_cache(path)
        try:
            return int(self._storage.info(path)["size"])
        except FileNotFoundError:
            return None


@contextmanager
def reached(name: str) -> Iterator[None]:
    """Name the trouble of a storage: each has errors of its own kinds, and none has a kind for all of them.

    Raises PhotosUnreachable; FileNotFoundError stays what it is.
    """
    try:
        yield
    except (FileNotFoundError, YogaLabError, MemoryError):
        raise
    except Exception as error:
        raise PhotosUnreachable(storage=name) from error


def photo_files(settings: Settings, *, lab: str) -> PhotoFiles:
    """Return where a lab's photos lie: in its home, or where YOGALAB_PHOTOS says, in a folder of its own there.

    lab: a name of the lab that no other has, letters and digits. Two labs that are told the same address never
    see, and never sweep away, each other's photos.

    Raises:
        StorageMissing: the package for such addresses is not installed.
        BadSetting: there are no such addresses.
    """
    if not settings.photos:
        return FolderPhotoFiles(settings.home / "photos")
    return files_at(settings.photos, folder=lab, cache=settings.home / "cache" / "photos")


def files_at(address: str, *, folder: str = "", cache: Path) -> PhotoFiles:
    """Return the files in a folder of any place, by key. cache: for what is read. Raises as `photo_files`."""
    if is_here(address):
        return FolderPhotoFiles(_path_of(address) / folder)
    storage, root, protocol = storage_at(address)
    root = "/".join(part for part in (root.rstrip("/"), folder) if part)
    return StoredPhotoFiles(storage, root, ReadCache(cache), name=protocol, whole=protocol in _OBJECTS)


def is_here(address: str) -> bool:
    """Whether an address is that of a folder of this machine."""
    return _protocol(address) in _LOCAL


def storage_at(address: str) -> tuple[Any, str, str]:
    """Return (fsspec's file system, path in it, what to call it before people). Raises as `photo_files`."""
    protocol = _protocol(address)
    if protocol in _LOCAL:
        return fsspec.filesystem("file"), _path_of(address).absolute().as_posix(), _path_of(address).name
    try:
        storage, root = fsspec.url_to_fs(address, use_listings_cache=False)
    except ImportError as error:
        raise StorageMissing(protocol=protocol, package=_package(protocol)) from error
    except ValueError as error:
        # The address may hold a password.
        raise BadSetting(name="YOGALAB_PHOTOS", value=f"{protocol}://…") from error
    except Exception as error:
        raise PhotosUnreachable(storage=protocol) from error
    return storage, str(root), protocol


def _protocol(address: str) -> str:
    return urlsplit(address).scheme if "://" in address else ""


def _path_of(address: str) -> Path:
    return Path(address.partition("://")[2] if "://" in address else address).expanduser()


def _package(protocol: str) -> str:
    """The package that serves such addresses. What fsspec serves itself may need another, called alike."""
    top, *_ = str(known_implementations.get(protocol, {}).get("class", protocol)).split(".")
    return protocol if top == "fsspec" else top


def _written_at(facts: Mapping[str, Any]) -> float:
    for name in _WRITTEN:
        when = facts.get(name)
        if isinstance(when, datetime):
            return when.timestamp()
        if isinstance(when, int | float):
            return float(when)
    # Nobody says: as young as can be, so that nothing is swept that another process is at.
    return math.inf
