"""The mistakes desk: which poses the model mixes up, and on which photos."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.lab.judging import ENOUGH_HOLDOUT
from yogalab.lab.ledger import named
from yogalab.lab.parts import require
from yogalab.lab.served import Served
from yogalab.lab.so_far import drawn_at_random
from yogalab.learning import ladder
from yogalab.records import Coach, Matrix, Photo, Resolved, Role, TrainingSet

MOST_PAIRS: Final = 8
MOST_PHOTOS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A photo of one of two poses. taken_for: the other pose, where the model mistakes it; else None."""

    photo: Photo
    taken_for: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedPair:
    """Two poses that the model mixes up, the one it mistakes more often first.

    mistakes: photos of either taken for the other, of so many `photos` of both; one_photos, other_photos: some
    of each, mistakes first.
    """

    one: int
    other: int
    mistakes: int
    photos: int
    one_photos: tuple[Seen, ...]
    other_photos: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """pairs: most mistakes first; judged: on how many photos; method: "hold-out" or "leave-one-out"."""

    pairs: tuple[MixedPair, ...]
    judged: int
    wrong: int
    method: str


class MistakeDesk:
    """What the version in use gets wrong on photos it was not taught, or as if it had not been."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def pairs(self, who: Coach, *, count: int = MOST_PAIRS) -> Mistakes:
        """The poses that are mixed up most."""
        require(who, Role.VIEWER)
        with self._served.steady():
            snapshot = self._served.snapshot()
            judged = drawn_at_random(snapshot)
            early = len(judged) < ENOUGH_HOLDOUT
            photos, said = self._left_out(named(snapshot.resolved)) if early else self._answers(judged)
        wrong = photos.y != said
        counts = Counter(
            (min(pair), max(pair)) for pair in zip(photos.y[wrong].tolist(), said[wrong].tolist(), strict=True)
        )
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:count]
        return Mistakes(
            pairs=tuple(_pair(pair, photos, said, snapshot.photos) for pair, _ in most),
            judged=len(photos),
            wrong=int(wrong.sum()),
            method="leave-one-out" if early else "hold-out",
        )

    def _answers(self, judged: dict[int, Resolved]) -> tuple[TrainingSet, NDArray[np.int64]]:
        photos = self._served.training_set(judged)
        return photos, self._named(ladder.probabilities(self._served.head, photos.x))

    def _left_out(self, answers: dict[int, Resolved]) -> tuple[TrainingSet, NDArray[np.int64]]:
        """All labelled photos; those the version was taught as if it had not been."""
        served, head = self._served, self._served.head
        photos = served.training_set({i: a for i, a in answers.items() if i in served.pool.row})
        probabilities = ladder.probabilities(head, photos.x)
        if served.active is not None:
            known = served.ledger.known_at(served.active.seq)
            held = served.pool.photos
            taught = np.array([i in known and not held[i].holdout for i in photos.photo_ids.tolist()], bool)
            shown = served.unseen(photos.only(taught)) if taught.any() else photos.only(taught)
            rows = np.isin(photos.photo_ids, shown.photo_ids)
            if rows.any():
                probabilities[rows] = ladder.leave_one_out(head, shown)
        return photos, self._named(probabilities)

    def _named(self, probabilities: Matrix) -> NDArray[np.int64]:
        best = self._served.head.pose_ids[probabilities.argmax(axis=1)]
        return np.array([self._served.final_pose(int(pose_id)) for pose_id in best], dtype=np.int64)


def _pair(
    pair: tuple[int, int], photos: TrainingSet, said: NDArray[np.int64], known: dict[int, Photo]
) -> MixedPair:
    by_pose: dict[int, list[Seen]] = defaultdict(list)
    mistaken: Counter[int] = Counter()
    for photo_id, true, guess in zip(photos.photo_ids.tolist(), photos.y.tolist(), said.tolist(), strict=True):
        if true in pair and guess in pair:
            taken_for = guess if guess != true else None
            mistaken[true] += taken_for is not None
            by_pose[true].append(Seen(photo=known[photo_id], taken_for=taken_for))
    one, other = sorted(pair, key=lambda pose: (-mistaken[pose], pose))
    for seen in by_pose.values():
        # Mistakes first, in the photos' order otherwise.
        seen.sort(key=lambda one: one.taken_for is None)
    return MixedPair(
        one=one,
        other=other,
        mistakes=mistaken.total(),
        photos=int(np.isin(photos.y, pair).sum()),
        one_photos=tuple(by_pose[one][:MOST_PHOTOS]),
        other_photos=tuple(by_pose[other][:MOST_PHOTOS]),
    )
