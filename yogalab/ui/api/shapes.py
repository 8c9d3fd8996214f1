"""What programs send and get, as types: the schema at /api/v1/openapi.json says the same."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from yogalab.records import JobState, LabelKind, Role, Sample

# No more than a database surely holds, and than JavaScript counts exactly.
LARGEST_NUMBER = 2**53 - 1

Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
EventId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z-]+$")]
Side = Literal["left", "right"]


class Answered(BaseModel):
    """An answer; its fields never change their meaning within v1, new ones may come."""

    model_config = ConfigDict(frozen=True)


class Asking(BaseModel):
    """What is sent; a field nobody knows is refused, so that a typing error is not passed over."""

    model_config = ConfigDict(extra="forbid")


class Trouble(Answered):
    """What went wrong: a sentence for people, and a code that stays the same in every language."""

    error: str
    code: str


class Me(Answered):
    """Whom the lab takes you for."""

    id: str
    name: str
    role: Role


class Pose(Answered):
    """A pose that can be named. `slug` never changes; names may."""

    id: int
    slug: str
    name: str
    sanskrit: str
    aliases: tuple[str, ...]
    family: str
    sided: bool
    hidden: bool


class Poses(Answered):
    poses: tuple[Pose, ...]


class Guess(Answered):
    """A pose and how probable it is, from 0 to 1, calibrated: of ten guesses at 0.8, eight are right."""

    slug: str
    name: str
    probability: float


class Landmark(Answered):
    """One of 33 points of a body.

    x in widths and y in heights of the picture; z in widths, toward the camera negative; visibility, 0 to 1.
    """

    name: str
    x: float
    y: float
    z: float
    visibility: float


class Prediction(Answered):
    """What the lab sees in a picture.

    poses: the most probable first; over all poses probabilities sum to 1. likely: slugs of the poses that
    together hold the truth nine times in ten. people: how many were found; with none the poses are a guess from
    the picture alone. landmarks: the 33 points of the person who was judged, where they were asked for and
    somebody was found. version: the one that answers, 0 before any training.
    """

    poses: tuple[Guess, ...]
    likely: tuple[str, ...]
    people: int
    version: int
    encoder: str | None
    landmarks: tuple[Landmark, ...] | None = None


class Version(Answered):
    """A version of the model.

    top1: right at first guess, from 0 to 1, within low and high 19 times in 20, judged on `judged_on` photos
    that it was not taught. repo and tag: where it was published.
    """

    number: int
    fingerprint: str
    labels: int
    poses: int
    top1: float
    low: float
    high: float
    judged_on: int
    encoder: str | None
    pose_model: str
    answering: bool
    repo: str | None
    tag: str | None


class Versions(Answered):
    """answering: the number of the version that answers, 0 before any training."""

    answering: int
    versions: tuple[Version, ...]


class Arrived(Answered):
    """What became of one file; of a zip or a clip, of everything in it."""

    file: str
    new: int
    known: int
    refused: int
    alike: int
    errors: tuple[Trouble, ...]


class Added(Answered):
    """What became of the files. new, known: numbers of photos that were added, and that were here before.

    nobody: of the new ones, those without a person. labelled: how many labels came with them.
    """

    new: tuple[int, ...]
    known: tuple[int, ...]
    nobody: int
    labelled: int
    files: tuple[Arrived, ...]


class Label(Answered):
    """What coaches said of a photo."""

    kind: LabelKind
    pose: str | None
    disputed: bool
    coaches: tuple[str, ...]


class Card(Answered):
    """A photo, and what is known of it.

    picture: its address. why: the reason it is asked, as a sentence. sample, person: to be sent back with the
    label: a photo that is asked without its guess (“hidden”) must be answered as such.
    """

    photo: int
    picture: str
    width: int
    height: int
    people: int
    person: int
    why: str
    sample: Sample | None
    version: int | None
    poses: tuple[Guess, ...]
    label: Label | None


class Queue(Answered):
    """The next photos, and how many there are in all. They are promised to `seat` for two minutes."""

    cards: tuple[Card, ...]
    photos: int
    labelled: int
    waiting: int


class Next(Asking):
    """seat: a name that the program made up for itself, so that two of them are not given the same photos.

    held: photos of before that are still being looked at. answered: photos whose label is on its way.
    """

    count: Annotated[int, Field(ge=1, le=32)] = 8
    seat: Annotated[str, Field(min_length=1, max_length=36, pattern=r"^[\x21-\x7e]+$")] = "api"
    held: Annotated[list[Number], Field(max_length=32)] = []
    answered: Annotated[list[Number], Field(max_length=1000)] = []


class Shown(Asking):
    """A pose that was suggested when the coach decided."""

    slug: Annotated[str, Field(min_length=1, max_length=120)]
    probability: Annotated[float, Field(ge=0, le=1)]


class LabelIn(Asking):
    """What a coach says of a photo.

    event: an id that the program makes (a UUID), so that a resend is not a second label. pose: slug, name or
    id, where kind is “pose”. person: whom it is about, 0 for whom the pose model chose. ms: how long it took.
    """

    event: EventId
    photo: Number
    kind: Literal["pose", "skip", "not_a_pose", "nobody", "wrong_skeleton"] = "pose"
    pose: Annotated[str, Field(min_length=1, max_length=120)] | Number | None = None
    side: Side | None = None
    person: Annotated[int, Field(ge=0, lt=1000)] | None = None
    sample: Sample | None = None
    shown: Annotated[list[Shown], Field(max_length=9)] = []
    ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None


class UndoIn(Asking):
    """event: an id for taking back, made by the program. target: the event to take back, your last one unless
    given; with its photo, the target may still be on its way.
    """

    event: EventId
    target: EventId | None = None
    photo: Number | None = None


class Saved(Answered):
    """A label that is kept. again: it was here already. seq: its place among all labels."""

    event: str
    photo: int
    seq: int
    again: bool


class Job(Answered):
    """Long work. progress: from 0 to 1. result: of a training, `version` and whether it was `promoted`."""

    id: int
    kind: str
    state: JobState
    progress: float
    stage: str
    eta_seconds: float | None
    result: dict[str, object]
    trouble: Trouble | None


class TokenIn(Asking):
    """role: what it may do at most; as much as you unless given. days: until it ends; never unless given."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Literal["viewer", "coach", "owner"] | None = None
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class Token(Answered):
    """An access token, without the secret itself."""

    id: str
    name: str
    coach: str
    role: Role
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


class Tokens(Answered):
    tokens: tuple[Token, ...]


class NewToken(Token):
    """token: the secret, which nobody can read again."""

    token: str
