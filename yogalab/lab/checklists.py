"""What the checks desk lists: one photo, or one group of them, at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from yogalab.asking.suspects import ENOUGH as ENOUGH_LABELS
from yogalab.lab.doubts import Doubt
from yogalab.records import LabelEvent, Landmarks, Photo, Prediction, Resolved


class Check(StrEnum):
    """Which list an answer was given in: it was given knowing what had been said before."""

    SUSPECTS = "suspects"
    DISAGREEMENTS = "disagreements"
    COPIES = "copies"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """A photo as a list shows it. prediction: what the lab answers today, its label included."""

    photo: Photo
    landmarks: Landmarks | None
    label: Resolved | None
    prediction: Prediction | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suspect:
    """A photo whose label may be wrong, and why."""

    sight: Sight
    doubt: Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """The first of `total` suspects. ready: how many poses have the labels it `needs` to be judged."""

    listed: tuple[Suspect, ...]
    total: int
    ready: int
    needs: int = ENOUGH_LABELS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dispute:
    """A photo coaches call differently. said: each coach's newest answer, oldest first."""

    sight: Sight
    said: tuple[LabelEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreements:
    """The first of `total` photos to settle."""

    listed: tuple[Dispute, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Copies:
    """Photos of the same moment. poses: what those labelled are called, the commonest first."""

    group: int
    sights: tuple[Sight, ...]
    poses: tuple[int, ...]

    @property
    def differ(self) -> bool:
        return len(self.poses) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyGroups:
    """The first of `total` groups with something to decide."""

    listed: tuple[Copies, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """The first of `total` photos that were put aside."""

    listed: tuple[Sight, ...]
    total: int
