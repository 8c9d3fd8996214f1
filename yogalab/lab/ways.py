"""How an answer was given: photo by photo on the review page, or otherwise, as its details say."""

from __future__ import annotations

from typing import Final

from yogalab.records import LabelEvent, LabelKind

# Under these names an event's details say in which list it was given, with which click on many photos, and from
# which word of an import it was read.
CHECK: Final = "check"
CLICK: Final = "bulk"
IMPORTED: Final = "as"
_OTHERWISE: Final = frozenset({CHECK, CLICK, IMPORTED})


def one_by_one(event: LabelEvent) -> bool:
    """Return whether the coach said it of this one photo, as the review page asked it."""
    return event.kind is not LabelKind.RULING and _OTHERWISE.isdisjoint(event.details)
