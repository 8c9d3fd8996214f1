"""Everything that is known of how a photo came to be called what it is called, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from yogalab.lab.ways import CHECK, CLICK
from yogalab.records import LabelEvent, LabelKind, Photo
from yogalab.ui.present import Poses
from yogalab.words import catalogue, say

Names = Mapping[str, str]


def origin(photo: Photo, names: Names) -> dict[str, object]:
    """Who added a photo, when, from where, and what was said of consent."""
    code = f"source.{photo.source}"
    return {
        "by": names.get(photo.added_by, photo.added_by),
        "at": photo.added_at.isoformat(),
        # One that another program named is told as it is.
        "source": say(code) if code in catalogue() else photo.source,
        "consent": say(f"consent.{photo.consent.value}"),
        "holdout": photo.holdout,
    }


def history(events: Sequence[LabelEvent], poses: Poses, names: Names) -> list[dict[str, object]]:
    """What was said of a photo, oldest first, each with when it was taken back, if it was.

    An undo is told with what it takes back; only one whose answer never came stands by itself.
    """
    undone = {(event.coach, event.undoes): event for event in events if event.kind is LabelKind.UNDO}
    known = {(event.coach, event.id) for event in events}
    return [
        _said(event, undone.get((event.coach, event.id)), poses, names)
        for event in events
        if event.kind is not LabelKind.UNDO or (event.coach, event.undoes) not in known
    ]


def _said(event: LabelEvent, undo: LabelEvent | None, poses: Poses, names: Names) -> dict[str, object]:
    pose = poses.get(event.pose_id) if event.pose_id is not None else None
    return {
        "id": event.id,
        "coach": names.get(event.coach, event.coach),
        "kind": event.kind.value,
        "pose": pose.name if pose else "",
        "notes": _notes(event, named=pose is not None),
        "at": _iso(event.at),
        "taken_back": _iso(undo.at) if undo else "",
    }


def _notes(event: LabelEvent, *, named: bool) -> list[str]:
    """The small print of an answer: the side, the person, the list it was given in."""
    told = [say(f"review.side.{event.side}")] if event.side in {"left", "right"} else []
    if event.person:
        told.append(say("photo.person", number=event.person + 1))
    if event.kind is LabelKind.RULING:
        told.append(say("photo.ruling"))
    if event.kind is LabelKind.WRONG_SKELETON and named:
        told.append(say("label.kind.wrong_skeleton"))
    check = f"photo.check.{event.details.get(CHECK)}"
    if check in catalogue():
        told.append(say(check))
    if CLICK in event.details:
        told.append(say("photo.bulk"))
    return told


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
