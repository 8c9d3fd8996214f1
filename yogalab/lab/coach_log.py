"""What one coach has said, and how much of it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from yogalab.lab.ways import one_by_one
from yogalab.learning.labels import standing
from yogalab.records import LabelEvent, LabelKind

_ANSWERS: Final = frozenset({LabelKind.POSE, LabelKind.NOT_A_POSE, LabelKind.NOBODY})
# Wherever people live, a day begins at a whole quarter of an hour. The longest one has an hour more.
_QUARTER: Final = timedelta(minutes=15)
_DAY: Final = timedelta(hours=25)


class CoachLog:
    """One coach's events, oldest first. Not for several threads at once."""

    def __init__(self) -> None:
        self._said: list[LabelEvent] = []
        self._undone: set[str] = set()
        # Answers given photo by photo, while they stand.
        self._answers: dict[str, LabelEvent] = {}
        self._quarters: Counter[int] = Counter()
        self._named: Counter[int] = Counter()

    def add(self, event: LabelEvent) -> None:
        """Take in the coach's next event."""
        self._said.append(event)
        if event.kind is LabelKind.UNDO:
            if event.undoes is not None:
                self._undone.add(event.undoes)
                undone = self._answers.pop(event.undoes, None)
                if undone is not None:
                    self._count(undone, -1)
        elif event.kind in _ANSWERS and one_by_one(event) and event.id not in self._undone:
            self._answers[event.id] = event
            self._count(event, 1)

    @property
    def said(self) -> tuple[LabelEvent, ...]:
        """Everything, oldest first."""
        return tuple(self._said)

    @property
    def standing(self) -> tuple[LabelEvent, ...]:
        """What was not taken back, oldest first."""
        return tuple(standing(self._said))

    def answered_on(self, begins: datetime) -> int:
        """How many photos' answers of the day that begins then stand: what was said one by one, skips left out.

        begins: an aware time; the quarter of an hour it lies in is counted whole.
        """
        first = _quarter(begins)
        return sum(self._quarters[one] for one in range(first, first + _DAY // _QUARTER))

    @property
    def named(self) -> Mapping[int, int]:
        """Pose id -> how often the coach named it one by one, and did not take it back."""
        return {pose_id: times for pose_id, times in self._named.items() if times}

    def _count(self, event: LabelEvent, by: int) -> None:
        if event.at is not None:
            self._quarters[_quarter(event.at)] += by
        if event.pose_id is not None:
            self._named[event.pose_id] += by


def _quarter(moment: datetime) -> int:
    return int(moment.timestamp() // _QUARTER.total_seconds())
