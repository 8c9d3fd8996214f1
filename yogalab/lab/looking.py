"""Looking anew: when the pose model or its recipe has changed, the new one sees every photo of the lab.

So does an encoder that looks at the body a skeleton shows it, whenever that is another one, another person's,
or called wrong.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from typing import Final

from yogalab.errors import EncoderError, PhotoNotFound
from yogalab.lab.bodies import said_of
from yogalab.lab.close_ups import recipe_of, sees_close_ups, shown, vectors
from yogalab.lab.encoders import EncoderDesk
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.ports import Encoder, Progress
from yogalab.records import Coach, Intake, JobState, Photo, Role, Upload

LOOK: Final = "look"
_OPEN: Final = frozenset({JobState.WAITING, JobState.RUNNING})
# Nobody in particular asked for it: the lab goes on with what it began.
_LAB: Final = "lab"
_BATCH: Final = 16


class LookingDesk:
    """Skeletons of two recipes are never mixed: a photo waits, with its labels, until the new one saw it."""

    def __init__(self, parts: Parts, served: Served, encoders: EncoderDesk) -> None:
        self._parts = parts
        self._served = served
        self._encoders = encoders

    def waiting(self, who: Coach) -> int:
        """How many photos the pose model in use has not looked at."""
        require(who, Role.VIEWER)
        return self._waiting()

    def go_on(self) -> None:
        """Begin looking in the background where photos wait and nobody has begun."""
        if self._is_there(_OPEN):
            return
        encoder = self._close_up_encoder()
        if self._waiting() or (encoder is not None and self._encoders.missing(encoder)):
            self._parts.jobs.start(LOOK, {}, who=_LAB)

    def follow(self, photo_id: int) -> None:
        """Once somebody has said something of a photo: look at it anew where its skeleton counts otherwise now.

        Until that is done, it is answered for by what was seen of it before.
        """
        encoder, store = self._close_up_encoder(), self._parts.store
        if encoder is None:
            return
        recipe = recipe_of(encoder, self._parts.landmarker.name)
        # A job that runs already may be past this photo.
        _, waits = vectors(store, encoder.name, recipe, [photo_id], said_of(store, photo_id))
        if waits and not self._is_there({JobState.WAITING}):
            self._parts.jobs.start(LOOK, {}, who=_LAB)

    def look_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Look at every photo that waits. Run as a job; stopped, it goes on later.

        Raises PoseModelMissing, Cancelled.
        """
        tried: set[int] = set()
        encoder = self._close_up_encoder()
        while missing := self._missing(tried):
            seen: list[tuple[int, Intake]] = []
            try:
                for done, look in enumerate(self._looks(missing, encoder)):
                    seen.append(look)
                    progress(done / len(missing), "look.photos")
                    if len(seen) == _BATCH:
                        self._keep(encoder, seen)
                        seen = []
            finally:
                self._keep(encoder, seen)
            tried.update(photo.id for photo in missing)
        if encoder is not None:
            # Without its weights the lab goes on with what was seen before.
            with suppress(EncoderError):
                self._encoders.encode_all(encoder, progress, stage="encode.photos")
        return {"photos": len(tried)}

    def _keep(self, encoder: Encoder | None, seen: Sequence[tuple[int, Intake]]) -> None:
        """The vectors first: a photo counts as looked at by its skeleton, and is never without either."""
        pose_model = self._parts.landmarker.name
        read = [(photo_id, intake) for photo_id, intake in seen if intake.photo is not None]
        if encoder is not None and read:
            with suppress(EncoderError):
                made = encoder.encode_photos([shown(encoder, intake) for _, intake in read])
                new = {photo_id: vector for (photo_id, _), vector in zip(read, made, strict=True)}
                self._parts.store.put_embeddings(encoder.name, recipe_of(encoder, pose_model), new)
        for photo_id, intake in seen:
            # One that cannot be read shows nobody; one that was deleted meanwhile is gone.
            with suppress(PhotoNotFound):
                self._parts.store.put_landmarks(photo_id, pose_model, intake.people)

    def _close_up_encoder(self) -> Encoder | None:
        """The encoder in use, if what it is shown depends on the skeleton."""
        return self._parts.encoder if sees_close_ups(self._parts.encoder) else None

    def _is_there(self, states: Set[JobState]) -> bool:
        return any(job.state in states for job in self._parts.store.jobs(kind=LOOK))

    def _waiting(self) -> int:
        snapshot = self._served.snapshot()
        return len(snapshot.photos) - len(snapshot.ids)

    def _missing(self, tried: Collection[int]) -> Sequence[Photo]:
        snapshot = self._served.snapshot()
        return [photo for i, photo in snapshot.photos.items() if i not in snapshot.row and i not in tried]

    def _looks(self, photos: Sequence[Photo], encoder: Encoder | None) -> Iterator[tuple[int, Intake]]:
        """(photo id, what is seen in it), in order."""
        # The reader takes files ahead of those it answers.
        asked: deque[int] = deque()
        framing = encoder.framing if encoder else None
        for intake in self._parts.reader.read_many(self._files(photos, asked), framing=framing):
            yield asked.popleft(), intake

    def _files(self, photos: Sequence[Photo], asked: deque[int]) -> Iterator[Upload]:
        for photo in photos:
            try:
                with self._parts.files.open(photo.key) as file:
                    data = file.read()
            except FileNotFoundError:
                # Deleted before its turn came.
                continue
            asked.append(photo.id)
            yield Upload(name=photo.name, data=data)
