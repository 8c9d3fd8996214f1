"""What one coach has said, and how much of it stands."""

from __future__ import annotations

from collections import Counter
from datetime import date

from yogalab.learning.labels import standing
from yogalab.records import LabelEvent, LabelKind


class CoachLog:
    """One coach's events, oldest first. Not for several threads at once."""

    def __init__(self) -> None:
        self._said: list[LabelEvent] = []
        self._undone: set[str] = set()
        self._day_of: dict[str, date] = {}
        self._days: Counter[date] = Counter()

    def add(self, event: LabelEvent) -> None:
        """Take in the coach's next event."""
        self._said.append(event)
        if event.kind is LabelKind.UNDO:
            if event.undoes is not None:
                self._undone.add(event.undoes)
                day = self._day_of.pop(event.undoes, None)
                if day is not None:
                    self._days[day] -= 1
        elif event.at is not None and event.id not in self._undone:
            self._day_of[event.id] = event.at.date()
            self._days[event.at.date()] += 1

    @property
    def said(self) -> tuple[LabelEvent, ...]:
        """Everything, oldest first."""
        return tuple(self._said)

    @property
    def standing(self) -> tuple[LabelEvent, ...]:
        """What was not taken back, oldest first."""
        return tuple(standing(self._said))

    def on(self, day: date) -> int:
        """How much of what was said on a day stands."""
        return self._days[day]
