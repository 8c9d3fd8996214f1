"""What the review page shows of one photo, gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from yogalab.errors import PhotoNotFound
from yogalab.lab.parts import Parts
from yogalab.lab.snapshot import Snapshot
from yogalab.poses.sides import side_of
from yogalab.poses.telling import of_person
from yogalab.records import Asked, Card, Landmarks, Prediction, persons

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
        return self._of(snapshot, photo_id, None, self._people([photo_id]))

    def asked(self, snapshot: Snapshot, asked: Sequence[Asked]) -> list[Card]:
        """Return the cards of photos that the queue asks for, with its reasons. Raises PhotoNotFound."""
        people = self._people([one.photo_id for one in asked])
        return [self._of(snapshot, one.photo_id, one, people) for one in asked]

    def _of(
        self,
        snapshot: Snapshot,
        photo_id: int,
        asked: Asked | None,
        seen: Mapping[int, tuple[Landmarks, ...]],
    ) -> Card:
        photo = snapshot.photos.get(photo_id)
        if photo is None:
            raise PhotoNotFound(photo_id=photo_id)
        people = persons(seen.get(photo_id, ()))
        person = people[0] if people else None
        prediction = snapshot.prediction(photo_id)
        if prediction is not None:
            prediction = replace(prediction, strange=_strange(snapshot, photo_id))
        ranked = prediction.ranked[:_RIVALS] if prediction else ()
        return Card(
            photo=photo,
            landmarks=person,
            people=len(people),
            others=people[1:],
            prediction=prediction,
            tellings=of_person(person, [snapshot.poses[one.pose_id] for one in ranked]),
            sides=_sides(snapshot, prediction, person),
            asked=_by_name(snapshot, asked) if asked else None,
            label=snapshot.resolved.get(photo_id),
            encoder=self._parts.encoder.name if self._parts.encoder else None,
        )

    def _people(self, photo_ids: Sequence[int]) -> Mapping[int, tuple[Landmarks, ...]]:
        return self._parts.store.landmarks(self._parts.landmarker.name, photo_ids=photo_ids)


def _strange(snapshot: Snapshot, photo_id: int) -> bool:
    """A photo that coaches have named is none to wonder about."""
    answer = snapshot.resolved.get(photo_id)
    return (answer is None or answer.pose_id is None) and bool(snapshot.strange[snapshot.row[photo_id]])


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
