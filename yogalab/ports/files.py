"""Files in and out: photos by key, data sets, the whole lab."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from yogalab.ports.progress import Progress
from yogalab.records import (
    Outgoing,
    SharedPhoto,
    Upload,
)


class PhotoFiles(Protocol):
    """Photo files by key. Each may raise PhotosUnreachable where they lie on another machine."""

    @property
    def far(self) -> bool:
        """Whether looking through all of them takes long: then it is done while pages are open already."""

    def put(self, key: str, data: bytes) -> None:
        """Durable when it returns; the same key twice is the same file. Raises DiskFull."""

    def put_many(self, files: Mapping[str, bytes]) -> None:
        """The same for several; all are durable when it returns."""

    def open(self, key: str) -> BinaryIO:
        """Raises FileNotFoundError."""

    def size(self, key: str) -> int:
        """Bytes. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Missing is fine. When it returns the file is gone, and what this machine kept of it."""

    def keys(self, *, older_than_seconds: float = 0.0) -> Iterator[str]:
        """All keys, or only those written at least so long ago."""

    def sweep(self) -> None:
        """Remove what interrupted writes left behind; such files have no keys."""


class ArchiveFiles(Protocol):
    """Photos of somebody's archive, anywhere, which are only read. Each may raise PhotosUnreachable."""

    def found(self) -> Sequence[tuple[str, int]]:
        """(key, bytes) of every file that is called like a photo, ascending. Raises FileMissing."""

    def read(self, key: str) -> bytes:
        """Raises FileNotFoundError."""


class Backup(Protocol):
    """The whole lab as one file."""

    def pack(self, target: Path, progress: Progress) -> Path:
        """Write database, photos and versions into one file. Raises DiskFull."""


class Offered(Protocol):
    """Files found on this machine's disk, read one by one as they are asked for."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Upload]: ...

    def paths(self) -> Sequence[Path]:
        """Where they are, without reading any."""


class Exchange(Protocol):
    """Photos and labels in and out, in the formats other programs use."""

    @property
    def formats(self) -> tuple[str, ...]: ...

    def offered(self, paths: Sequence[Path], *, folders: bool = False, table: Path | None = None) -> Offered:
        """Find the photos below paths; labelled by their folder's name, or by a CSV with file and pose.

        Raises FileMissing, BadTable.
        """

    def read(self, path: Path, *, kind: str | None = None, plain: bool = False) -> Offered:
        """Return the photos of a data set, with everything that it says of them: see `Upload.told`.

        kind: one of `formats`; seen from the files unless given. plain: without what stands beside the format.
        Raises FileMissing, NoDataSet, BadExport, BadTable.
        """

    def seen(self, offered: Offered, encoding: Path) -> Offered:
        """Return the same photos with the skeletons that an encoding of their archive found: see `Upload.told`.

        encoding: a folder that `yogalab encode` has written. Raises NoDataSet.
        """

    def write_shared(self, photos: Iterable[SharedPhoto], target: Path) -> int:
        """Write a new folder that names nobody, for publishing; returns how many photos are in it.

        Raises TargetTaken, DiskFull.
        """

    def write(self, photos: Iterable[Outgoing], target: Path, kind: str) -> int:
        """Write a new folder, whole or not at all, and return how many photos are in it.

        Raises UnknownExport, TargetTaken, DiskFull.
        """
