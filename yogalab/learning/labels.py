"""From what coaches said to what is taught: the one place where events become training labels."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from yogalab.records import FIRST, LabelEvent, LabelKind, Resolved


def resolve(events: Sequence[LabelEvent], owners: Collection[str] = ()) -> dict[int, Resolved]:
    """Return photo id -> what its events amount to; photos whose labels were all taken back are absent.

    A photo that was only skipped, or only called wrongly found, is there without a pose: it is no label.

    The newest answer says which person the photo is about; answers about another one are not heard, unless they
    say that nobody is there. Of the others each coach's newest counts. The newest ruling decides (anyone's,
    when `owners` is empty: who may rule is checked where the event is written), or what the coach who ruled has
    answered since; else the majority of the coaches; else the photo is disputed.

    events: of any number of photos, in the server's order.
    """
    by_photo: dict[int, list[LabelEvent]] = {}
    for event in standing(events):
        by_photo.setdefault(event.photo_id, []).append(event)
    return {photo_id: _settle(photo_id, said, owners) for photo_id, said in by_photo.items()}


def standing(events: Sequence[LabelEvent]) -> list[LabelEvent]:
    """Return what was said and not taken back, oldest first.

    Only the coach who gave an answer takes it back; whether before or after it arrived is all the same.
    """
    taken_back = {(event.coach, event.undoes) for event in events if event.kind is LabelKind.UNDO}
    said = sorted(events, key=lambda event: event.seq or 0)
    return [
        event
        for event in said
        if event.kind is not LabelKind.UNDO and (event.coach, event.id) not in taken_back
    ]


def answers_of(said: Iterable[LabelEvent]) -> dict[str, LabelEvent]:
    """Return coach -> their newest answer to one photo; a skip is none. said: in the order it was said."""
    return {event.coach: event for event in said if _answers(event)}


def fingerprint(
    labels: Iterable[tuple[str, str]],
    *,
    recipe: str,
    encoder: str | None,
    pose_model: str,
    learner: str,
) -> str:
    """Return the identity of a version: the same labels, features and learner give the same one.

    labels: (sha256 of the photo, slug of the pose), in any order.
    """
    what = {
        "labels": sorted(labels),
        "recipe": recipe,
        "encoder": encoder,
        "pose_model": pose_model,
        "learner": learner,
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _settle(photo_id: int, said: list[LabelEvent], owners: Collection[str]) -> Resolved:
    """said: the photo's standing events, oldest first, at least one."""
    # A skip is no answer, and one after an answer does not take that back.
    newest = answers_of(said)
    flagged = [event for event in said if event.kind is LabelKind.WRONG_SKELETON]
    ruling = _ruling(said, owners)
    person = _person(ruling, newest.values(), flagged)
    about = [event for event in newest.values() if event.person == person or event.kind is LabelKind.NOBODY]
    decided = [ruling] if ruling is not None else _majority(about)
    heard = decided or about or flagged or said
    return Resolved(
        photo_id=photo_id,
        pose_id=_named(decided[-1]) if decided else None,
        coaches=tuple(sorted({event.coach for event in heard})),
        kind=_kind(heard[-1]),
        disputed=bool(about) and not decided,
        # That a skeleton is wrong is no matter of opinion: one coach who saw it is enough.
        embedding_only=any(event.person == person for event in flagged),
        seq=max(event.seq or 0 for event in said),
        person=person,
        skipped_by=tuple(sorted({event.coach for event in said if event.kind is LabelKind.SKIP})),
    )


def _person(ruling: LabelEvent | None, newest: Iterable[LabelEvent], flagged: Sequence[LabelEvent]) -> int:
    """Who it is about: whom the ruling, else the newest answer, else the newest word on a skeleton was about.

    That nobody is there is said of no person.
    """
    if ruling is not None:
        return ruling.person
    named = [event for event in newest if event.kind is not LabelKind.NOBODY] or flagged
    return max(named, key=lambda event: event.seq or 0).person if named else FIRST


def _answers(event: LabelEvent) -> bool:
    if event.kind is LabelKind.WRONG_SKELETON:
        return event.pose_id is not None
    return event.kind in {LabelKind.POSE, LabelKind.NOT_A_POSE, LabelKind.NOBODY, LabelKind.RULING}


def _ruling(said: list[LabelEvent], owners: Collection[str]) -> LabelEvent | None:
    """The answer that decides, if there was a ruling: the newest, or what its own coach has said since."""
    ruled: LabelEvent | None = None
    rulers: set[str] = set()
    for event in said:
        if _rules(event, owners):
            rulers.add(event.coach)
            ruled = event
        elif event.coach in rulers and _answers(event):
            ruled = event
    return ruled


def _rules(event: LabelEvent, owners: Collection[str]) -> bool:
    return event.kind is LabelKind.RULING and (not owners or event.coach in owners)


def _named(event: LabelEvent) -> int | None:
    return None if event.kind in {LabelKind.NOT_A_POSE, LabelKind.NOBODY} else event.pose_id


def _kind(event: LabelEvent) -> LabelKind:
    """A wrong skeleton with a pose's name is a label like any other, only not for the skeleton."""
    named_beside = event.kind is LabelKind.WRONG_SKELETON and event.pose_id is not None
    return LabelKind.POSE if named_beside else event.kind


def _majority(newest: list[LabelEvent]) -> list[LabelEvent]:
    """The events of the answer most coaches gave, oldest first; empty when two answers share the lead."""
    if not newest:
        return []
    answers = Counter((_named(event), _kind_of_answer(event)) for event in newest)
    (best, most), *others = answers.most_common()
    if others and others[0][1] == most:
        return []
    mine = [event for event in newest if (_named(event), _kind_of_answer(event)) == best]
    return sorted(mine, key=lambda event: event.seq or 0)


def _kind_of_answer(event: LabelEvent) -> str:
    return "pose" if _named(event) is not None else event.kind.value
