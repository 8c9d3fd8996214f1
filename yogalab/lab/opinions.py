"""What each coach said of a photo by themselves, as numbers that can be compared."""

from __future__ import annotations

from typing import Final

from yogalab.lab.served import Served
from yogalab.lab.ways import CHECK, CLICK
from yogalab.learning.labels import answers_of, standing
from yogalab.records import LabelEvent, LabelKind

# Answers that name no pose; pose ids are above zero.
NOT_A_POSE: Final = -1
NOBODY: Final = -2
# Lists and the grid show what others have said of a photo.
_KNOWING: Final = frozenset({CHECK, CLICK})


class Opinions:
    """Reads the log as of the newest snapshot."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def own(self, photo_id: int) -> dict[str, LabelEvent]:
        """Coach -> their newest standing answer that was given not knowing what others had said."""
        said = standing(self._served.ledger.history(photo_id))
        return answers_of(
            event for event in said if _KNOWING.isdisjoint(event.details) and event.kind is not LabelKind.RULING
        )

    def of(self, photo_id: int) -> list[dict[str, int]]:
        """Of each person named: coach -> what they said, a pose's id, merges followed, or one below 0.

        Who names one person does not differ from who names another; who sees nobody differs from both.
        """
        own = self.own(photo_id)
        nobody = {coach for coach, event in own.items() if event.kind is LabelKind.NOBODY}
        people = sorted({event.person for coach, event in own.items() if coach not in nobody})
        if not people:
            return [dict.fromkeys(nobody, NOBODY)]
        return [
            {
                coach: self.number(event)
                for coach, event in own.items()
                if coach in nobody or event.person == person
            }
            for person in people
        ]

    def number(self, event: LabelEvent) -> int:
        """Return an answer as a number."""
        if event.pose_id is not None:
            return self._served.final_pose(event.pose_id)
        return NOBODY if event.kind is LabelKind.NOBODY else NOT_A_POSE
