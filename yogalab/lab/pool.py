"""Every photo of the lab as a row of one feature matrix, kept up to date with the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from yogalab.lab.bodies import Bodies, body_of
from yogalab.lab.close_ups import RECIPE_OF_EMBEDDING, vectors
from yogalab.learning.features import RECIPE, features, layout_of
from yogalab.ports import Pulse, Store
from yogalab.records import FIRST, Consent, Encodings, Matrix, Photo, persons


class Pool:
    """Photos and their features.

    ids: (n,) int64, ascending; x: (n, d) float32, one row per photo that was looked at.
    found, holdout: (n,) whether somebody was found, more than faintly; whether it is kept for judging, never
    trained on. taught: (n,) whether something may be learnt from it: not kept aside, and nobody shown said no.
    groups: (n,) int64, the same for near-duplicates.
    """

    def __init__(
        self,
        store: Store,
        *,
        pose_model: str,
        encoder: str | None,
        dim: int,
        seen_as: str = RECIPE_OF_EMBEDDING,
    ) -> None:
        """seen_as: the recipe by which the encoder sees photos, as of `close_ups.recipe_of`."""
        self._store = store
        self._seen_as = seen_as
        self._pose_model = pose_model
        self._encoder = encoder
        self._dim = dim
        self._pulse: Pulse | None = None
        self._bodies: Bodies = {}
        self._waiting: frozenset[int] = frozenset()
        self.photos: dict[int, Photo] = {}
        self.ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self.x: Matrix = features([], dim=dim)
        self.found: NDArray[np.bool_] = np.zeros(0, bool)
        self.groups: NDArray[np.int64] = np.zeros(0, np.int64)
        self.holdout: NDArray[np.bool_] = np.zeros(0, bool)
        self.taught: NDArray[np.bool_] = np.zeros(0, bool)
        self.row: dict[int, int] = {}

    def catch_up(self, pulse: Pulse, *, bodies: Bodies = MappingProxyType({})) -> NDArray[np.int64] | None:
        """Take in new photos and drop deleted ones. None when nothing changed.

        bodies: whose body counts, as of `bodies_of`.
        Returns (n,) the old row of each row, -1 where its features are new.
        """
        if self._pulse is not None and bodies == self._bodies and _same(pulse, self._pulse):
            return None
        before = self._pulse
        # Should a step fail, everything is read again.
        self._pulse = None
        self.photos = self._photos(before, pulse)
        keep = self._unchanged(before, pulse, bodies)
        self._waiting &= keep
        ids, x, found = self._encode([i for i in self.photos if i not in keep], bodies)
        kept = np.flatnonzero(np.isin(self.ids, np.fromiter(keep, np.int64, len(keep))))
        origin = np.concatenate([kept, np.full(len(ids), -1)])
        ids = np.concatenate([self.ids[kept], ids])
        order = np.argsort(ids, kind="stable")
        self.ids = ids[order]
        self.x = np.concatenate([self.x[kept], x])[order]
        self.found = np.concatenate([self.found[kept], found])[order]
        shown = [self.photos[photo_id] for photo_id in self.ids.tolist()]
        self.groups = np.array([photo.group for photo in shown], dtype=np.int64)
        self.holdout = np.array([photo.holdout for photo in shown], dtype=bool)
        self.taught = np.array([photo.teaches for photo in shown], dtype=bool)
        self.row = {photo_id: row for row, photo_id in enumerate(self.ids.tolist())}
        self._pulse, self._bodies = pulse, bodies
        return np.asarray(origin[order])

    def rows(self, photo_ids: Sequence[int]) -> NDArray[np.int64]:
        """Row numbers of photos that are in the pool."""
        return np.array([self.row[photo_id] for photo_id in photo_ids], dtype=np.int64)

    @property
    def recipe(self) -> str:
        return RECIPE

    def _photos(self, before: Pulse | None, pulse: Pulse) -> dict[int, Photo]:
        """All photos by id, a new mapping: readers hold the old one."""
        if before is None:
            return {photo.id: photo for photo in self._store.photos()}
        new = self._store.photos(after=max(self.photos, default=0))
        photos = self.photos | {photo.id: photo for photo in new}
        if pulse.purges == before.purges and pulse.photos - before.photos == len(new):
            return photos
        # Besides those added, some went, moved to another group or side, or have another consent recorded.
        sides = self._store.sides()
        return {i: _beside(photo, *sides[i]) for i, photo in photos.items() if i in sides}

    def _unchanged(self, before: Pulse | None, pulse: Pulse, bodies: Bodies) -> set[int]:
        if before is None:
            return set()
        keep = self.row.keys() & self.photos.keys()
        # Another body counts now, or none.
        keep -= {photo_id for photo_id, _ in bodies.items() ^ self._bodies.items()}
        if self._encoder is not None and pulse.embeddings != before.embeddings:
            # Embeddings arrive for photos already in the pool: rows without one are made again, and those
            # with one that only stands in.
            bare = np.abs(self.x[:, layout_of(self.x.shape[1]).embedding]).max(axis=1, initial=0) == 0
            keep -= {*self.ids[bare].tolist(), *self._waiting}
        return keep

    def _encode(
        self, photo_ids: Sequence[int], bodies: Bodies
    ) -> tuple[NDArray[np.int64], Matrix, NDArray[np.bool_]]:
        if not photo_ids:
            return np.zeros(0, np.int64), features([], dim=self._dim), np.zeros(0, bool)
        people = self._store.landmarks(self._pose_model, photo_ids=photo_ids)
        embeddings: Mapping[int, Matrix] = {}
        if self._encoder:
            embeddings, waiting = vectors(self._store, self._encoder, self._seen_as, photo_ids, bodies)
            self._waiting |= waiting
        looked = [photo_id for photo_id in photo_ids if photo_id in people]
        encodings = [
            Encodings(
                landmarks=body_of(people[i], bodies.get(i, FIRST)),
                embedding=embeddings.get(i),
            )
            for i in looked
        ]
        return (
            np.array(looked, dtype=np.int64),
            features(encodings, dim=self._dim),
            np.array([bool(persons(people[i])) for i in looked], dtype=bool),
        )


def _same(pulse: Pulse, before: Pulse) -> bool:
    """True when no photo was added, deleted, moved, looked at or embedded."""
    return (pulse.purges, pulse.photos, pulse.looked, pulse.embeddings) == (
        before.purges,
        before.photos,
        before.looked,
        before.embeddings,
    )


def _beside(photo: Photo, group: int, holdout: bool, consent: Consent) -> Photo:
    if (photo.group, photo.holdout, photo.consent) == (group, holdout, consent):
        return photo
    return replace(photo, group=group, holdout=holdout, consent=consent)
