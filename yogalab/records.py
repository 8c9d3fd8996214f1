"""The values that cross rooms: frozen, without behaviour beyond what follows from their fields.

Arrays are float32 unless said. A value that holds arrays compares by identity.
Times are aware and in UTC. Absence is a value: nobody found is `None`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

# --- photos and what was seen in them -------------------------------------------------------------


class Consent(StrEnum):
    """Whether the people shown agreed to the photo being kept here."""

    AGREED = "agreed"
    MYSELF = "myself"
    DRAWN = "drawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class CanonicalPhoto:
    """An upright sRGB photo without metadata, as every room sees it.

    `data` is the JPEG it is kept as. `pixels` is (height, width, 3) uint8: what `decode` makes of `data`, when
    somebody first looks, because photos read by another process come back as bytes and few are looked at here.
    """

    name: str
    source_sha256: str
    sha256: str
    data: bytes = field(repr=False)
    width: int
    height: int
    decode: Callable[[bytes], NDArray[np.uint8]] = field(repr=False, compare=False)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        return self.decode(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo in the lab. Its file is kept under `key`; `group` joins near-duplicates."""

    id: int
    source_sha256: str
    sha256: str
    key: str
    name: str
    width: int
    height: int
    added_by: str
    added_at: datetime
    source: str
    consent: Consent
    group: int
    holdout: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmarks:
    """One person's skeleton.

    points: (33, 4) x, y, z, visibility; x in widths and y in heights of the photo, z in widths.
    world: (33, 3) metres, the origin between the hips, y downward.
    aspect: width / height of the photo; undo it before measuring angles in `points`.
    found_by: which pass found the person: "first", or the name of a rescue pass.
    """

    points: Matrix
    world: Matrix
    aspect: float
    found_by: str = "first"
    person: int = 0

    @property
    def visibility(self) -> Matrix:
        """(33,) how likely each landmark is in view."""
        return self.points[:, 3]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encodings:
    """What the encoders made of one photo: the chosen person, if any, and CLIP's embedding, if any.

    embedding: (d,) of unit length.
    """

    landmarks: Landmarks | None = None
    embedding: Matrix | None = None


# --- poses ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptions:
    """How a pose looks, by body part (GAP's six fields), one phrase each."""

    head: str = ""
    hands: str = ""
    arms: str = ""
    torso: str = ""
    legs: str = ""
    feet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A pose that can be named. `id` and `slug` never change; names are display.

    template: descriptor name -> target value (see `yogalab.poses.geometry`), empty when there is none.
    """

    id: int
    slug: str
    name: str
    sanskrit: str = ""
    aliases: tuple[str, ...] = ()
    family6: str = ""
    family20: str = ""
    sided: bool = False
    hidden: bool = False
    merged_into: int | None = None
    descriptions: Descriptions = Descriptions()
    template: Mapping[str, float] = field(default_factory=dict)


# --- predictions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A pose and its calibrated probability."""

    pose_id: int
    slug: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the model says of one photo.

    version: the lab's version number, 0 before any training.
    ranked: best first, probabilities sum to 1.
    likely: the conformal set, pose ids that together cover the truth nine times in ten.
    parts: body part -> slug of the pose that part looks most like; empty when unknown.
    """

    version: int
    ranked: tuple[Scored, ...]
    likely: tuple[int, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def best(self) -> Scored:
        return self.ranked[0]

    @property
    def margin(self) -> float:
        """Probability of the first pose minus that of the second."""
        return self.ranked[0].probability - (self.ranked[1].probability if len(self.ranked) > 1 else 0.0)


# --- labels ---------------------------------------------------------------------------------------


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
    `at` is display. `undoes` names the event an UNDO takes back. `shown` is what was suggested.
    """

    id: str
    photo_id: int
    coach: str
    kind: LabelKind
    pose_id: int | None = None
    side: str | None = None
    person: int = 0
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

    pose_id is None when nobody named a pose; `disputed` photos are left out of training.
    """

    photo_id: int
    pose_id: int | None
    coaches: tuple[str, ...]
    kind: LabelKind
    disputed: bool = False
    embedding_only: bool = False
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingSet:
    """Labelled photos as arrays.

    x: (n, d) features; y: (n,) int64 pose ids; photo_ids, groups: (n,) int64.
    """

    x: Matrix
    y: NDArray[np.int64]
    photo_ids: NDArray[np.int64]
    groups: NDArray[np.int64]
    fingerprint: str = ""

    def __len__(self) -> int:
        return len(self.y)


# --- learning -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseRef:
    """A pose as a version knows it."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """Everything between features and probabilities, self-contained: saved, it predicts elsewhere.

    rung: "R0" (no label) or "R2" (trained), "R3" and "R4" when an encoder was tuned.
    arrays: named float32 arrays; their meaning belongs to `kind`, the learner that wrote them.
    recipe: the feature recipe; encoder and pose_model name what the features were made with.
    conformal: scores in ascending order, kept for the prediction sets.
    """

    kind: str
    rung: str
    poses: tuple[PoseRef, ...]
    arrays: Mapping[str, Matrix]
    recipe: str
    encoder: str | None
    pose_model: str
    temperature: float = 1.0
    conformal: tuple[float, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)
    format: int = 1

    @property
    def pose_ids(self) -> NDArray[np.int64]:
        return np.array([pose.id for pose in self.poses], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderInfo:
    """An encoder on offer.

    parameters: in millions; suggested: "cpu", "gpu" or ""; here: its weights are on this machine.
    """

    name: str
    dim: int
    licence: str
    parameters: int = 0
    suggested: str = ""
    note: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseReport:
    """One pose in a report."""

    pose_id: int
    slug: str
    n: int
    recall: float
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a head does on photos it was not trained on.

    interval: Wilson 95 % bounds of top1; ece: expected calibration error, 15 equal-mass bins.
    method: "hold-out" or "leave-one-out".
    """

    n: int
    top1: float
    top3: float
    macro_recall: float
    interval: tuple[float, float]
    ece: float
    per_pose: tuple[PoseReport, ...]
    method: str = "hold-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer. `reason` is a code in the catalogue of words, `data` fills its blanks."""

    promoted: bool
    early: bool
    reason: str
    difference: float
    interval: tuple[float, float]
    worse_poses: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A trained version. The fingerprint is its identity, the number is this lab's, the tag the Hub's.

    seq: the last label event it has seen; labels after it reach the served head through R1.
    """

    number: int
    fingerprint: str
    parent: int | None
    created_at: datetime
    created_by: str
    labels: int
    seq: int
    pose_count: int
    encoder: str | None
    pose_model: str
    report: Report
    baseline: Report
    verdict: Verdict
    active: bool = False
    hub_repo: str | None = None
    hub_commit: str | None = None
    tag: str | None = None


# --- asking and showing ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A photo in the queue and why it is asked. `reason` is a code in the catalogue of words."""

    photo_id: int
    reason: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Card:
    """What the review page shows of one photo."""

    photo: Photo
    landmarks: Landmarks | None
    people: int
    prediction: Prediction | None
    asked: Asked | None
    label: Resolved | None
    encoder: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A durable label. `again` is True when the same event was already there."""

    event: LabelEvent
    again: bool = False


# --- people and work ------------------------------------------------------------------------------


class Role(StrEnum):
    VIEWER = "viewer"
    COACH = "coach"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coach:
    """Who is acting. Every method of the lab takes one as `who`."""

    id: str
    name: str
    role: Role = Role.OWNER


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Long work. `progress` is 0 to 1; `stage` and `error` are codes in the catalogue of words."""

    id: int
    kind: str
    payload: Mapping[str, object]
    state: JobState
    who: str
    progress: float = 0.0
    stage: str = ""
    eta_seconds: float | None = None
    result: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None
    error_data: Mapping[str, object] = field(default_factory=dict)
    attempt: int = 0
    created_at: datetime | None = None
    heartbeat_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file somebody offers. `label` is a pose name that came with it (its folder's, or a table's).

    error: why the file could not be taken out of its archive, or off the disk; `data` is empty then.
    """

    name: str
    data: bytes = field(repr=False)
    label: str | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intake:
    """What became of one offered file: a photo with its skeletons, or the error that names the trouble.

    people holds every person found, the chosen one first; empty when nobody was found.
    image_hash: 64-bit difference hash of the pixels, for finding near-duplicates.
    """

    name: str
    photo: CanonicalPhoto | None = None
    people: tuple[Landmarks, ...] = ()
    image_hash: int = 0
    label: str | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewPhoto:
    """A photo about to be kept, with what was seen in it. `group` None starts a group of its own."""

    photo: CanonicalPhoto
    key: str
    who: str
    source: str
    consent: Consent
    pose_model: str
    people: tuple[Landmarks, ...]
    image_hash: int
    group: int | None = None
    holdout: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outgoing:
    """A photo on its way out of the lab, with what coaches said of it. `read` returns its file when asked.

    pose is None where nobody named one; people holds every skeleton, the chosen one first.
    """

    photo: Photo
    pose: Pose | None
    side: str | None
    coaches: tuple[str, ...]
    labelled_at: datetime | None
    people: tuple[Landmarks, ...]
    read: Callable[[], bytes]

    @property
    def split(self) -> str:
        """ "test" for the hold-out, which no version was taught, else "train"."""
        return "test" if self.photo.holdout else "train"
