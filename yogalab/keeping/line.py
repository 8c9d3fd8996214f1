"""What lies in a vault: one line of parts of the journal, and copies of the database at some of its points.

lab.json                            whose vault it is
journal/<boot>/<number>.jsonl       changes; each names the part before it
copies/<number>-<boot>.db.gz        the database after that part, and beside it .json with its checksum
photos/<key>  versions/…  encoders/…
files.json                          checksums of versions and encoders
tombstones.json                     salted hashes of deleted photos, which win over all copies
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

LAB: Final = "lab.json"
FILES: Final = "files.json"
TOMBSTONES: Final = "tombstones.json"
PHOTOS: Final = "photos/"
FOLDERS: Final = ("versions", "encoders")

_SEGMENT: Final = re.compile(r"journal/([0-9A-Za-z-]+)/(\d{8})\.jsonl")
_COPY: Final = re.compile(r"copies/(\d{8})-([0-9A-Za-z-]+)\.json")


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place in the line: the state of the database after a part of the journal."""

    number: int
    boot: str

    @property
    def segment(self) -> str:
        return f"journal/{self.boot}/{self.number:08d}.jsonl"

    @property
    def manifest(self) -> str:
        return f"copies/{self.number:08d}-{self.boot}.json"

    @property
    def database(self) -> str:
        return f"copies/{self.number:08d}-{self.boot}.db.gz"


def point_of(segment: str) -> Point | None:
    """The point that a part of the journal leads to; None where that is no name of one."""
    found = _SEGMENT.fullmatch(segment)
    return Point(int(found[2]), found[1]) if found else None


class Line:
    """The names in a vault, put in order."""

    def __init__(self, names: Collection[str]) -> None:
        self.segments = sorted(point for name in names if (point := point_of(name)))
        # A copy whose database was cut off on its way has no manifest yet, and counts for nothing.
        self.copies = sorted(
            (
                point
                for name in names
                if (found := _COPY.fullmatch(name)) and (point := Point(int(found[1]), found[2]))
            ),
            reverse=True,
        )
        self._strays = {name for name in names if name.startswith("copies/")}

    @property
    def empty(self) -> bool:
        return not self.copies

    @property
    def newest(self) -> int:
        """The largest number there is, 0 in an empty vault."""
        return max((point.number for point in (*self.segments, *self.copies)), default=0)

    def after(self, start: Point) -> Sequence[Point]:
        """The parts of the journal behind a point."""
        return [point for point in self.segments if point.number > start.number]

    def spare(self, kept: Collection[Point]) -> Sequence[str]:
        """What may go when only these copies stay: other copies, and what leads up to the oldest one."""
        oldest = min(kept)
        copies = {name for point in kept for name in (point.manifest, point.database)}
        return [
            *sorted(self._strays - copies),
            *(point.segment for point in self.segments if point.number <= oldest.number),
        ]
