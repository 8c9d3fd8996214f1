"""The naming desk: many photos named at one click, and taken back at another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from yogalab.errors import BadLabel, NothingToUndo
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.parts import Parts, require
from yogalab.lab.photos import PhotoDesk
from yogalab.lab.poses import pose_id_of
from yogalab.lab.served import Served
from yogalab.lab.ways import CLICK
from yogalab.records import FIRST, Coach, LabelEvent, LabelKind, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one click did. click: its id, by which it is taken back; photos: those it named, or took back."""

    click: str
    photos: tuple[int, ...]


class NamingDesk:
    """Each photo gets an event of its own, as if it had been named alone; all of them are kept, or none."""

    def __init__(self, parts: Parts, served: Served, photos: PhotoDesk) -> None:
        self._parts = parts
        self._served = served
        self._photos = photos

    def name(
        self,
        who: Coach,
        photos: Sequence[int] | PhotoFilter,
        pose: int | str | None,
        *,
        event_id: str | None = None,
    ) -> Named:
        """Name photos, or all that pass a filter; None: they show no pose. Durable when it returns.

        Photos that are gone are passed over. The same event_id again names nothing more, whatever passes the
        filter by now.

        Raises PoseNotFound.
        """
        require(who, Role.COACH)
        click = event_id or str(uuid4())
        before = self._of_click(who, click)
        if before:
            return Named(click=click, photos=tuple(event.photo_id for event in before))
        pose_id = None if pose is None else pose_id_of(self._parts.store, pose)
        snapshot = self._served.snapshot()
        wanted = self._photos.matching(who, photos) if isinstance(photos, PhotoFilter) else photos
        there = [photo_id for photo_id in dict.fromkeys(wanted) if photo_id in snapshot.photos]
        self._append(
            who,
            click,
            [
                LabelEvent(
                    id=f"{click}-{photo_id}",
                    photo_id=photo_id,
                    coach=who.id,
                    kind=LabelKind.NOT_A_POSE if pose_id is None else LabelKind.POSE,
                    pose_id=pose_id,
                    # Whom the photo is about was settled where it was looked at.
                    person=answer.person if (answer := snapshot.resolved.get(photo_id)) else FIRST,
                    details={CLICK: click},
                )
                for photo_id in there
            ],
        )
        return Named(click=click, photos=tuple(there))

    def take_back(self, who: Coach, click: str, *, event_id: str | None = None) -> Named:
        """Take back all that one click of the coach's named, as far as it still stands.

        The same event_id again takes nothing more back. Raises NothingToUndo.
        """
        require(who, Role.COACH)
        undo = event_id or str(uuid4())
        undone = self._of_click(who, undo)
        if not undone:
            standing = self._served.ledger.standing(who.id)
            undone = [event for event in standing if event.details.get(CLICK) == click]
            if not undone:
                raise NothingToUndo()
            self._append(
                who,
                undo,
                [
                    LabelEvent(
                        id=f"{undo}-{event.photo_id}",
                        photo_id=event.photo_id,
                        coach=who.id,
                        kind=LabelKind.UNDO,
                        undoes=event.id,
                        details={CLICK: undo},
                    )
                    for event in undone
                ],
            )
        return Named(click=undo, photos=tuple(event.photo_id for event in undone))

    def _append(self, who: Coach, click: str, events: Sequence[LabelEvent]) -> None:
        """Raises BadLabel, and keeps none, where another coach's answer has the name of one of them."""
        known = self._parts.store.known_events([event.id for event in events])
        if known and set(known) - {event.id for event in self._of_click(who, click)}:
            raise BadLabel(reason="event")
        self._parts.store.append_many(events)

    def _of_click(self, who: Coach, click: str) -> Sequence[LabelEvent]:
        """What is kept of one click already: the page may not have heard the first answer."""
        self._served.snapshot()
        return [event for event in self._served.ledger.said_by(who.id) if event.details.get(CLICK) == click]
