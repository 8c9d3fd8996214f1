"""What leaves the lab for the Hub, and what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from yogalab.records.intake import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionOutline:
    """What publishing a version would send. tag: None where the Hub could not be asked for the next one.

    files: path -> bytes.
    """

    number: int
    repo: str
    tag: str | None
    files: Mapping[str, int]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(self.files.values())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharedPhoto:
    """A photo as a published data set tells of it. mark: a name that says nothing of it, the same each time.

    pixels: whether the picture itself goes along.
    """

    out: Outgoing
    mark: str
    pixels: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOutline:
    """What publishing the labelled photos as a data set would send. Consent by its code -> photos.

    photos, test: rows in all, and of the hold-out among them. consent: of all rows; pictured: photos whose
    pixels would go, by id -> name; withheld: consent -> photos whose pixels were asked for and stay.
    """

    photos: int
    test: int
    poses: int
    coaches: int
    consent: Mapping[str, int]
    pictured: Mapping[int, str] = field(default_factory=dict)
    withheld: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedData:
    """A data set on the Hub. pictured: how many of its photos come with pixels.

    gone: how many were deleted here since; withdrawn: how many are told more of than is agreed to now, be it in
    its history.
    """

    repo: str
    tag: str
    commit: str
    at: datetime
    photos: int
    pictured: int
    gone: int
    withdrawn: int = 0
