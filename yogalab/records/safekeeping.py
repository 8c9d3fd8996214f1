"""A lab that is kept elsewhere too: how far that is, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The newest label event that a lab has: its number, 0 for none, and when it was given."""

    seq: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """A lab that was brought back from its vault.

    copied_at: when the copy of the database was made that it begins with; segments: parts of the journal that
    came on top; unread: damaged copies and parts, by name; last: the newest label event it has.
    """

    copied_at: datetime
    segments: int
    unread: tuple[str, ...]
    last: Last
    photos: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Safekeeping:
    """How far a lab's vault is behind.

    kept_at: when the vault last had everything; waiting: changes that it lacks; photos: files that it lacks.
    trouble, trouble_data: why it lacks them, as a code of the catalogue of words. rows: whether labels go there
    at all; on a database server they are the server's to keep.
    """

    place: str
    rows: bool
    kept_at: datetime | None = None
    last: Last = Last()
    waiting: int = 0
    photos: int = 0
    trouble: str | None = None
    trouble_data: Mapping[str, object] = field(default_factory=dict)
    brought_back: BroughtBack | None = None

    @property
    def behind(self) -> bool:
        """Whether the vault lacks anything, or has never had everything."""
        return self.kept_at is None or bool(self.waiting or self.photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultCheck:
    """What was read back. damaged, missing: names in the vault; last: of what could be brought back from it."""

    copies: int
    segments: int
    photos: int
    labels: int
    files: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    last: Last

    @property
    def sound(self) -> bool:
        return not self.damaged and not self.missing
