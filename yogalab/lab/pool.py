"""Every photo of the lab as a row of one feature matrix, kept up to date with the database."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.features import RECIPE, features
from yogalab.ports import Pulse, Store
from yogalab.records import Encodings, Matrix, Photo


class Pool:
    """Photos and their features.

    ids: (n,) int64, ascending; x: (n, d) float32, one row per photo that was looked at.
    found, holdout: (n,) whether somebody was found; whether it is kept for judging, never trained on.
    groups: (n,) int64, the same for near-duplicates.
    """

    def __init__(self, store: Store, *, pose_model: str, encoder: str | None, dim: int) -> None:
        self._store = store
        self._pose_model = pose_model
        self._encoder = encoder
        self._dim = dim
        self._pulse: tuple[int, ...] | None = None
        self._judged_alone: frozenset[int] = frozenset()
        self.photos: dict[int, Photo] = {}
        self.ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self.x: Matrix = features([], dim=dim)
        self.found: NDArray[np.bool_] = np.zeros(0, bool)
        self.groups: NDArray[np.int64] = np.zeros(0, np.int64)
        self.holdout: NDArray[np.bool_] = np.zeros(0, bool)
        self.row: dict[int, int] = {}

    def catch_up(self, pulse: Pulse, *, judged_alone: frozenset[int] = frozenset()) -> bool:
        """Take in new photos and drop deleted ones; True when something changed.

        judged_alone: photos whose skeleton a coach called wrong; only their embedding counts.
        """
        seen = (pulse.purges, pulse.photos, pulse.looked, pulse.embeddings)
        if seen == self._pulse and judged_alone == self._judged_alone:
            return False
        self.photos = {photo.id: photo for photo in self._store.photos()}
        keep = self._unchanged(pulse, judged_alone)
        fresh = [photo_id for photo_id in self.photos if photo_id not in keep]
        ids, x, found = self._encode(fresh, judged_alone)
        kept = np.isin(self.ids, np.fromiter(keep, np.int64, len(keep)))
        ids = np.concatenate([self.ids[kept], ids])
        order = np.argsort(ids, kind="stable")
        self.ids = ids[order]
        self.x = np.concatenate([self.x[kept], x])[order]
        self.found = np.concatenate([self.found[kept], found])[order]
        shown = [self.photos[int(photo_id)] for photo_id in self.ids]
        self.groups = np.array([photo.group for photo in shown], dtype=np.int64)
        self.holdout = np.array([photo.holdout for photo in shown], dtype=bool)
        self.row = {int(photo_id): row for row, photo_id in enumerate(self.ids)}
        self._pulse, self._judged_alone = seen, judged_alone
        return True

    def rows(self, photo_ids: Sequence[int]) -> NDArray[np.int64]:
        """Row numbers of photos that are in the pool."""
        return np.array([self.row[photo_id] for photo_id in photo_ids], dtype=np.int64)

    @property
    def recipe(self) -> str:
        return RECIPE

    def _unchanged(self, pulse: Pulse, judged_alone: frozenset[int]) -> set[int]:
        if self._pulse is None:
            return set()
        grew = self._encoder is not None and pulse.embeddings != self._pulse[3]
        turned = judged_alone ^ self._judged_alone
        # Embeddings arrive for photos already in the pool: only then are old rows made again.
        return set() if grew else (self.row.keys() & self.photos.keys()) - turned

    def _encode(
        self, photo_ids: Sequence[int], judged_alone: frozenset[int]
    ) -> tuple[NDArray[np.int64], Matrix, NDArray[np.bool_]]:
        if not photo_ids:
            return np.zeros(0, np.int64), features([], dim=self._dim), np.zeros(0, bool)
        people = self._store.landmarks(self._pose_model, photo_ids=photo_ids)
        embeddings = (
            self._store.embeddings(self._encoder, RECIPE_OF_EMBEDDING, photo_ids=photo_ids)
            if self._encoder
            else {}
        )
        looked = [photo_id for photo_id in photo_ids if photo_id in people]
        encodings = [
            Encodings(
                landmarks=people[i][0] if people[i] and i not in judged_alone else None,
                embedding=embeddings.get(i),
            )
            for i in looked
        ]
        return (
            np.array(looked, dtype=np.int64),
            features(encodings, dim=self._dim),
            np.array([bool(people[i]) for i in looked], dtype=bool),
        )


# How a photo becomes an embedding: the full photo, one vector. A change of crop or flip is a new recipe.
RECIPE_OF_EMBEDDING = "full-1"
