"""Near-duplicates among a lab's photos, found as they come, and the side of the hold-out each falls on."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.duplicates import is_sibling
from yogalab.lab.parts import Parts
from yogalab.records import Intake, Matrix, Photo

HOLDOUT_SHARE = 0.15
SALT = "holdout_salt"


class Siblings:
    """Joins a new photo to the group of one that shows the same moment.

    The hold-out side is drawn from the group's identity, so copies never stand on both sides.
    """

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._salt = _salt(parts)
        hashes = parts.store.image_hashes()
        people = parts.store.landmarks(parts.landmarker.name)
        photos = {photo.id: photo for photo in parts.store.photos()}
        known = [photo_id for photo_id in photos if photo_id in hashes]
        self._hashes: NDArray[np.uint64] = np.array([hashes[i] for i in known], dtype=np.uint64)
        self._skeletons: list[Matrix | None] = [people[i][0].points if people.get(i) else None for i in known]
        self._places: list[tuple[int, bool]] = [(photos[i].group, photos[i].holdout) for i in known]

    def place(self, intake: Intake) -> tuple[int | None, bool]:
        """Return (group to join, or None for one of its own; whether it belongs to the hold-out)."""
        skeleton = intake.people[0].points if intake.people else None
        twins = is_sibling(intake.image_hash, skeleton, self._hashes, self._skeletons)
        places = [self._places[i] for i in np.flatnonzero(twins)]
        if not places:
            digest = intake.photo.sha256 if intake.photo else intake.name
            return None, drawn(self._salt, digest)
        # When it resembles photos of both sides, the hold-out keeps it: nothing trained may be judged.
        return max(places, key=lambda place: place[1])

    def remember(self, photo: Photo, intake: Intake) -> None:
        """Let later photos find this one."""
        self._hashes = np.append(self._hashes, np.uint64(intake.image_hash))
        self._skeletons.append(intake.people[0].points if intake.people else None)
        self._places.append((photo.group, photo.holdout))


def drawn(salt: str, digest: str) -> bool:
    """A fair draw that always falls the same way for one photo in one lab."""
    value = int.from_bytes(hashlib.sha256(f"{salt}:{digest}".encode()).digest()[:8], "big")
    return value < HOLDOUT_SHARE * 2**64


def _salt(parts: Parts) -> str:
    salt = parts.store.setting(SALT)
    if salt is None:
        salt = hashlib.sha256(f"{parts.seed}".encode()).hexdigest()[:16]
        parts.store.put_setting(SALT, salt)
    return salt
