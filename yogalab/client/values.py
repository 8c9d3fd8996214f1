"""What a lab answers, as types."""

from __future__ import annotations

import types
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Guess:
    """A pose and its calibrated probability, from 0 to 1."""

    slug: str
    name: str
    probability: float


@dataclass(frozen=True)
class Landmark:
    """x in widths and y in heights of the picture; z in widths, toward the camera negative."""

    name: str
    x: float
    y: float
    z: float
    visibility: float


@dataclass(frozen=True)
class Prediction:
    """poses: most probable first. likely: slugs that together hold the truth nine times in ten."""

    poses: tuple[Guess, ...]
    likely: tuple[str, ...]
    people: int
    version: int
    encoder: str | None
    landmarks: tuple[Landmark, ...] | None


@dataclass(frozen=True)
class Me:
    """Whom the lab takes you for."""

    id: str
    name: str
    role: str


@dataclass(frozen=True)
class Pose:
    """A pose that can be named; its slug never changes."""

    id: int
    slug: str
    name: str
    sanskrit: str
    aliases: tuple[str, ...]
    family: str
    sided: bool
    hidden: bool


@dataclass(frozen=True)
class Version:
    """A version of the model, right at first guess in `top1` of `judged_on` photos."""

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


@dataclass(frozen=True)
class Trouble:
    """What went wrong: a sentence, and a code."""

    error: str
    code: str


@dataclass(frozen=True)
class Arrived:
    """What became of one file."""

    file: str
    new: int
    known: int
    refused: int
    alike: int
    errors: tuple[Trouble, ...]


@dataclass(frozen=True)
class Added:
    """new, known: numbers of photos that were added, and that were there before."""

    new: tuple[int, ...]
    known: tuple[int, ...]
    nobody: int
    labelled: int
    files: tuple[Arrived, ...]

    def __add__(self, more: Added) -> Added:
        return Added(*(getattr(self, one.name) + getattr(more, one.name) for one in fields(self)))


@dataclass(frozen=True)
class Label:
    """What coaches said of a photo."""

    kind: str
    pose: str | None
    disputed: bool
    coaches: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """A photo, and what is known of it. One that is asked as “hidden” comes without guesses."""

    photo: int
    picture: str
    width: int
    height: int
    people: int
    person: int
    why: str
    sample: str | None
    version: int | None
    poses: tuple[Guess, ...]
    label: Label | None


@dataclass(frozen=True)
class Saved:
    """A label that is kept. again: it was there already."""

    event: str
    photo: int
    seq: int
    again: bool


@dataclass(frozen=True)
class Job:
    """Long work. result: of a training, its `version` and whether that was `promoted`."""

    id: int
    kind: str
    state: str
    progress: float
    stage: str
    eta_seconds: float | None
    result: dict[str, Any]
    trouble: Trouble | None


def read(shape: type[Shape], value: Any) -> Shape:
    """A value of JSON as the types here say; fields that a newer lab adds are passed over."""
    result: Shape = _value(shape, value)
    return result


def _value(shape: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(shape) in (Union, types.UnionType):
        return _value(next(one for one in get_args(shape) if one is not type(None)), value)
    if get_origin(shape) is tuple:
        return tuple(_value(get_args(shape)[0], one) for one in value)
    if is_dataclass(shape) and isinstance(shape, type):
        hints = get_type_hints(shape)
        return shape(**{one.name: _value(hints[one.name], value[one.name]) for one in fields(shape)})
    return value
