"""What is known of a photo as plain values of JSON, and back: nothing rounded, nothing left out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import numpy as np

from yogalab.records import Consent, Descriptions, LabelKind, Landmarks, Pose, Said, Told

_FLOAT: Final = np.dtype("<f4")
_POINTS: Final = (33, 4)
_WORLD: Final = (33, 3)
_LONGEST: Final = 200
_SIDES: Final = ("left", "right", None)
_MOST_PEOPLE: Final = 1000

Line = Mapping[str, Any]


def photo_line(told: Told, file: str) -> dict[str, Any]:
    """A photo's line. file: its path inside the data set."""
    people = None if told.people is None else [_person_line(one) for one in told.people]
    return {
        "file": file,
        "sha256": told.sha256,
        "source_sha256": told.source_sha256,
        "name": told.name,
        "added_by": told.added_by,
        "added_at": _time_line(told.added_at),
        "source": told.source,
        "consent": told.consent.value if told.consent else None,
        "group": told.group,
        "holdout": told.holdout,
        "pose_model": told.pose_model,
        "people": people,
        "said": [_said_line(one) for one in told.said],
    }


def photo_of(line: Line, poses: Mapping[str, Pose], merged: Mapping[str, str]) -> Told:
    """A photo from its line. Raises KeyError, TypeError, ValueError for what no line says."""
    people = line["people"]
    return Told(
        sha256=_text(line["sha256"]),
        source_sha256=_text(line["source_sha256"]),
        name=str(line["name"]),
        added_by=_text_or_none(line["added_by"]),
        added_at=_time(line["added_at"]),
        source=None if line["source"] is None else str(line["source"]),
        consent=None if line["consent"] is None else Consent(line["consent"]),
        group=None if line["group"] is None else str(line["group"]),
        holdout=None if line["holdout"] is None else bool(line["holdout"]),
        pose_model=_text_or_none(line["pose_model"]),
        people=None if people is None else tuple(_person(one) for one in people),
        said=tuple(_said(one) for one in line["said"]),
        poses=poses,
        merged=merged,
    )


def pose_line(pose: Pose, merged_into: str | None) -> dict[str, Any]:
    """How a pose looks, without the number that a lab gave it."""
    line = asdict(pose)
    del line["id"]
    return {**line, "aliases": list(pose.aliases), "template": dict(pose.template), "merged_into": merged_into}


def pose_of(line: Line) -> tuple[Pose, str | None]:
    """(a pose without a number, slug of the one that stands for it). Raises as `photo_of`."""
    descriptions = {str(part): str(phrase) for part, phrase in line["descriptions"].items()}
    return Pose(
        id=0,
        slug=_text(line["slug"]),
        name=str(line["name"]),
        sanskrit=str(line["sanskrit"]),
        family6=str(line["family6"]),
        family20=str(line["family20"]),
        aliases=tuple(str(alias) for alias in line["aliases"]),
        sided=bool(line["sided"]),
        hidden=bool(line["hidden"]),
        descriptions=Descriptions(**descriptions),
        template={str(name): float(value) for name, value in line["template"].items()},
    ), _text_or_none(line["merged_into"])


# --- skeletons ------------------------------------------------------------------------------------


def _person_line(one: Landmarks) -> dict[str, Any]:
    """numbers: (33, 4) points, then (33, 3) of the world, float32 from the small end, in base64."""
    numbers = one.points.astype(_FLOAT).tobytes() + one.world.astype(_FLOAT).tobytes()
    return {
        "numbers": base64.b64encode(numbers).decode(),
        "aspect": float(one.aspect),
        "found_by": one.found_by,
        "person": one.person,
        "trust": float(one.trust),
    }


def _person(line: Line) -> Landmarks:
    numbers = np.frombuffer(base64.b64decode(line["numbers"], validate=True), _FLOAT)
    if numbers.size != 33 * 7 or not np.isfinite(numbers).all():
        raise ValueError("numbers")
    return Landmarks(
        points=numbers[: 33 * 4].reshape(_POINTS).astype(np.float32),
        world=numbers[33 * 4 :].reshape(_WORLD).astype(np.float32),
        aspect=float(line["aspect"]),
        found_by=_text(line["found_by"]),
        person=_number(line["person"]),
        trust=float(line["trust"]),
    )


# --- what was said --------------------------------------------------------------------------------


def _said_line(one: Said) -> dict[str, Any]:
    return {
        "id": one.id,
        "coach": one.coach,
        "kind": one.kind.value,
        "pose": one.pose,
        "side": one.side,
        "person": one.person,
        "undoes": one.undoes,
        "shown": [[slug, probability] for slug, probability in one.shown],
        "guess": one.guess,
        "lease": one.lease,
        "ms": one.ms,
        "details": dict(one.details),
        "at": _time_line(one.at),
        "order": one.order,
    }


def _said(line: Line) -> Said:
    if line["side"] not in _SIDES or not isinstance(line["details"], dict):
        raise ValueError("said")
    return Said(
        id=_text(line["id"]),
        coach=_text(line["coach"]),
        kind=LabelKind(line["kind"]),
        pose=_text_or_none(line["pose"]),
        side=line["side"],
        person=_number(line["person"]),
        undoes=_text_or_none(line["undoes"]),
        shown=tuple((_text(slug), float(probability)) for slug, probability in line["shown"]),
        guess=_text_or_none(line["guess"]),
        lease=_text_or_none(line["lease"]),
        ms=None if line["ms"] is None else int(line["ms"]),
        details=line["details"],
        at=_time(line["at"]),
        order=int(line["order"]),
    )


def _text(value: object) -> str:
    """A short name, as a database takes one for a key."""
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        raise ValueError("text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < _MOST_PEOPLE:
        raise ValueError("person")
    return value


def _time_line(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(text: object) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError("time without a zone")
    return at
