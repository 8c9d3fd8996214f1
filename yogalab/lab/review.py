"""The review desk: what to look at next, and what the coach says of it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from yogalab.errors import BadLabel, NothingToUndo, PhotoNotFound, PoseNotFound
from yogalab.lab.cards import Cards
from yogalab.lab.part_votes import PartVotes
from yogalab.lab.parts import Parts, require
from yogalab.lab.second_opinions import is_second, with_second_opinion
from yogalab.lab.served import Served
from yogalab.lab.turns import Turns
from yogalab.poses.taxonomy import match
from yogalab.records import (
    Asked,
    Card,
    Coach,
    LabelEvent,
    LabelKind,
    Prediction,
    Role,
    Saved,
    Scored,
)

LEASE = timedelta(minutes=5)
SETTLING = frozenset({LabelKind.POSE, LabelKind.RULING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far the labelling is."""

    photos: int
    labelled: int
    waiting: int
    skipped: int
    disputed: int
    holdout: int
    today: int


class ReviewDesk:
    """Ask, show, take the answer."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served
        self._votes = PartVotes(served)
        self._cards = Cards(parts)
        self._lock = threading.Lock()
        self._leases: dict[int, tuple[str, datetime]] = {}
        self._turns = Turns(parts, served)

    # --- asking -----------------------------------------------------------------------------------

    def queue(self, who: Coach, count: int = 8, *, but: Collection[int] = ()) -> Sequence[Card]:
        """The next photos for this coach, each promised to nobody else for a few minutes.

        but: photos the page holds already.
        """
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        asked = self._claim(who, self._turns.of(snapshot), count, frozenset(but))
        asked = with_second_opinion(asked, who, snapshot, but=but)
        cards = self._cards.asked(snapshot, asked)
        # What another coach has said is not given away: it is to be said once more, independently.
        return [replace(card, label=None) if is_second(card.asked) else card for card in cards]

    def card(self, who: Coach, photo_id: int) -> Card:
        """Everything about one photo. Raises PhotoNotFound."""
        require(who, Role.VIEWER)
        return self._cards.of(self._served.snapshot(), photo_id)

    def explain(self, who: Coach, photo_id: int) -> Prediction | None:
        """What the model says of one photo, with what each part of the body says; None while not looked at.

        Raises PhotoNotFound.
        """
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        if photo_id not in snapshot.photos:
            raise PhotoNotFound(photo_id=photo_id)
        prediction = snapshot.prediction(photo_id)
        return prediction and replace(prediction, parts=self._votes.of(snapshot, photo_id))

    def history(self, who: Coach, photo_id: int) -> Sequence[LabelEvent]:
        """Everything said of a photo, oldest first."""
        require(who, Role.VIEWER)
        self._served.snapshot()
        return self._served.ledger.history(photo_id)

    def tally(self, who: Coach) -> Tally:
        """Counts for the small print."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        answers = snapshot.resolved.values()
        today = self._parts.clock().date()
        mine = self._served.ledger.standing(who.id)
        return Tally(
            photos=len(snapshot.photos),
            labelled=sum(a.pose_id is not None and not a.disputed for a in answers),
            waiting=sum(photo_id not in snapshot.resolved for photo_id in snapshot.row),
            skipped=sum(a.kind is LabelKind.SKIP for a in answers),
            disputed=sum(a.disputed for a in answers),
            holdout=sum(
                1
                for a in answers
                if a.pose_id is not None
                and a.photo_id in snapshot.photos
                and snapshot.photos[a.photo_id].holdout
            ),
            today=sum(e.at is not None and e.at.date() == today for e in mine),
        )

    # --- answering --------------------------------------------------------------------------------

    def label(
        self,
        who: Coach,
        photo_id: int,
        pose: int | str,
        *,
        event_id: str | None = None,
        shown: tuple[Scored, ...] = (),
        side: str | None = None,
        ms: int | None = None,
        details: Mapping[str, object] | None = None,
    ) -> Saved:
        """Name a photo's pose by id, slug, name or alias. Durable when it returns.

        Raises PoseNotFound, PhotoNotFound, BadLabel.
        """
        if side not in {None, "left", "right"}:
            raise BadLabel(reason="side")
        event = LabelEvent(
            id=event_id or str(uuid4()),
            photo_id=photo_id,
            coach=who.id,
            kind=LabelKind.POSE,
            pose_id=self._pose_id(pose),
            side=side,
            shown=shown,
            ms=ms,
            details=details or {},
        )
        return self._append(who, event)

    def mark(
        self,
        who: Coach,
        photo_id: int,
        kind: LabelKind,
        *,
        event_id: str | None = None,
        ms: int | None = None,
        details: Mapping[str, object] | None = None,
    ) -> Saved:
        """Skip a photo, or say that it shows no pose, nobody, or a wrong skeleton."""
        if kind in SETTLING or kind is LabelKind.UNDO:
            raise BadLabel(reason=kind.value)
        event = LabelEvent(
            id=event_id or str(uuid4()),
            photo_id=photo_id,
            coach=who.id,
            kind=kind,
            ms=ms,
            details=details or {},
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
            pose_id=None if pose is None else self._pose_id(pose),
            details=details or {},
        )
        return self._append(who, event)

    def undo(self, who: Coach, *, target: str | None = None, event_id: str | None = None) -> Saved:
        """Take back the coach's own last label, or the one named. Raises NothingToUndo.

        The same event_id again takes nothing more back: the page may not have heard the first answer.
        """
        require(who, Role.COACH)
        self._served.snapshot()
        said = self._served.ledger.said_by(who.id)
        again = next((event for event in said if event.id == event_id), None)
        if again is not None:
            return Saved(event=again, again=True)
        standing = self._served.ledger.standing(who.id)
        wanted = [e for e in standing if target is None or e.id == target]
        if not wanted:
            raise NothingToUndo()
        last = wanted[-1]
        event = LabelEvent(
            id=event_id or str(uuid4()),
            photo_id=last.photo_id,
            coach=who.id,
            kind=LabelKind.UNDO,
            undoes=last.id,
        )
        return self._append(who, event)

    def _append(self, who: Coach, event: LabelEvent) -> Saved:
        require(who, Role.COACH)
        stored, fresh = self._parts.store.append(event)
        with self._lock:
            self._leases.pop(event.photo_id, None)
        return Saved(event=stored, again=not fresh)

    def _pose_id(self, pose: int | str) -> int:
        if isinstance(pose, int):
            # The store knows whether there is one; reading all poses first would cost more than the label.
            return pose
        found = match(pose, self._parts.store.poses())
        if found is None:
            raise PoseNotFound(pose=pose)
        return found.id

    # --- the order --------------------------------------------------------------------------------

    def _claim(
        self,
        who: Coach,
        asked: Sequence[Asked],
        count: int,
        but: frozenset[int],
    ) -> list[Asked]:
        now = self._parts.clock()
        chosen: list[Asked] = []
        with self._lock:
            for one in asked:
                if len(chosen) == count:
                    break
                holder, until = self._leases.get(one.photo_id, (who.id, now))
                if one.photo_id in but or (holder != who.id and until > now):
                    continue
                self._leases[one.photo_id] = (who.id, now + LEASE)
                chosen.append(one)
        return chosen
