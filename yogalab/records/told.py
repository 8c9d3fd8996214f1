"""What travels with a photo from one lab to another, in no numbers of either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from yogalab.records.labels import FIRST, LabelKind
from yogalab.records.photos import Consent, Landmarks
from yogalab.records.poses import Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A label event on its way: poses by their slugs, the photo left out.

    id: empty where the data set gives none. order: its place among everything said in the data set.
    shown: (slug, probability) of what was suggested; guess: slug of what the model said of a photo of a sample.
    """

    id: str
    coach: str
    kind: LabelKind
    pose: str | None = None
    side: str | None = None
    person: int = FIRST
    undoes: str | None = None
    shown: tuple[tuple[str, float], ...] = ()
    guess: str | None = None
    lease: str | None = None
    ms: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """Everything that is known of one photo. None, or empty, where the data set does not say.

    sha256: of the photo as a lab keeps it, which is the file that it wrote. group: what near-copies have in
    common, a name within the data set. people: every skeleton that `pose_model` found, also the faint one;
    empty where it found nobody, None where it never looked. poses: how those that are named look, by slug;
    merged: slug -> slug of the pose that stands for it.
    """

    sha256: str = ""
    source_sha256: str = ""
    name: str = ""
    added_by: str | None = None
    added_at: datetime | None = None
    source: str | None = None
    consent: Consent | None = None
    group: str | None = None
    holdout: bool | None = None
    pose_model: str | None = None
    people: tuple[Landmarks, ...] | None = None
    said: tuple[Said, ...] = ()
    poses: Mapping[str, Pose] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
