"""A few photos that one coach has named, asked of another: only those can tell how far coaches agree."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Sequence
from typing import Final

from yogalab.lab.snapshot import Snapshot
from yogalab.learning.labels import answers_of, standing
from yogalab.records import Asked, Coach, LabelEvent

# Of what a coach names, so much another one has named before.
SHARE: Final = 0.05
# Not the photo that comes next: that one is on the page already.
_PLACE: Final = 2
_REASON: Final = "ask.second"


def with_second_opinion(
    asked: Sequence[Asked],
    who: Coach,
    snapshot: Snapshot,
    *,
    but: Collection[int],
    history: Callable[[int], Sequence[LabelEvent]],
) -> list[Asked]:
    """Return what to ask a coach, with one photo of another coach's in it while fewer than `SHARE` were.

    Only photos kept aside for judging are asked twice: no model was taught them, so its guess gives the first
    answer not away, and what versions are judged by is worth a second pair of eyes. With one coach, never.

    history: everything said of a photo.
    """
    photo_id = _owed(who, snapshot, but, history) if asked else None
    if photo_id is None:
        return list(asked)
    return [*asked[:_PLACE], Asked(photo_id=photo_id, reason=_REASON), *asked[_PLACE:]]


def is_second(asked: Asked | None) -> bool:
    """Whether a photo is asked because another coach has named it."""
    return asked is not None and asked.reason == _REASON


def _owed(
    who: Coach, snapshot: Snapshot, but: Collection[int], history: Callable[[int], Sequence[LabelEvent]]
) -> int | None:
    counted = snapshot.counted
    if counted.shared.get(who.id, 0) >= int(SHARE * counted.judged.get(who.id, 0)):
        return None
    others = (photo_id for photo_id, coach in counted.alone.items() if coach != who.id and photo_id not in but)
    # In an order that has nothing to do with the photos and stays as labels come in.
    in_order = sorted(others, key=lambda photo_id: (zlib.crc32(b"%d" % photo_id), photo_id))
    # Whose answer was overruled, or is about another person, has given one all the same.
    return next((i for i in in_order if who.id not in answers_of(standing(history(i)))), None)
