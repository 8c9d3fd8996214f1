"""What the review page shows of one photo, gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from yogalab.errors import PhotoNotFound
from yogalab.lab.bodies import body_of
from yogalab.lab.parts import Parts
from yogalab.lab.snapshot import Snapshot
from yogalab.learning.features import informative
from yogalab.poses.sides import side_of
from yogalab.poses.telling import of_person
from yogalab.records import FIRST, Asked, Card, Landmarks, Photo, Prediction, persons

# The first guess, and those it is told apart from.
_RIVALS: Final = 3
# As many answers as a page has keys for.
_ANSWERS: Final = 9


class Cards:
    """Makes cards of one moment's snapshot."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def of(self, snapshot: Snapshot, photo_id: int) -> Card:
        """Return a photo's card. Raises PhotoNotFound."""
        return self._of(snapshot, photo_id, self._people([photo_id]))

    def asked(self, snapshot: Snapshot, asked: Sequence[Asked]) -> list[Card]:
        """Return the cards of photos that the queue asks for, with its reasons. Raises PhotoNotFound."""
        people = self._people([one.photo_id for one in asked])
        cards = (self._of(snapshot, one.photo_id, people) for one in asked)
        return [replace(card, asked=_by_name(snapshot, one)) for card, one in zip(cards, asked, strict=True)]

    def turned(
        self, snapshot: Snapshot, photo_id: int, *, person: int, alone: bool, prediction: Prediction | None
    ) -> Card:
        """Return a photo's card as it would be if it were judged so. Raises PhotoNotFound."""
        photo = _photo(snapshot, photo_id)
        return self._made(snapshot, photo, self._people([photo_id]), person, alone, prediction)

    def _of(self, snapshot: Snapshot, photo_id: int, seen: Mapping[int, tuple[Landmarks, ...]]) -> Card:
        photo, answer = _photo(snapshot, photo_id), snapshot.resolved.get(photo_id)
        person, alone = (answer.person, answer.embedding_only) if answer else (FIRST, False)
        prediction = snapshot.prediction(photo_id)
        if prediction is not None:
            prediction = replace(prediction, strange=bool(snapshot.strange[snapshot.row[photo_id]]))
        if alone and not _shows_anything(snapshot, photo_id):
            # What would be said then is the same for every photo.
            prediction = None
        return self._made(snapshot, photo, seen, person, alone, prediction)

    def _made(
        self,
        snapshot: Snapshot,
        photo: Photo,
        seen: Mapping[int, tuple[Landmarks, ...]],
        person: int,
        alone: bool,
        prediction: Prediction | None,
    ) -> Card:
        people = persons(seen.get(photo.id, ()))
        body = body_of(people, None if alone else person)
        label = snapshot.resolved.get(photo.id)
        if prediction is not None and label is not None and label.pose_id is not None:
            # A photo that coaches have named is none to wonder about.
            prediction = replace(prediction, strange=False)
        ranked = prediction.ranked[:_RIVALS] if prediction else ()
        return Card(
            photo=photo,
            landmarks=body,
            people=len(people),
            others=tuple(one for one in people if one is not body),
            prediction=prediction,
            tellings=of_person(body, [snapshot.poses[one.pose_id] for one in ranked]),
            sides=_sides(snapshot, prediction, body),
            asked=None,
            label=label,
            encoder=self._parts.encoder.name if self._parts.encoder else None,
            person=body.person if body else person,
            alone=alone,
        )

    def _people(self, photo_ids: Sequence[int]) -> Mapping[int, tuple[Landmarks, ...]]:
        return self._parts.store.landmarks(self._parts.landmarker.name, photo_ids=photo_ids)


def _photo(snapshot: Snapshot, photo_id: int) -> Photo:
    """Raises PhotoNotFound."""
    if photo_id not in snapshot.photos:
        raise PhotoNotFound(photo_id=photo_id)
    return snapshot.photos[photo_id]


def _shows_anything(snapshot: Snapshot, photo_id: int) -> bool:
    row = snapshot.row.get(photo_id)
    return row is not None and bool(informative(snapshot.x[[row]])[0])


def _sides(snapshot: Snapshot, prediction: Prediction | None, person: Landmarks | None) -> dict[int, str]:
    """pose id -> the side the body shows, of the poses that are offered."""
    if prediction is None or person is None:
        return {}
    sides = {one.pose_id: side_of(snapshot.poses[one.pose_id], person) for one in prediction.ranked[:_ANSWERS]}
    return {pose_id: side for pose_id, side in sides.items() if side is not None}


def _by_name(snapshot: Snapshot, asked: Asked) -> Asked:
    """The reason with its poses by name: ranking knows only ids, which tell a coach nothing."""
    ids = {blank: asked.data.get(blank) for blank in ("first", "second")}
    names = {
        blank: snapshot.poses[pose_id].name
        for blank, pose_id in ids.items()
        if isinstance(pose_id, int) and pose_id in snapshot.poses
    }
    return replace(asked, data={**asked.data, **names})
