"""What a coach answered, newest first, as far back as it goes: to look at once more and to take back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from yogalab.lab.cards import Cards
from yogalab.lab.flags import with_flag
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.lab.ways import one_by_one
from yogalab.learning.labels import answers_of, standing
from yogalab.records import Card, Coach, LabelEvent, Pose, Resolved, Role


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
            if one_by_one(event)
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

    def most_named(self, who: Coach, *, most: int = 9) -> Sequence[Pose]:
        """The poses that the coach names most, photo by photo; at most so many, in the order of their names."""
        require(who, Role.VIEWER)
        poses = self._served.recent().poses
        named = self._served.ledger.named_by(who.id)
        often = sorted(named, key=lambda pose_id: (-named[pose_id], pose_id))
        known = [poses[pose_id] for pose_id in often if pose_id in poses and not poses[pose_id].hidden]
        return sorted(known[:most], key=lambda pose: pose.name.casefold())

    def closed(self, who: Coach, photo_ids: Sequence[int]) -> Sequence[int]:
        """Those of the photos that this coach need not be asked about any more: answered, or gone."""
        require(who, Role.VIEWER)
        snapshot = self._served.recent()
        answers = snapshot.resolved
        return [
            photo_id
            for photo_id in photo_ids
            if photo_id not in snapshot.photos
            or ((answer := answers.get(photo_id)) is not None and self._settled(answer, who))
        ]

    def _settled(self, answer: Resolved, who: Coach) -> bool:
        """Whether the coach passed it on, or has said something of it, overruled or not."""
        said = standing(self._served.ledger.history(answer.photo_id))
        return who.id in answer.skipped_by or who.id in answers_of(said)
