"""The label log folded into one answer per photo, kept up to date event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from yogalab.learning.labels import resolve
from yogalab.ports import LabelStore, Pulse
from yogalab.records import LabelEvent, LabelKind, Resolved


class Ledger:
    """A fold over label events up to `seq`. Any process may append; `catch_up` reads what is new."""

    def __init__(self, store: LabelStore) -> None:
        self._store = store
        self._by_photo: dict[int, list[LabelEvent]] = defaultdict(list)
        self._purges = -1
        self.seq = 0
        self.resolved: dict[int, Resolved] = {}

    def catch_up(self, pulse: Pulse) -> bool:
        """Read what was appended since the last time; True when something was."""
        if pulse.purges != self._purges:
            # A deletion removed events we may have folded in: begin anew.
            self._by_photo.clear()
            self.resolved = {}
            self.seq = 0
            self._purges = pulse.purges
        elif pulse.seq == self.seq:
            return False
        fresh = self._store.events(after=self.seq)
        touched = set()
        for event in fresh:
            self._by_photo[event.photo_id].append(event)
            touched.add(event.photo_id)
            self.seq = max(self.seq, event.seq or 0)
        self._resolve(touched)
        return True

    def history(self, photo_id: int) -> tuple[LabelEvent, ...]:
        """Everything said of one photo, oldest first."""
        return tuple(self._by_photo.get(photo_id, ()))

    def said_by(self, coach: str) -> tuple[LabelEvent, ...]:
        """Everything one coach said, oldest first."""
        mine = [event for events in self._by_photo.values() for event in events if event.coach == coach]
        return tuple(sorted(mine, key=lambda event: event.seq or 0))

    def standing(self, coach: str) -> tuple[LabelEvent, ...]:
        """What a coach said and did not take back, oldest first."""
        said = self.said_by(coach)
        taken_back = {event.undoes for event in said if event.kind is LabelKind.UNDO}
        return tuple(e for e in said if e.kind is not LabelKind.UNDO and e.id not in taken_back)

    def _resolve(self, photo_ids: Iterable[int]) -> None:
        # A new mapping rather than a change in place: readers hold the old one.
        answers = dict(self.resolved)
        for photo_id in photo_ids:
            answer = resolve(self._by_photo[photo_id]).get(photo_id)
            if answer is None:
                answers.pop(photo_id, None)
            else:
                answers[photo_id] = answer
        self.resolved = answers


def named(resolved: Mapping[int, Resolved]) -> dict[int, Resolved]:
    """Only the photos whose pose is known and undisputed."""
    return {
        photo_id: answer
        for photo_id, answer in resolved.items()
        if answer.pose_id is not None and not answer.disputed
    }
