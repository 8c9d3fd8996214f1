"""What coaches say of a photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from yogalab.records.predictions import Scored

# The number of the person whom the pose model chose: the one who counts until a coach chooses another.
FIRST: Final = 0


class LabelKind(StrEnum):
    """What a coach said of a photo."""

    POSE = "pose"
    SKIP = "skip"
    NOT_A_POSE = "not_a_pose"
    NOBODY = "nobody"
    WRONG_SKELETON = "wrong_skeleton"
    RULING = "ruling"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEvent:
    """One line of the append-only label log.

    id is made by the client, so that a resend is not a second label; `seq` is the server's order, and
    `at` is display. `person` is the number of the one it is about, among those found in the photo.
    `undoes` names the event an UNDO takes back. `shown` is what was suggested.
    """

    id: str
    photo_id: int
    coach: str
    kind: LabelKind
    pose_id: int | None = None
    side: str | None = None
    person: int = FIRST
    undoes: str | None = None
    shown: tuple[Scored, ...] = ()
    lease: str | None = None
    ms: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What the coaches' events on one photo amount to.

    pose_id is None when nobody named a pose; `disputed` photos are left out of training. `person` is the
    number of the one it is about, `embedding_only` that this one's skeleton was called wrong, `skipped_by`
    who passed it on.
    """

    photo_id: int
    pose_id: int | None
    coaches: tuple[str, ...]
    kind: LabelKind
    disputed: bool = False
    embedding_only: bool = False
    seq: int = 0
    person: int = FIRST
    skipped_by: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether anybody said what it shows; neither a skip nor a skeleton called wrong does."""
        return self.kind not in {LabelKind.SKIP, LabelKind.WRONG_SKELETON}

    def open_to(self, coach: str) -> bool:
        """Whether a coach is still asked: nobody has answered, and this one has not passed it on."""
        return not self.answered and coach not in self.skipped_by

    @property
    def judged_by(self) -> int | None:
        """The number of the person whose skeleton counts, None where only the picture does."""
        return None if self.embedding_only else self.person
