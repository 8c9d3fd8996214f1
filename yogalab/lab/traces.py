"""What trained versions keep of a photo: its row of figures. A photo that is deleted goes from there too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from yogalab.errors import DamagedVersion, UnknownFormat, VersionNotFound
from yogalab.lab.bodies import body_of
from yogalab.lab.close_ups import every_vector
from yogalab.lab.parts import TUNE, Parts
from yogalab.learning.features import RECIPE, features, layout_of
from yogalab.learning.ladder import forget
from yogalab.ports import LabelStore
from yogalab.records import FIRST, Encodings, Head, JobState, Landmarks, Matrix

_OPEN: Final = frozenset({JobState.WAITING, JobState.RUNNING})


class Traces:
    """The rows that versions may keep of some photos. Made while the photos are still there."""

    def __init__(self, parts: Parts, photo_ids: Sequence[int]) -> None:
        self._parts = parts
        self._ids = list(photo_ids)
        self._seen: dict[tuple[str, str | None], list[Encodings]] = {}
        self._wiped: set[str] = set()
        # Whom the photos may have been taught by, nobody included.
        self._named = {i: _named(parts.store, i) for i in self._ids}
        encoder = parts.encoder
        # A version that is trained just now comes after the photos went.
        self._sights(parts.landmarker.name, encoder.name if encoder else None)

    def wipe(self) -> None:
        """Take the photos out of every version on disk, whatever pose model and encoder it was made with.

        Again: out of those that came since.
        """
        if not any(job.state in _OPEN for job in self._parts.store.jobs(kind=TUNE)):
            # What a tuning that was given up has left behind was made from photos, too. One that is running
            # begins anew when it misses a photo, and leaves nothing behind should it be given up now.
            self._parts.changes.clear()
        for version in self._parts.store.versions():
            if version.fingerprint in self._wiped:
                continue
            self._wiped.add(version.fingerprint)
            try:
                head = self._parts.versions.load(version.fingerprint)
                if head.recipe == RECIPE:
                    without(self._parts, head, self._rows(head), fingerprint=version.fingerprint)
            except (DamagedVersion, VersionNotFound, UnknownFormat):
                # What cannot be read answers nobody, and must not keep a photo from being deleted.
                continue

    def _rows(self, head: Head) -> Matrix:
        dim = layout_of(head.arrays["support"].shape[1]).dim
        return features(self._sights(head.pose_model, head.encoder), dim=dim)

    def _sights(self, pose_model: str, encoder: str | None) -> list[Encodings]:
        """Each photo as it may have been taught: a skeleton may be called wrong, a vector come, later on."""
        if (pose_model, encoder) not in self._seen:
            store = self._parts.store
            named = {person for some in self._named.values() for person in some if person is not None}
            people = store.landmarks(pose_model, photo_ids=self._ids)
            seen = every_vector(store, encoder, pose_model, self._ids, named) if encoder else []
            self._seen[pose_model, encoder] = [
                one
                for i in self._ids
                for one in _ways(
                    {body_of(people.get(i, ()), person) for person in self._named[i]},
                    [vectors[i] for vectors in seen if i in vectors],
                )
            ]
        return self._seen[pose_model, encoder]


def without(parts: Parts, head: Head, rows: Matrix, *, fingerprint: str) -> None:
    """Write a version anew without what it keeps of some photos; one that keeps nothing stays as it is.

    rows: (m, d) features of the photos.
    """
    less = forget(head, rows)
    if less is not head:
        parts.versions.save(less, fingerprint=fingerprint, facts=parts.versions.facts(fingerprint))


def _named(store: LabelStore, photo_id: int) -> set[int | None]:
    return {None, FIRST, *(event.person for event in store.events(photo_id=photo_id))}


def _ways(bodies: Collection[Landmarks | None], vectors: Sequence[Matrix]) -> list[Encodings]:
    return [
        Encodings(landmarks=body, embedding=vector)
        for body in bodies
        for vector in (*vectors, None)
        if body is not None or vector is not None
    ]
