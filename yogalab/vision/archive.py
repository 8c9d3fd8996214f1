"""Files on disk and in zips, one at a time. Nothing is ever written: names in a zip are only read.

A zip is somebody else's word for what is in it. Counts and sizes are checked from its directory before anything
is unpacked, and each file is unpacked only as far as a photo may be large.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
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
from yogalab.records import Upload
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

    A file in a zip is labelled with its folder's name, else with the zip's label. One that cannot be unpacked
    is yielded with its `error`. What systems leave in zips (.DS_Store, __MACOSX) is passed over; a zip in a zip
    is yielded as it is and turns out to be no photo.

    Raises:
        BadArchive: the zip as a whole is damaged, locked, or outside the limits.
    """
    if upload.error is None and upload.data[:4] in _SIGNATURES:
        yield from _members(io.BytesIO(upload.data), len(upload.data), upload.name, upload.label)
    else:
        yield upload


def unpack_file(path: Path, *, label: str | None = None) -> Iterator[Upload]:
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
                yield from _members(file, size, path.name, label)
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


def _members(file: BinaryIO, size: int, name: str, label: str | None) -> Iterator[Upload]:
    shown = display_name(name)
    try:
        archive = zipfile.ZipFile(file)
    except _TROUBLE as error:
        raise BadArchive(name=shown) from error
    with archive:
        members = [member for member in archive.infolist() if not _passed_over(member)]
        _check(shown, members, size)
        for member in members:
            yield _unpacked(archive, member, label)


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
    label = _folder(member.filename) or label
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


def _folder(filename: str) -> str | None:
    parent = PurePosixPath(filename.replace("\\", "/")).parent.name
    return display_name(parent) if parent.strip(".") else None
