"""What is asked, shown and answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yogalab.records.labels import FIRST, LabelEvent, Resolved
from yogalab.records.photos import Landmarks, Photo
from yogalab.records.predictions import Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A photo in the queue and why it is asked. `reason` is a code in the catalogue of words."""

    photo_id: int
    reason: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A sign that more labels no longer pay. `reason` is a code in the catalogue of words."""

    reason: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One figure of a body beside what its pose asks for.

    part: code of the part ("knee.front"); way: "angle" with both in degrees, else how it compares: "fits",
    "more" or "less".
    """

    part: str
    way: str
    measured: float
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellings:
    """What speaks for a pose, and what against it; either may be empty."""

    fits: tuple[Telling, ...] = ()
    strays: tuple[Telling, ...] = ()


class Sample(StrEnum):
    """Of the photos asked at random, those shown with the model's guess and those shown without."""

    SHOWN = "shown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Card:
    """What the review page shows of one photo.

    landmarks: the person who is judged; others: the other people found; people: how many in all.
    person: the number of the one it is about. alone: that one's skeleton was called wrong, nobody's is judged;
    flag: the event by which the coach who asks said so.
    sides: pose id -> "left" or "right", what the body shows for those of the likely poses that have a side.
    sample: where the photo was asked at random; of a hidden one the prediction is left out.
    """

    photo: Photo
    landmarks: Landmarks | None
    people: int
    prediction: Prediction | None
    asked: Asked | None
    label: Resolved | None
    encoder: str | None
    tellings: Tellings = Tellings()
    others: tuple[Landmarks, ...] = ()
    sides: Mapping[int, str] = field(default_factory=dict)
    person: int = FIRST
    alone: bool = False
    flag: str | None = None
    sample: Sample | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A durable label. `again` is True when the same event was already there."""

    event: LabelEvent
    again: bool = False
