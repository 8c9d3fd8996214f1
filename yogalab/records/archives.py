"""An archive of photos on its way to a table of numbers, a part at a time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from yogalab.records.arrays import Matrix
from yogalab.records.photos import Landmarks

DATA: Final = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePart:
    """Files that are encoded together and become one file of the table. Which, never depends on who does it."""

    number: int
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file of the table."""
        return f"{DATA}/part-{self.number:06d}.parquet"

    def to_json(self) -> str:
        return json.dumps([self.number, self.keys])

    @classmethod
    def from_json(cls, text: str) -> ArchivePart:
        number, keys = json.loads(text)
        return cls(number=number, keys=tuple(keys))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncodedFile:
    """What became of one file of an archive: numbers, or the code of its trouble.

    source_sha256: of the file; sha256: of the photo that it becomes, empty where it is none.
    people: everybody found, the chosen one first, or the faint one. embedding: (d,) of unit length.
    image_hash: 64-bit difference hash of the pixels.
    """

    key: str
    source_sha256: str
    sha256: str = ""
    width: int = 0
    height: int = 0
    people: tuple[Landmarks, ...] = ()
    image_hash: int = 0
    embedding: Matrix | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDone:
    """One part, written. nobody: photos in which nobody was found; refused: files that are no photos.

    seconds: that it took; pid: the process that did it.
    """

    number: int
    photos: int
    nobody: int
    refused: int
    seconds: float
    pid: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> PartDone:
        return cls(**json.loads(text))
