"""How far the labelling is, counted as answers come: no page counts through all of a lab's photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from yogalab.records import Photo, Resolved

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts of one moment. Replaced as a whole, never changed.

    labelled: photos whose pose is known and undisputed; disputed; closed: photos looked at that somebody has
    answered; holdout: photos kept for judging that have a pose. passed_on: photos that some have skipped and
    nobody has answered. poses: every pose that a photo is called, None among them where one is called none.
    judged, shared: coach -> photos of whose answer they are part, and of these the ones with others'.
    alone: photos kept for judging -> the only coach who has answered them.
    """

    labelled: int = 0
    disputed: int = 0
    closed: int = 0
    holdout: int = 0
    passed_on: Mapping[int, Resolved] = field(default_factory=dict)
    poses: frozenset[int | None] = frozenset()
    judged: Mapping[str, int] = field(default_factory=dict)
    shared: Mapping[str, int] = field(default_factory=dict)
    alone: Mapping[int, str] = field(default_factory=dict)


class AnswerCounts:
    """Keeps the counts; answers that stay as they are cost nothing. Not for several threads at once."""

    def __init__(self) -> None:
        self._begin({}, {})

    def follow(
        self,
        resolved: Mapping[int, Resolved],
        touched: Collection[int],
        row: Mapping[int, int],
        photos: Mapping[int, Photo],
    ) -> Counted:
        """Return the counts of these answers.

        touched: every photo whose answer may be another than at the last call. row: the photos that were looked
        at; photos: all there are. Both are taken to be as they were while they are the same objects.
        """
        if row is not self._row or photos is not self._photos:
            self._begin(row, photos)
            touched = resolved
        for photo_id in touched:
            before, after = self._counted.pop(photo_id, None), resolved.get(photo_id)
            if before is not None:
                self._count(before, -1)
            if after is not None:
                self._count(after, 1)
                self._counted[photo_id] = after
        return self._taken()

    def _begin(self, row: Mapping[int, int], photos: Mapping[int, Photo]) -> None:
        self._row, self._photos = row, photos
        self._counted: dict[int, Resolved] = {}
        self._labelled = self._disputed = self._closed = self._holdout = 0
        self._passed_on: dict[int, Resolved] = {}
        self._alone: dict[int, str] = {}
        self._poses: Counter[int | None] = Counter()
        self._judged: Counter[str] = Counter()
        self._shared: Counter[str] = Counter()

    def _count(self, answer: Resolved, sign: int) -> None:
        photo = self._photos.get(answer.photo_id)
        named = answer.pose_id is not None
        self._labelled += sign * (named and not answer.disputed)
        self._disputed += sign * answer.disputed
        self._closed += sign * (answer.answered and answer.photo_id in self._row)
        self._holdout += sign * (named and photo is not None and photo.holdout)
        self._poses[answer.pose_id] += sign
        if answer.skipped_by and not answer.answered:
            _keep(self._passed_on, answer.photo_id, answer, sign)
        if photo is not None and (named or answer.disputed):
            for coach in answer.coaches:
                self._judged[coach] += sign
                self._shared[coach] += sign * (len(answer.coaches) > 1)
            if photo.holdout and len(answer.coaches) == 1:
                _keep(self._alone, photo.id, answer.coaches[0], sign)

    def _taken(self) -> Counted:
        return Counted(
            labelled=self._labelled,
            disputed=self._disputed,
            closed=self._closed,
            holdout=self._holdout,
            passed_on=dict(self._passed_on),
            poses=frozenset((+self._poses).keys()),
            judged=dict(self._judged),
            shared=dict(self._shared),
            alone=dict(self._alone),
        )


def _keep(into: dict[int, Item], photo_id: int, what: Item, sign: int) -> None:
    if sign > 0:
        into[photo_id] = what
    else:
        into.pop(photo_id, None)
