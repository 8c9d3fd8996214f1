"""Near-duplicates among a lab's photos, found as they come, and the side of the hold-out each falls on."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.duplicates import is_sibling
from yogalab.lab.parts import Parts
from yogalab.learning.holdout import is_drawn
from yogalab.ports import Pulse
from yogalab.records import Intake, Landmarks, Matrix, Photo, persons

SALT = "holdout_salt"


class Siblings:
    """Joins a new photo to the group of one that shows the same moment.

    The hold-out side is drawn from the group's identity, so copies never stand on both sides.
    """

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._pose_model = parts.landmarker.name
        self._seed = parts.seed
        # Several uploads may run at once.
        self._lock = threading.RLock()
        self._seen = (-1, -1)
        self._known: set[int] = set()
        # Longer than the rest: room for those to come.
        self._hashes: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self._skeletons: list[Matrix | None] = []
        # (group, whether it is held out) of each.
        self._places: list[tuple[int, bool]] = []
        self._ids: list[int] = []

    def catch_up(self) -> None:
        """Learn of photos that were added or deleted since the last time."""
        with self._lock:
            self._catch_up(self._store.pulse())

    def _catch_up(self, pulse: Pulse) -> None:
        if (pulse.purges, pulse.photos) == self._seen:
            return
        if pulse.purges != self._seen[0]:
            self._forget()
        fresh = {photo.id: photo for photo in self._store.photos() if photo.id not in self._known}
        hashes = self._store.image_hashes()
        people = self._store.landmarks(self._pose_model, photo_ids=list(fresh))
        for photo in fresh.values():
            if photo.id in hashes:
                self._add(photo, hashes[photo.id], people.get(photo.id, ()))
        self._seen = (pulse.purges, pulse.photos)

    def place(self, intake: Intake, *, stretch: str | None = None) -> tuple[int | None, bool]:
        """Return (group to join, or None for one of its own; whether it belongs to the hold-out).

        stretch: of a clip, whose other frames fall on the same side.
        """
        with self._lock:
            groups = {self._places[i][0] for i in np.flatnonzero(self._twins(intake))}
            if groups:
                return self._joined(groups)
        digest = intake.photo.sha256 if intake.photo else intake.name
        return None, is_drawn(stretch or digest, salt=self._salt)

    def place_with(self, intake: Intake, group: int | None, *, holdout: bool) -> tuple[int | None, bool]:
        """The same for a photo whose side is known already, and perhaps whose group.

        What it links is one group from then on, on the side of the hold-out where any of it was.
        """
        with self._lock:
            groups = {self._places[i][0] for i in np.flatnonzero(self._twins(intake))}
            groups |= {group} - {None}
            return self._joined(groups, holdout=holdout) if groups else (None, holdout)

    def has_twin(self, intake: Intake) -> bool:
        """Whether a photo that is kept shows the same moment."""
        with self._lock:
            return bool(self._twins(intake).any())

    def remember(self, photo: Photo, intake: Intake) -> None:
        """Let later photos find this one."""
        with self._lock:
            if photo.id not in self._known:
                self._add(photo, intake.image_hash, intake.people)

    def alike(self, one: Intake, others: Sequence[Intake]) -> bool:
        """True when a photo shows the same moment as one of several that are not kept yet."""
        return bool(
            is_sibling(
                one.image_hash,
                _points(one.people),
                np.array([other.image_hash for other in others], dtype=np.uint64),
                [_points(other.people) for other in others],
            ).any()
        )

    @cached_property
    def _salt(self) -> str:
        return self._store.settle_setting(SALT, hashlib.sha256(f"{self._seed}".encode()).hexdigest()[:16])

    def _twins(self, intake: Intake) -> NDArray[np.bool_]:
        hashes = self._hashes[: len(self._places)]
        return is_sibling(intake.image_hash, _points(intake.people), hashes, self._skeletons)

    def _joined(self, groups: set[int], *, holdout: bool = False) -> tuple[int, bool]:
        """Make one group of those that a photo links, and return it.

        With one of them in the hold-out, or with `holdout`, all goes there: what is judged was never taught.
        """
        rows = [row for row, (group, _) in enumerate(self._places) if group in groups]
        sides = {self._places[row][1] for row in rows}
        held = holdout or any(sides)
        one = min(groups)
        if len(groups) > 1 or held not in sides:
            ids = [self._ids[row] for row in rows]
            if held:
                self._store.set_holdout(ids)
            if len(groups) > 1:
                self._store.set_group(ids, one)
            for row in rows:
                self._places[row] = (one, held)
        return one, held

    def _add(self, photo: Photo, image_hash: int, people: Sequence[Landmarks]) -> None:
        count = len(self._places)
        if count == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.zeros(max(count, 64), np.uint64)])
        self._hashes[count] = image_hash
        self._skeletons.append(_points(people))
        self._places.append((photo.group, photo.holdout))
        self._ids.append(photo.id)
        self._known.add(photo.id)

    def _forget(self) -> None:
        self._known.clear()
        self._skeletons.clear()
        self._places.clear()
        self._ids.clear()


def _points(people: Sequence[Landmarks]) -> Matrix | None:
    found = persons(people)
    return found[0].points if found else None
