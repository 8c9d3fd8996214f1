"""Copies of the database in a vault: compressed, each with a manifest that says what it must be."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
import zlib
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from yogalab.keeping.kept_rows import Sight
from yogalab.keeping.line import Point
from yogalab.records import Last

_FORMAT: Final = 1
_CHUNK: Final = 2**20
# Skeletons and embeddings hardly get smaller, however long one tries.
_EFFORT: Final = 2
NEWEST: Final = 3
DAYS: Final = 7


class DamagedCopy(Exception):
    """A copy that is not what its manifest says, or no sound database. Carries its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a copy says of itself. purges: how many deletions came before; sha256, size: of the packed file."""

    lab: str
    at: datetime
    revision: str
    purges: int
    last: Last
    sha256: str
    size: int


def pack_copy(sight: Sight, lab: str, at: datetime, target: Path) -> Manifest:
    """Write the copy of a sight as it is kept."""
    assert sight.copy is not None
    with sight.copy.open("rb") as source, gzip.GzipFile(target, "wb", _EFFORT, mtime=0) as packed:
        shutil.copyfileobj(source, packed, _CHUNK)
    return Manifest(
        lab=lab,
        at=at,
        revision=sight.revision,
        purges=sight.purges,
        last=sight.last,
        sha256=digest_of(target),
        size=target.stat().st_size,
    )


def write_manifest(manifest: Manifest) -> bytes:
    last_at = manifest.last.at
    told = {
        "format": _FORMAT,
        "lab": manifest.lab,
        "at": manifest.at.isoformat(),
        "revision": manifest.revision,
        "purges": manifest.purges,
        "seq": manifest.last.seq,
        "last_at": last_at.isoformat() if last_at else None,
        "sha256": manifest.sha256,
        "size": manifest.size,
    }
    return json.dumps(told, indent=1).encode()


def read_manifest(name: str, data: bytes) -> Manifest:
    """Raises DamagedCopy."""
    try:
        told = json.loads(data)
        if told["format"] != _FORMAT:
            raise DamagedCopy(name)
        return Manifest(
            lab=str(told["lab"]),
            at=datetime.fromisoformat(told["at"]),
            revision=str(told["revision"]),
            purges=int(told["purges"]),
            last=Last(
                seq=int(told["seq"]),
                at=datetime.fromisoformat(told["last_at"]) if told["last_at"] else None,
            ),
            sha256=str(told["sha256"]),
            size=int(told["size"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedCopy(name) from error


def unpack_copy(manifest: Manifest, packed: Path, target: Path) -> None:
    """Write the database that is packed in a file. Raises DamagedCopy where it is not what it should be."""
    if digest_of(packed) != manifest.sha256:
        raise DamagedCopy(packed.name)
    try:
        with gzip.open(packed) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, _CHUNK)
        with closing(sqlite3.connect(target)) as database:
            found = database.execute("PRAGMA integrity_check").fetchall()
    except (OSError, EOFError, zlib.error, sqlite3.DatabaseError) as error:
        raise DamagedCopy(packed.name) from error
    if found != [("ok",)]:
        raise DamagedCopy(packed.name)


def digest_of(file: Path) -> str:
    """The file's sha256."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def to_keep(copies: Mapping[Point, Manifest]) -> Collection[Point]:
    """Those of the copies that stay: the newest, the last of each day, none older than a deletion."""
    if not copies:
        return ()
    purges = max(manifest.purges for manifest in copies.values())
    valid = sorted((point for point, manifest in copies.items() if manifest.purges == purges), reverse=True)
    by_day: dict[object, Point] = {}
    for point in valid:
        by_day.setdefault(copies[point].at.date(), point)
    return {*valid[:NEWEST], *list(by_day.values())[:DAYS]}
