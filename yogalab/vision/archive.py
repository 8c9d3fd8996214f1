"""Files on disk and in zips, one at a time. Nothing is ever written: names in a zip are only read.

A zip is somebody else's word for what is in it. Counts and sizes are checked from its directory before anything
is unpacked, and each file is unpacked only as far as a photo may be large.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from yogalab.errors import (
    ArchiveBomb,
    ArchiveLocked,
    ArchiveTooLarge,
    ArchiveTooMany,
    BadArchive,
    PhotoError,
    UnreadablePhoto,
)
from yogalab.records import NO_POSE, Upload
from yogalab.vision.names import display_name
from yogalab.vision.photo import check_bytes

MOST_ARCHIVE_BYTES: Final = 2 * 2**30
MOST_FILES: Final = 5_000
# Photos are compressed already; nothing honest of this size shrinks to a hundredth.
MOST_RATIO: Final = 100
_RATIO_MATTERS: Final = 50 * 2**20

_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06")
_LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_ENCRYPTED: Final = 0x1
_TROUBLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


def unpack(upload: Upload) -> Iterator[Upload]:
    """Yield the files in a zip, or the file itself when it is none.

    A file in a zip carries the zip's label, or its folder's name where `upload.folders` says that folders are
    named after poses: else every “Holiday 2024” would become one. One that cannot be unpacked is yielded
    with its `error`. What systems leave in zips (.DS_Store, __MACOSX) is passed over; a zip in a zip is yielded
    as it is and turns out to be no photo.

    Raises:
        BadArchive: the zip as a whole is damaged, locked, or outside the limits.
    """
    if upload.error is None and upload.data[:4] in _SIGNATURES:
        yield from _members(io.BytesIO(upload.data), len(upload.data), upload)
    else:
        yield upload


def unpack_file(path: Path, *, label: str | None = None, folders: bool = False) -> Iterator[Upload]:
    """Yield what `unpack` would for a file on disk, without reading a whole zip into memory.

    Raises:
        BadArchive: as `unpack`.
    """
    shown = display_name(path.name)
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            if file.read(4) in _SIGNATURES:
                yield from _members(file, size, Upload(name=path.name, data=b"", label=label, folders=folders))
                return
            file.seek(0)
            check_bytes(shown, size)
            upload = Upload(name=path.name, data=file.read(), label=label)
    except BadArchive:
        raise
    except PhotoError as error:
        upload = Upload(name=path.name, data=b"", label=label, error=error)
    except OSError:
        upload = Upload(name=path.name, data=b"", label=label, error=UnreadablePhoto(name=shown))
    yield upload


def _members(file: BinaryIO, size: int, upload: Upload) -> Iterator[Upload]:
    shown = display_name(upload.name)
    try:
        archive = zipfile.ZipFile(file)
    except _TROUBLE as error:
        raise BadArchive(name=shown) from error
    with archive:
        members = [member for member in archive.infolist() if not _passed_over(member)]
        _check(shown, members, size)
        wrapper = _wrapper([_parents(member) for member in members])
        for member in members:
            parents = _parents(member)
            named = _pose_of(parents[-1]) if upload.folders and parents and parents != wrapper else None
            yield _unpacked(archive, member, named or upload.label)


def _check(name: str, members: list[zipfile.ZipInfo], size: int) -> None:
    """Check what the zip's directory says of itself."""
    if len(members) > MOST_FILES:
        raise ArchiveTooMany(name=name, files=len(members), limit=MOST_FILES)
    total = sum(member.file_size for member in members)
    if max(total, size) > MOST_ARCHIVE_BYTES:
        limit = f"{MOST_ARCHIVE_BYTES // 2**30} GB"
        raise ArchiveTooLarge(name=name, size=f"{max(total, size) / 2**30:.1f} GB", limit=limit)
    if total > max(_RATIO_MATTERS, MOST_RATIO * size):
        raise ArchiveBomb(name=name)
    if members and all(member.flag_bits & _ENCRYPTED for member in members):
        raise ArchiveLocked(name=name)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str | None) -> Upload:
    name = display_name(member.filename)
    try:
        # zipfile reads no further than the directory says, so a false size ends in an error, not in memory.
        check_bytes(name, member.file_size)
        return Upload(name=name, data=archive.read(member), label=label)
    except PhotoError as error:
        return Upload(name=name, data=b"", label=label, error=error)
    except _TROUBLE as error:
        trouble = UnreadablePhoto(name=name)
        trouble.__cause__ = error
        return Upload(name=name, data=b"", label=label, error=trouble)


def _passed_over(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    return (
        member.is_dir()
        or not parts
        or "__MACOSX" in parts
        or parts[-1] in _LITTER
        or parts[-1].startswith("._")
    )


def _parents(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders a file lies in, outermost first."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts[:-1]
    return tuple(part for part in parts if part.strip("./"))


def _wrapper(places: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The folder that holds everything, other folders among it: it was packed, it is no pose."""
    common = places[0] if places else ()
    for place in places:
        while common != place[: len(common)]:
            common = common[:-1]
    return common if any(place != common for place in places) else None


def _pose_of(folder: str) -> str | None:
    return None if folder.lower() in NO_POSE else display_name(folder)
