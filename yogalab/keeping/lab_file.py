"""The whole lab as one file: a zip of the database, the photos and the versions, with a manifest."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Final

from yogalab.errors import BadBackup, UnknownFormat

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "lab.db"
# Folders have the same names in the file as in a lab's home.
PHOTOS: Final = "photos"
VERSIONS: Final = "versions"

CHUNK: Final = 2**20
# Photos are kept far smaller, and each is held in memory once.
MOST_PHOTO_BYTES: Final = 128 * 2**20
_MOST_MANIFEST_BYTES: Final = 256 * 2**20
_PART: Final = r"[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)*"
_NAME: Final = re.compile(rf"{re.escape(DATABASE)}|(?:{PHOTOS}|{VERSIONS})(?:/{_PART})+")
# What zipfile raises for files that are cut short, torn, encrypted, or packed in ways we do not write.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    TypeError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in a lab file, as its manifest has it."""

    sha256: str
    size: int


def copy(source: IO[bytes], target: IO[bytes] | None) -> Entry:
    """Copy a stream, or only read it, and say what it was."""
    digest, size = hashlib.sha256(), 0
    while data := source.read(CHUNK):
        digest.update(data)
        size += len(data)
        if target is not None:
            target.write(data)
    return Entry(digest.hexdigest(), size)


def may_be_packed(name: str) -> bool:
    """True for names that are a lab's, and that stay inside its home wherever the file is opened."""
    return _NAME.fullmatch(name) is not None


def write_manifest(archive: zipfile.ZipFile, entries: Mapping[str, Entry], facts: Mapping[str, object]) -> None:
    """Close a lab file by listing what must be in it."""
    files = {name: {"sha256": entry.sha256, "size": entry.size} for name, entry in entries.items()}
    text = json.dumps({"format": FORMAT, **facts, "files": files}, indent=1)
    archive.writestr(MANIFEST, text, compress_type=zipfile.ZIP_DEFLATED)


class LabFile:
    """A lab file opened for reading. Every trouble with it is a BadBackup that carries its name.

    Raises:
        BadBackup: no lab file, or one whose list does not fit what is in it.
        UnknownFormat: written by a newer YogaLab.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(file)
            manifest = self._manifest()
        except _DAMAGE as error:
            raise BadBackup(name=name) from error
        if manifest["format"] != FORMAT:
            raise UnknownFormat(format=manifest["format"], known=FORMAT)
        try:
            self.entries = self._entries(manifest["files"])
        except _DAMAGE as error:
            raise BadBackup(name=name) from error

    def verify(self) -> Iterator[int]:
        """Read everything once and compare; yields the bytes read so far. Raises BadBackup."""
        done = 0
        for name, entry in self.entries.items():
            self.copy(name, None)
            done += entry.size
            yield done

    def copy(self, name: str, target: IO[bytes] | None) -> None:
        """Copy one file out. Raises BadBackup when it is not what the manifest says."""
        try:
            with self._zip.open(name) as source:
                found = copy(source, target)
        except _DAMAGE as error:
            raise BadBackup(name=self._name) from error
        if found != self.entries[name]:
            raise BadBackup(name=self._name)

    def read(self, name: str) -> bytes:
        """Return one small file. Raises BadBackup."""
        data = io.BytesIO()
        self.copy(name, data)
        return data.getvalue()

    def _manifest(self) -> Any:
        info = self._zip.getinfo(MANIFEST)
        if info.file_size > _MOST_MANIFEST_BYTES:
            raise ValueError(MANIFEST)
        manifest = json.loads(self._zip.read(info))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
            raise ValueError(MANIFEST)
        return manifest

    def _entries(self, files: Mapping[str, Mapping[str, Any]]) -> dict[str, Entry]:
        entries = {name: Entry(str(file["sha256"]), int(file["size"])) for name, file in files.items()}
        names = [info.filename for info in self._zip.infolist()]
        if sorted(names) != sorted([*entries, MANIFEST]) or DATABASE not in entries:
            raise ValueError("the list does not fit")
        if not all(may_be_packed(name) for name in entries):
            raise ValueError("a name that is none of ours")
        if any(entry.size > MOST_PHOTO_BYTES for name, entry in entries.items() if name.startswith(PHOTOS)):
            raise ValueError("no photo is that large")
        # The directory's sizes bound how much is ever read, so they must not lie either.
        if any(self._zip.getinfo(name).file_size != entry.size for name, entry in entries.items()):
            raise ValueError("sizes differ")
        return entries
