"""What a coach says of a photo, and takes back: each durable when the call returns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final
from uuid import uuid4

from yogalab.errors import BadLabel, NothingToUndo
from yogalab.lab.blind import noted
from yogalab.lab.bodies import person_in
from yogalab.lab.parts import Parts, require
from yogalab.lab.poses import pose_id_of
from yogalab.lab.served import Served
from yogalab.records import FIRST, Coach, LabelEvent, LabelKind, Role, Sample, Saved, Scored

_SETTLING = frozenset({LabelKind.POSE, LabelKind.RULING})
_ANSWERS = frozenset({LabelKind.NOT_A_POSE, LabelKind.NOBODY})
_DOUBTS = frozenset({LabelKind.WRONG_SKELETON, LabelKind.UNDO})
# No pose model numbers more people in one photo.
MOST_PEOPLE: Final = 1000


class Answering:
    """Takes the answers: the half of the review desk that writes."""

    def __init__(
        self, parts: Parts, served: Served, *, doubted: Callable[[int], None] = lambda photo_id: None
    ) -> None:
        """doubted: called with a photo once another body may count: a skeleton was called wrong, another person
        named, or something taken back.
        """
        self._parts = parts
        self._served = served
        self._doubted = doubted

    def label(
        self,
        who: Coach,
        photo_id: int,
        pose: int | str,
        *,
        event_id: str | None = None,
        shown: tuple[Scored, ...] = (),
        side: str | None = None,
        person: int | None = None,
        ms: int | None = None,
        sample: Sample | None = None,
        details: Mapping[str, object] | None = None,
    ) -> Saved:
        """Name a photo's pose by id, slug, name or alias. Durable when it returns.

        person: the number of the one it is about, from then on the one that the photo is judged by; whom it was
        about before unless given. sample: of the card that was answered; what the model says is then kept, too.
        Raises PoseNotFound, PhotoNotFound, BadLabel.
        """
        require(who, Role.COACH)
        if side not in {None, "left", "right"}:
            raise BadLabel(reason="side")
        about = self._person(photo_id, person)
        event = LabelEvent(
            id=event_id or str(uuid4()),
            photo_id=photo_id,
            coach=who.id,
            kind=LabelKind.POSE,
            pose_id=pose_id_of(self._parts.store, pose),
            side=side,
            person=about,
            shown=shown,
            ms=ms,
            details={**(details or {}), **self._noted(who, photo_id, sample, about)},
        )
        return self._append(who, event)

    def mark(
        self,
        who: Coach,
        photo_id: int,
        kind: LabelKind,
        *,
        event_id: str | None = None,
        person: int | None = None,
        ms: int | None = None,
        sample: Sample | None = None,
        details: Mapping[str, object] | None = None,
    ) -> Saved:
        """Skip a photo, or say that it shows no pose, nobody, or a wrong skeleton.

        A wrong skeleton alone is no answer: the photo is judged by its picture, and asked on. A skip is the
        coach's own: others are asked. person, sample: as of `label`.
        """
        require(who, Role.COACH)
        if kind in _SETTLING or kind is LabelKind.UNDO:
            raise BadLabel(reason=kind.value)
        about = self._person(photo_id, person)
        beside = self._noted(who, photo_id, sample, about) if kind in _ANSWERS else {}
        event = LabelEvent(
            id=event_id or str(uuid4()),
            photo_id=photo_id,
            coach=who.id,
            kind=kind,
            person=about,
            ms=ms,
            details={**(details or {}), **beside},
        )
        return self._append(who, event)

    def rule(
        self,
        who: Coach,
        photo_id: int,
        pose: int | str | None,
        *,
        event_id: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> Saved:
        """Decide for all coaches what a photo shows; None: no pose. Raises NotAllowed for all but owners."""
        require(who, Role.OWNER)
        event = LabelEvent(
            id=event_id or str(uuid4()),
            photo_id=photo_id,
            coach=who.id,
            kind=LabelKind.RULING,
            pose_id=None if pose is None else pose_id_of(self._parts.store, pose),
            person=self._person(photo_id, None),
            details=details or {},
        )
        return self._append(who, event)

    def undo(
        self, who: Coach, *, target: str | None = None, photo_id: int | None = None, event_id: str | None = None
    ) -> Saved:
        """Take back the coach's own last label, or the one named.

        photo_id: of the label named; it may then still be on its way, and is taken back when it arrives. The
        same event_id again takes nothing more back: the page may not have heard the first answer.

        Raises NothingToUndo, PhotoNotFound.
        """
        require(who, Role.COACH)
        self._served.snapshot()
        said = self._served.ledger.said_by(who.id)
        again = next((event for event in said if event.id == event_id), None)
        if again is not None:
            return Saved(event=again, again=True)
        undone = self._to_undo(who, said, target, photo_id)
        event = LabelEvent(
            id=event_id or str(uuid4()),
            photo_id=undone[1],
            coach=who.id,
            kind=LabelKind.UNDO,
            undoes=undone[0],
        )
        return self._append(who, event)

    def missing(self, who: Coach, event_ids: Collection[str]) -> Sequence[str]:
        """Those of the events that this lab does not have, such as one that was restored from a backup."""
        require(who, Role.COACH)
        known = self._parts.store.known_events(event_ids)
        return [event_id for event_id in event_ids if event_id not in known]

    def _to_undo(
        self, who: Coach, said: Sequence[LabelEvent], target: str | None, photo_id: int | None
    ) -> tuple[str, int]:
        """(event, its photo). Raises NothingToUndo."""
        standing = self._served.ledger.standing(who.id)
        if target is None and standing:
            return standing[-1].id, standing[-1].photo_id
        for event in standing:
            if event.id == target:
                return event.id, event.photo_id
        undone = {event.undoes for event in said} | {event.id for event in said}
        if target is None or photo_id is None or target in undone or self._parts.store.known_events([target]):
            raise NothingToUndo()
        return target, photo_id

    def _append(self, who: Coach, event: LabelEvent) -> Saved:
        require(who, Role.COACH)
        stored, fresh = self._parts.store.append(event)
        if stored.coach != who.id:
            # Somebody else has used this name for their answer; to call this one kept would lose it.
            raise BadLabel(reason="event")
        if event.kind in _DOUBTS or event.person != FIRST:
            self._doubted(event.photo_id)
        return Saved(event=stored, again=not fresh)

    def _noted(self, who: Coach, photo_id: int, sample: Sample | None, person: int) -> Mapping[str, object]:
        if sample is None:
            return {}
        # Only a few photos are of a sample; for the others nothing is worked out here.
        snapshot = self._served.recent()
        return noted(snapshot, photo_id, sample, who, self._served.ledger.history(photo_id), person=person)

    def _person(self, photo_id: int, person: int | None) -> int:
        """Raises BadLabel."""
        if person is None:
            return person_in(self._parts.store, photo_id)
        if not 0 <= person < MOST_PEOPLE:
            raise BadLabel(reason="person")
        return person
