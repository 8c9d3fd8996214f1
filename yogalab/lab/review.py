"""The review desk: what to look at next, and what the coach says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from yogalab.errors import PhotoNotFound
from yogalab.lab.answering import Answering
from yogalab.lab.blind import in_sample, sample_of
from yogalab.lab.cards import Cards
from yogalab.lab.flags import flags, with_flag
from yogalab.lab.lots import with_lot
from yogalab.lab.part_votes import PartVotes
from yogalab.lab.parts import Parts, require
from yogalab.lab.second_opinions import is_second, with_second_opinion
from yogalab.lab.served import Served
from yogalab.lab.skips import put_aside, with_passed_on
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.turning import Turning
from yogalab.lab.turns import Turns
from yogalab.records import (
    FIRST,
    Asked,
    Card,
    Coach,
    LabelEvent,
    Prediction,
    Role,
    Sample,
)

# A page asks again at least every minute; one that was closed lets its photos go after two.
LEASE_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far the labelling is.

    today: what the coach answered photo by photo, skips left out; at least all of it up to the event `seq`.
    """

    photos: int
    labelled: int
    waiting: int
    skipped: int
    disputed: int
    holdout: int
    today: int
    seq: int


class ReviewDesk(Answering):
    """Ask, show, take the answer."""

    def __init__(
        self, parts: Parts, served: Served, *, doubted: Callable[[int], None] = lambda photo_id: None
    ) -> None:
        """doubted: as of `Answering`."""
        super().__init__(parts, served, doubted=doubted)
        self._votes = PartVotes(served)
        self._cards = Cards(parts)
        self._turns = Turns(parts, served)
        self._turning = Turning(parts, served, self._cards)

    # --- asking -----------------------------------------------------------------------------------

    def queue(
        self,
        who: Coach,
        count: int = 8,
        *,
        but: Collection[int] = (),
        held: Collection[int] = (),
        renew: Collection[int] = (),
        seat: str | None = None,
    ) -> Sequence[Card]:
        """The next photos for a page of this coach, each promised to no other page for a few minutes.

        but: photos that the page has answered. held: those it shows, which it keeps; any others that it was
        given before are free again. renew: of those, the ones nobody has looked at; they come first, as the lab
        sees them now. seat: a name of the page; without one a coach has a single page.
        """
        require(who, Role.VIEWER)
        turn = self._turns.now()
        snapshot = turn.snapshot
        known = {*but, *held} - {*renew}
        asked = with_lot(turn.asked, who, snapshot, but=known)
        asked = with_second_opinion(asked, who, snapshot, but=known, history=self._served.ledger.history)
        asked = with_passed_on(asked, who, snapshot, but=known)
        taken = self._in_hand(who, snapshot, asked, seat=_seat(who, seat), count=count, held=held, but=but)
        renewed = [one for one in asked if one.photo_id in renew and one.photo_id in held]
        shown = self._cards.asked(snapshot, [*renewed, *taken])
        cards = [self._as_asked(who, card) for card in shown]
        # What another coach has said is not given away: it is to be said once more, independently.
        return [replace(card, label=None) if is_second(card.asked) else card for card in cards]

    def leave(self, who: Coach, seat: str) -> None:
        """The page was closed: what it had in hand may be asked of others at once."""
        require(who, Role.VIEWER)
        self._parts.store.release(_seat(who, seat))

    def card(self, who: Coach, photo_id: int) -> Card:
        """Everything about one photo. Raises PhotoNotFound."""
        require(who, Role.VIEWER)
        snapshot = self._served.snapshot()
        return with_flag(self._served.ledger, who, self._cards.of(snapshot, photo_id))

    def turn_to(
        self,
        who: Coach,
        photo_id: int,
        person: int,
        *,
        alone: bool | None = None,
        sample: Sample | None = None,
    ) -> Card:
        """One photo's card as if it were about another person; nothing is said of the photo by that.

        alone: whether that one's skeleton is taken for wrong; unless given, where somebody has said so.
        sample: of the card that was shown before.
        Raises PhotoNotFound.
        """
        require(who, Role.COACH)
        snapshot = self._served.snapshot()
        if alone is None:
            alone = any(event.person == person for event in flags(self._served.ledger, photo_id))
        card = self._turning.card(snapshot, photo_id, person=person, alone=alone)
        return in_sample(with_flag(self._served.ledger, who, card), sample)

    def explain(self, who: Coach, photo_id: int, *, person: int | None = None) -> Prediction | None:
        """What the model says of one photo, with what each part of the body says; None while not looked at.

        person: whose body; of the one that counts unless given.
        Raises PhotoNotFound.
        """
        require(who, Role.VIEWER)
        snapshot = self._served.recent()
        if photo_id not in snapshot.photos:
            raise PhotoNotFound(photo_id=photo_id)
        answer = snapshot.resolved.get(photo_id)
        if person is not None and person != (answer.judged_by if answer else FIRST):
            # Who may only look on sets no encoder to work, and whoever turns to a person has done so before.
            x = self._turning.features(snapshot.photos[photo_id], person, anew=False)
            prediction = self._served.predict(x)
            return replace(prediction, parts=self._votes.by(snapshot, x, prediction))
        known = snapshot.prediction(photo_id)
        return known and replace(known, parts=self._votes.of(snapshot, photo_id))

    def history(self, who: Coach, photo_id: int) -> Sequence[LabelEvent]:
        """Everything said of a photo, oldest first."""
        require(who, Role.VIEWER)
        return tuple(self._parts.store.events(photo_id=photo_id))

    def tally(self, who: Coach, *, since: datetime | None = None) -> Tally:
        """Counts for the small print. since: when today began where the coach is; in UTC unless given."""
        require(who, Role.VIEWER)
        snapshot = self._served.recent()
        counted = snapshot.counted
        passed_on = counted.passed_on.items()
        seq = self._served.ledger.seq
        begins = since or self._parts.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        mine = sum(i in snapshot.row and not answer.open_to(who.id) for i, answer in passed_on)
        return Tally(
            photos=len(snapshot.photos),
            labelled=counted.labelled,
            waiting=len(snapshot.row) - counted.closed - mine,
            skipped=sum(put_aside(answer, who) for _, answer in passed_on),
            disputed=counted.disputed,
            holdout=counted.holdout,
            today=self._served.ledger.answered_on(who.id, begins),
            seq=seq,
        )

    def _as_asked(self, who: Coach, card: Card) -> Card:
        ledger = self._served.ledger
        sample = sample_of(card.asked, who, ledger.history(card.photo.id))
        return in_sample(with_flag(ledger, who, card), sample)

    # --- the order --------------------------------------------------------------------------------

    def _in_hand(
        self,
        who: Coach,
        snapshot: Snapshot,
        asked: Sequence[Asked],
        *,
        seat: str,
        count: int,
        held: Collection[int],
        but: Collection[int],
    ) -> Sequence[Asked]:
        """The first so many that no other page has in hand; this one has them now."""
        free = {one.photo_id: one for one in asked if one.photo_id not in but and one.photo_id not in held}
        if who.role is Role.VIEWER:
            # Who only looks on keeps no photo from those who answer.
            return list(free.values())[:count]
        promised = self._parts.store.promise(
            seat,
            list(free),
            coach=who.id,
            held=list(held),
            count=count,
            as_of=snapshot.seq,
            seconds=LEASE_SECONDS,
        )
        return [free[photo_id] for photo_id in promised]


def _seat(who: Coach, page: str | None) -> str:
    """The name of one page of one coach, whatever the page calls itself: nobody sits on another's seat."""
    # Of whatever length and signs both are: it becomes a key.
    return hashlib.blake2s(f"{who.id}\n{page or ''}".encode(errors="replace"), digest_size=16).hexdigest()
