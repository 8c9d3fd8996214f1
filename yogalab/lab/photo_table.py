"""All photos of a lab as columns: filters and orders over a hundred thousand of them take milliseconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from yogalab.lab.answer_columns import (
    NONE,
    NUMBER_OF,
    STATUSES,
    AnswerColumns,
    Answers,
    Flags,
    Floats,
    Numbers,
    Status,
)
from yogalab.lab.snapshot import Snapshot
from yogalab.records import Consent, LabelEvent, Photo

_UNAGREED: Final = frozenset(consent for consent in Consent if not consent.given)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhotoTable:
    """A row for each photo, as of one snapshot. Replaced as a whole, never changed.

    ids: (n,) ascending; groups: (n,) the same for near-duplicates; added: (n,) seconds since 1970.
    agreed: (n,) whether consent is recorded.
    seen, found: (n,) whether it was looked at, and whether somebody was found.
    guess: (n,) id of the likeliest pose, or NONE; sure: (n,) its probability, 0 without a guess.
    pose: (n,) what the photo is called, else its guess; NONE where coaches say that it shows no pose.
    status: (n,) numbers of `Status`.
    """

    snapshot: Snapshot
    ids: Numbers
    groups: Numbers
    added: Floats
    agreed: Flags
    seen: Flags
    found: Flags
    guess: Numbers
    sure: Floats
    pose: Numbers
    status: Numbers
    answers: Answers

    def status_at(self, row: int) -> Status:
        """The status of one photo."""
        return STATUSES[int(self.status[row])]


class PhotoTables:
    """Keeps the newest table. What has not changed since the one before is not worked out again."""

    def __init__(
        self, history: Callable[[int], Sequence[LabelEvent]], number: Callable[[LabelEvent], int]
    ) -> None:
        """As of `AnswerColumns`."""
        self._columns = AnswerColumns(history, number)
        self._lock = threading.Lock()
        self._table: PhotoTable | None = None

    @property
    def ready(self) -> bool:
        """Whether there has been a table yet."""
        return self._table is not None

    def of(self, snapshot: Snapshot) -> PhotoTable:
        """Return the table of a snapshot, or of a newer one that somebody else has asked for meanwhile."""
        table = self._table
        if table is not None and table.snapshot.serial >= snapshot.serial:
            return table
        with self._lock:
            if self._table is None or self._table.snapshot.serial < snapshot.serial:
                self._table = self._made(snapshot, self._table)
            return self._table

    def _made(self, snapshot: Snapshot, before: PhotoTable | None) -> PhotoTable:
        if before is not None and snapshot.photos is before.snapshot.photos:
            ids, groups, added, agreed = before.ids, before.groups, before.added, before.agreed
        else:
            ids, groups, added, agreed = _fixed(snapshot.photos)
        answers = self._columns.follow(ids, snapshot.resolved)
        seen, found, guess, sure = _looked_at(snapshot, ids)
        settled_none = answers.status == NUMBER_OF[Status.NOT_A_POSE]
        return PhotoTable(
            snapshot=snapshot,
            ids=ids,
            groups=groups,
            added=added,
            agreed=agreed,
            seen=seen,
            found=found,
            guess=guess,
            sure=sure,
            pose=np.where((answers.called == NONE) & ~settled_none, guess, answers.called),
            status=np.where(answers.status == NONE, _unsaid(seen, found), answers.status),
            answers=answers,
        )


def _fixed(photos: Mapping[int, Photo]) -> tuple[Numbers, Numbers, Floats, Flags]:
    """(ids, groups, added, agreed) of photos."""
    shown = [photos[photo_id] for photo_id in sorted(photos)]
    return (
        np.array([photo.id for photo in shown], np.int64),
        np.array([photo.group for photo in shown], np.int64),
        np.array([photo.added_at.timestamp() for photo in shown], np.float64),
        np.array([photo.consent not in _UNAGREED for photo in shown], bool),
    )


def _looked_at(snapshot: Snapshot, ids: Numbers) -> tuple[Flags, Flags, Numbers, Floats]:
    """(seen, found, guess, sure) of photos."""
    _, to, of = np.intersect1d(ids, snapshot.ids, assume_unique=True, return_indices=True)
    seen, found = np.zeros(len(ids), bool), np.zeros(len(ids), bool)
    guess, sure = np.full(len(ids), NONE), np.zeros(len(ids))
    seen[to], found[to] = True, snapshot.found[of]
    if len(snapshot.pose_ids):
        best = snapshot.probabilities.argmax(axis=1)
        guess[to] = snapshot.pose_ids[best][of]
        sure[to] = snapshot.probabilities[np.arange(len(best)), best][of]
    return seen, found, guess, sure


def _unsaid(seen: Flags, found: Flags) -> Numbers:
    """The status of photos of which nobody has said anything."""
    looked = np.where(found, NUMBER_OF[Status.WAITING], NUMBER_OF[Status.NOBODY_FOUND])
    return np.where(seen, looked, NUMBER_OF[Status.UNSEEN])
