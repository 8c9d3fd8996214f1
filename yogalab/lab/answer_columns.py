"""What coaches said of all photos as columns, brought up to date photo by photo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.dispute import dispute
from yogalab.learning.labels import answers_of, standing
from yogalab.records import LabelEvent, LabelKind, Resolved

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Where a column holds ids of poses, or numbers of a status: none.
NONE: Final = -1


class Status(StrEnum):
    """How far a photo is."""

    WAITING = "waiting"
    LABELLED = "labelled"
    SKIPPED = "skipped"
    DISPUTED = "disputed"
    NOT_A_POSE = "not_a_pose"
    NOBODY_FOUND = "nobody_found"
    UNSEEN = "unseen"


STATUSES: Final = tuple(Status)
NUMBER_OF: Final = {status: number for number, status in enumerate(STATUSES)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """What was said, a row for each photo. Replaced as a whole, never changed once it is handed out.

    ids: (n,) ascending. status: (n,) number of the status that the answers make, NONE where no word stands.
    called: (n,) the pose's id, or NONE. dispute: (n,) as of `asking.dispute`. spoken: (n, coaches) whose word
    stands.
    """

    ids: Numbers
    status: Numbers
    called: Numbers
    dispute: Floats
    coaches: tuple[str, ...]
    spoken: Flags

    def by(self, coach: str) -> Flags:
        """(n,) the photos of which this coach has said something that stands."""
        if coach not in self.coaches:
            return np.zeros(len(self.ids), bool)
        return np.asarray(self.spoken[:, self.coaches.index(coach)])


class AnswerColumns:
    """Keeps the newest answers. Not for several threads at once."""

    def __init__(
        self, history: Callable[[int], Sequence[LabelEvent]], number: Callable[[LabelEvent], int]
    ) -> None:
        """history: everything said of a photo, oldest first. number: an answer as a number, to compare."""
        self._history = history
        self._number = number
        self._resolved: Mapping[int, Resolved] = {}
        self._answers = _nothing_said(np.zeros(0, np.int64))

    def follow(self, ids: Numbers, resolved: Mapping[int, Resolved]) -> Answers:
        """Return the answers for these photos. Only those are read of which something new was said.

        resolved: what the answers amount to; of a photo that something was said of since, another object.
        """
        before, old = self._answers, self._resolved
        changed = [photo_id for photo_id, answer in resolved.items() if old.get(photo_id) is not answer]
        gone = [photo_id for photo_id in old if photo_id not in resolved]
        answers = before
        if ids is not before.ids:
            answers = _moved(before, ids)
            # A photo may come after what was said of it.
            changed += [i for i in np.setdiff1d(ids, before.ids).tolist() if i in resolved]
        if changed or gone:
            answers = self._written(answers, changed, gone, resolved)
        self._resolved, self._answers = resolved, answers
        return answers

    def _written(
        self,
        answers: Answers,
        changed: Collection[int],
        gone: Collection[int],
        resolved: Mapping[int, Resolved],
    ) -> Answers:
        """A copy in which the changed photos are read anew, and those of the gone hold nothing."""
        row = dict(zip(answers.ids.tolist(), range(len(answers.ids)), strict=True))
        said = {i: standing(self._history(i)) for i in changed if i in row}
        answers = _room_for({event.coach for events in said.values() for event in events}, answers)
        column = {coach: place for place, coach in enumerate(answers.coaches)}
        erased = [row[i] for i in gone if i in row]
        answers.status[erased] = answers.called[erased] = NONE
        answers.dispute[erased] = 0
        answers.spoken[erased] = False
        for photo_id, events in said.items():
            at, amounts_to = row[photo_id], resolved[photo_id]
            answers.status[at] = _status(amounts_to)
            answers.called[at] = NONE if amounts_to.pose_id is None else amounts_to.pose_id
            answers.dispute[at] = dispute([self._number(event) for event in _about(events, amounts_to)])
            answers.spoken[at] = False
            answers.spoken[at, [column[event.coach] for event in events]] = True
        return answers


def _status(answer: Resolved) -> int:
    """The number of the status that an answer makes; a skeleton called wrong alone settles nothing."""
    if answer.disputed:
        return NUMBER_OF[Status.DISPUTED]
    if answer.pose_id is not None:
        return NUMBER_OF[Status.LABELLED]
    aside = {LabelKind.SKIP: NUMBER_OF[Status.SKIPPED], LabelKind.WRONG_SKELETON: NONE}
    return aside.get(answer.kind, NUMBER_OF[Status.NOT_A_POSE])


def _about(events: Iterable[LabelEvent], answer: Resolved) -> list[LabelEvent]:
    """Each coach's newest answer, as far as it is about the person that the photo is taken to be about."""
    newest = answers_of(events).values()
    return [event for event in newest if event.person == answer.person or event.kind is LabelKind.NOBODY]


def _nothing_said(ids: Numbers, coaches: tuple[str, ...] = ()) -> Answers:
    return Answers(
        ids=ids,
        status=np.full(len(ids), NONE),
        called=np.full(len(ids), NONE),
        dispute=np.zeros(len(ids)),
        coaches=coaches,
        spoken=np.zeros((len(ids), len(coaches)), bool),
    )


def _moved(before: Answers, ids: Numbers) -> Answers:
    """The same answers in the rows of other photos, nothing in the rows of new ones."""
    moved = _nothing_said(ids, before.coaches)
    _, to, of = np.intersect1d(ids, before.ids, assume_unique=True, return_indices=True)
    for name in ("status", "called", "dispute", "spoken"):
        getattr(moved, name)[to] = getattr(before, name)[of]
    return moved


def _room_for(coaches: Iterable[str], answers: Answers) -> Answers:
    """A copy that can be written to, with a column for each of these coaches too."""
    new = sorted(set(coaches) - set(answers.coaches))
    room = np.zeros((len(answers.ids), len(new)), bool)
    return replace(
        answers,
        status=answers.status.copy(),
        called=answers.called.copy(),
        dispute=answers.dispute.copy(),
        coaches=(*answers.coaches, *new),
        spoken=np.concatenate([answers.spoken, room], axis=1),
    )
