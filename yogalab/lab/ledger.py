"""The label log folded into one answer per photo, kept up to date event by event."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from yogalab.lab.answer_counts import AnswerCounts, Counted
from yogalab.lab.coach_log import CoachLog
from yogalab.learning.labels import resolve
from yogalab.ports import LabelStore, Pulse
from yogalab.records import LabelEvent, Photo, Resolved


class Ledger:
    """A fold over label events up to `seq`. Any process may append; `catch_up` reads what is new.

    Threads may share it. Answers carry the pose that stands for the one named, where poses were merged.
    """

    def __init__(self, store: LabelStore) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._merged: dict[int, int] = {}
        self._by_photo: dict[int, list[LabelEvent]] = defaultdict(list)
        self._by_coach: dict[str, CoachLog] = defaultdict(CoachLog)
        self._learnt: dict[int, dict[int, Resolved]] = {}
        self._counts = AnswerCounts()
        self._touched: set[int] = set()
        self._purges = -1
        self.seq = 0
        self.resolved: dict[int, Resolved] = {}

    def catch_up(self, pulse: Pulse) -> bool:
        """Read what was appended since the last time; True when something was."""
        if pulse.purges == self._purges and pulse.seq == self.seq:
            return False
        with self._lock:
            if pulse.purges != self._purges:
                # A deletion removed events we may have folded in: begin anew.
                self._touched.update(self.resolved)
                self._by_photo.clear()
                self._by_coach.clear()
                self._learnt.clear()
                self.resolved = {}
                self.seq = 0
                self._purges = pulse.purges
            touched = set()
            for stored in self._store.events(after=self.seq):
                # What was suggested then is most of an event, and nobody asks for it here.
                event = replace(stored, shown=())
                self._by_photo[event.photo_id].append(event)
                self._by_coach[event.coach].add(event)
                touched.add(event.photo_id)
                self.seq = max(self.seq, event.seq or 0)
            self._resolve(touched)
        return True

    def merge(self, merged: Mapping[int, int]) -> None:
        """Count every pose in `merged` as the one it became; coaches who named either agree."""
        if merged != self._merged:
            with self._lock:
                self._merged = dict(merged)
                self._resolve(self._by_photo)

    def history(self, photo_id: int) -> tuple[LabelEvent, ...]:
        """Everything said of one photo, oldest first."""
        with self._lock:
            return tuple(self._by_photo.get(photo_id, ()))

    def spoken_of(self) -> tuple[int, ...]:
        """Photos of which anything was ever said, taken back or not."""
        with self._lock:
            return tuple(self._by_photo)

    def said_by(self, coach: str) -> tuple[LabelEvent, ...]:
        """Everything one coach said, oldest first."""
        with self._lock:
            return self._by_coach[coach].said if coach in self._by_coach else ()

    def standing(self, coach: str) -> tuple[LabelEvent, ...]:
        """What a coach said and did not take back, oldest first."""
        with self._lock:
            return self._by_coach[coach].standing if coach in self._by_coach else ()

    def answered_on(self, coach: str, begins: datetime) -> int:
        """As of `CoachLog`."""
        with self._lock:
            return self._by_coach[coach].answered_on(begins) if coach in self._by_coach else 0

    def named_by(self, coach: str) -> Mapping[int, int]:
        """As `CoachLog.named`; merged poses under the one they became."""
        with self._lock:
            named = self._by_coach[coach].named if coach in self._by_coach else {}
            times: dict[int, int] = defaultdict(int)
            for pose_id, each in named.items():
                times[self._merged.get(pose_id, pose_id)] += each
            return times

    def counts(self, row: Mapping[int, int], photos: Mapping[int, Photo]) -> Counted:
        """Count the answers. row, photos: as of `AnswerCounts.follow`."""
        with self._lock:
            counted = self._counts.follow(self.resolved, self._touched, row, photos)
            self._touched = set()
            return counted

    def known_at(self, seq: int) -> dict[int, Resolved]:
        """Photos whose pose was known and undisputed at an event: what a version of that event was taught."""
        with self._lock:
            answers = {
                photo_id: self._answer(photo_id, [event for event in events if (event.seq or 0) <= seq])
                for photo_id, events in self._by_photo.items()
                if (events[0].seq or 0) <= seq
            }
        return named({photo_id: answer for photo_id, answer in answers.items() if answer is not None})

    def learnt_since(self, seq: int) -> dict[int, Resolved]:
        """Photos whose pose is known now and was not, or was another, at an event.

        By the answers rather than by the newest event: taking a correction back changes what is right, and
        skipping a labelled photo changes nothing.
        """
        with self._lock:
            if seq not in self._learnt:
                if seq:
                    # Of none, and of the version in use: what an earlier one lacked nobody asks for again.
                    self._learnt = {kept: learnt for kept, learnt in self._learnt.items() if kept == 0}
                self._learnt[seq] = {}
                self._learn(self.resolved, seq)
            return dict(self._learnt[seq])

    def _learn(self, photo_ids: Iterable[int], seq: int) -> None:
        learnt = self._learnt[seq]
        for photo_id in photo_ids:
            answer = self.resolved.get(photo_id)
            known = answer is not None and answer.pose_id is not None and not answer.disputed
            if answer and known and self._changed_since(seq, self._by_photo[photo_id], answer):
                learnt[photo_id] = answer
            else:
                learnt.pop(photo_id, None)

    def _changed_since(self, seq: int, events: Sequence[LabelEvent], answer: Resolved) -> bool:
        if (events[-1].seq or 0) <= seq:
            return False
        if (events[0].seq or 0) > seq:
            return True
        before = [event for event in events if (event.seq or 0) <= seq]
        then = self._answer(answer.photo_id, before)
        return then is None or _what(then) != _what(answer)

    def _resolve(self, photo_ids: Iterable[int]) -> None:
        # A new mapping rather than a change in place: readers hold the old one.
        answers = dict(self.resolved)
        photo_ids = list(photo_ids)
        for photo_id in photo_ids:
            answer = self._answer(photo_id, self._by_photo[photo_id])
            if answer is None:
                answers.pop(photo_id, None)
            else:
                answers[photo_id] = answer
        self.resolved = answers
        self._touched.update(photo_ids)
        for seq in self._learnt:
            self._learn(photo_ids, seq)

    def _answer(self, photo_id: int, events: Sequence[LabelEvent]) -> Resolved | None:
        if self._merged:
            events = [
                replace(event, pose_id=self._merged[event.pose_id]) if event.pose_id in self._merged else event
                for event in events
            ]
        return resolve(events).get(photo_id)


def named(resolved: Mapping[int, Resolved]) -> dict[int, Resolved]:
    """Only the photos whose pose is known and undisputed."""
    return {
        photo_id: answer
        for photo_id, answer in resolved.items()
        if answer.pose_id is not None and not answer.disputed
    }


def newest(answers: Mapping[int, Resolved], most: int) -> dict[int, Resolved]:
    """At most so many answers: the newest, poses taking turns, so that a rare pose keeps all of its own."""
    if len(answers) <= most:
        return dict(answers)
    taken: dict[int | None, int] = defaultdict(int)
    turns = []
    for answer in sorted(answers.values(), key=lambda answer: -answer.seq):
        turns.append((taken[answer.pose_id], -answer.seq, answer.photo_id))
        taken[answer.pose_id] += 1
    return {photo_id: answers[photo_id] for _, _, photo_id in sorted(turns)[:most]}


def _what(answer: Resolved) -> tuple[int | None, bool, int | None]:
    return answer.pose_id, answer.disputed, answer.judged_by
