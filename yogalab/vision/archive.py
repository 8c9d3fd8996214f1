"""Files on disk, in zips and in clips, one at a time. Names in a zip are only read, never written to.

A zip is somebody else's word for what is in it. Counts and sizes are checked from its directory before anything
is unpacked, and each file is unpacked only as far as a photo may be large.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from yogalab.vision.names import HEAD, display_name, is_clip
from yogalab.vision.photo import check_bytes
from yogalab.vision.reel import unreel, unreel_from

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
    """Yield the files in a zip, the frames of a clip, or the file itself when it is neither.

    A file in a zip carries the zip's label, or its folder's name where `upload.folders` says that folders are
    named after poses: else every “Holiday 2024” would become one. One that cannot be unpacked is yielded
    with its `error`. What systems leave in zips (.DS_Store, __MACOSX) is passed over; a zip in a zip is yielded
    as it is and turns out to be no photo, a clip in a zip as its frames.

    Raises:
        BadArchive: the zip as a whole is damaged, locked, or outside the limits.
    """
    if upload.error is not None:
        yield upload
    elif upload.path is not None:
        yield from _on_disk(upload, upload.path)
    elif upload.data[:4] in _SIGNATURES:
        yield from _members(io.BytesIO(upload.data), len(upload.data), upload)
    elif is_clip(upload.data[:HEAD]):
        yield from unreel_from(upload, io.BytesIO(upload.data))
    else:
        yield upload


def unpack_file(path: Path, *, label: str | None = None, folders: bool = False) -> Iterator[Upload]:
    """Yield what `unpack` would for a file on disk, without reading a whole zip or clip into memory.

    Raises:
        BadArchive: as `unpack`.
    """
    return unpack(Upload(name=path.name, data=b"", label=label, folders=folders, path=path))


def _on_disk(upload: Upload, path: Path) -> Iterator[Upload]:
    shown = display_name(upload.name)
    bare = replace(upload, path=None)
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            head = file.read(HEAD)
            file.seek(0)
            if head[:4] in _SIGNATURES:
                yield from _members(file, size, bare)
                return
            if is_clip(head):
                yield from unreel(bare, path)
                return
            check_bytes(shown, size)
            one = replace(bare, data=file.read(), folders=False)
    except BadArchive:
        raise
    except PhotoError as error:
        one = replace(bare, error=error, folders=False)
    except OSError:
        one = replace(bare, error=UnreadablePhoto(name=shown), folders=False)
    yield one


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
            yield from _unpacked(
                archive, member, Upload(name=_own(member), data=b"", label=named or upload.label)
            )


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


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, upload: Upload) -> Iterator[Upload]:
    try:
        # zipfile reads no further than the directory says, so a false size ends in an error, not in memory.
        with archive.open(member) as file:
            head = file.read(HEAD)
            if is_clip(head):
                file.seek(0)
                yield from unreel_from(upload, file)
                return
            check_bytes(upload.name, member.file_size)
            one = replace(upload, data=head + file.read())
    except PhotoError as error:
        one = replace(upload, error=error)
    except _TROUBLE as error:
        trouble = UnreadablePhoto(name=upload.name)
        trouble.__cause__ = error
        one = replace(upload, error=trouble)
    yield one


def _own(member: zipfile.ZipInfo) -> str:
    return display_name(member.filename)


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
