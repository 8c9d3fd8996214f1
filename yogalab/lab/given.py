"""What a coach answered, newest first, as far back as it goes: to look at once more and to take back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from yogalab.lab.cards import Cards
from yogalab.lab.checklists import CHECK
from yogalab.lab.flags import with_flag
from yogalab.lab.naming import CLICK
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.records import Card, Coach, LabelEvent, LabelKind, Resolved, Role

# An import says under this name what it read; nobody looked at a photo for it.
_IMPORTED: Final = "as"
_ELSEWHERE: Final = frozenset({CHECK, CLICK, _IMPORTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer that stands, with its photo as the lab sees it now."""

    event: LabelEvent
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some of what a coach gave. more: whether there was something before."""

    given: tuple[Given, ...]
    more: bool


class GivenDesk:
    """Photo after photo, as the coach met them."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._served = served
        self._cards = Cards(parts)

    def before(
        self, who: Coach, seq: int | None = None, *, count: int = 50, but: Collection[str] = ()
    ) -> Stretch:
        """The coach's newest answers with a smaller number than `seq`, newest first; None: of all.

        Only what was said of one photo at a time: a ruling, a list kept or an import is taken back where
        it was done. but: events that are about to be taken back.
        """
        require(who, Role.COACH)
        snapshot = self._served.snapshot()
        earlier = [
            event
            for event in reversed(self._served.ledger.standing(who.id))
            if _one_by_one(event)
            and (seq is None or (event.seq or 0) < seq)
            and event.id not in but
            and event.photo_id in snapshot.photos
        ]
        cards = {
            photo_id: with_flag(self._served.ledger, who, self._cards.of(snapshot, photo_id))
            for photo_id in {e.photo_id for e in earlier[:count]}
        }
        given = tuple(Given(event=event, card=cards[event.photo_id]) for event in earlier[:count])
        return Stretch(given=given, more=len(earlier) > count)

    def closed(self, who: Coach, photo_ids: Sequence[int]) -> Sequence[int]:
        """Those of the photos that this coach need not be asked about any more: answered, or gone."""
        require(who, Role.VIEWER)
        snapshot = self._served.recent()
        answers = snapshot.resolved
        return [
            photo_id
            for photo_id in photo_ids
            if photo_id not in snapshot.photos
            or ((answer := answers.get(photo_id)) is not None and _settled(answer, who))
        ]


def _one_by_one(event: LabelEvent) -> bool:
    return event.kind is not LabelKind.RULING and _ELSEWHERE.isdisjoint(event.details)


def _settled(answer: Resolved, who: Coach) -> bool:
    return who.id in answer.skipped_by or (answer.answered and who.id in answer.coaches)
