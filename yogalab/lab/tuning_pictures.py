"""What an encoder is shown while it is tuned: labelled photos, read one by one as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set

from yogalab.errors import PhotoNotFound
from yogalab.lab.bodies import Bodies, body_of
from yogalab.lab.parts import Parts
from yogalab.ports import Pixels
from yogalab.records import FIRST, Photo


def lost(parts: Parts, photos: Iterable[Photo]) -> Set[int]:
    """Return those whose files are not there: nothing can be learnt from these."""
    missing = set()
    for photo in photos:
        try:
            parts.files.open(photo.key).close()
        except FileNotFoundError:
            missing.add(photo.id)
    return missing


def pictures(parts: Parts, encoder: str, bodies: Bodies) -> Callable[[int], Pixels]:
    """Return photo id -> what an encoder looks at of it. bodies: whose body counts.

    Calling it raises PhotoNotFound.
    """
    opened, pose_model = parts.encoders.open(encoder), parts.landmarker.name

    def picture(photo_id: int) -> Pixels:
        people = parts.store.landmarks(pose_model, photo_ids=[photo_id]).get(photo_id, ())
        body = body_of(people, bodies.get(photo_id, FIRST))
        return opened.picture(_pixels(parts, photo_id), body)

    return picture


def _pixels(parts: Parts, photo_id: int) -> Pixels:
    """(h, w, 3) RGB of a photo. Raises PhotoNotFound."""
    photo = parts.store.photo(photo_id)
    try:
        with parts.files.open(photo.key) as file:
            data = file.read()
    except FileNotFoundError as error:
        raise PhotoNotFound(photo_id=photo_id) from error
    return parts.reader.canonical(photo.name, data).pixels
