"""Looking anew: when the pose model or its recipe has changed, the new one sees every photo of the lab."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from yogalab.errors import PhotoNotFound
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.ports import Progress
from yogalab.records import Coach, Intake, JobState, Photo, Role, Upload

LOOK: Final = "look"
_OPEN: Final = frozenset({JobState.WAITING, JobState.RUNNING})
# Nobody in particular asked for it: the lab goes on with what it began.
_LAB: Final = "lab"


class LookingDesk:
    """Skeletons of two recipes are never mixed: a photo waits, with its labels, until the new one saw it."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served

    def waiting(self, who: Coach) -> int:
        """How many photos the pose model in use has not looked at."""
        require(who, Role.VIEWER)
        return self._waiting()

    def go_on(self) -> None:
        """Begin looking in the background where photos wait and nobody has begun."""
        if self._waiting() and not any(job.state in _OPEN for job in self._parts.store.jobs(kind=LOOK)):
            self._parts.jobs.start(LOOK, {}, who=_LAB)

    def look_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Look at every photo that waits. Run as a job; stopped, it goes on later.

        Raises PoseModelMissing, Cancelled.
        """
        tried: set[int] = set()
        while missing := self._missing(tried):
            for done, (photo_id, intake) in enumerate(self._looks(missing)):
                progress(done / len(missing), "look.photos")
                # One that cannot be read shows nobody; one that was deleted meanwhile is gone.
                with suppress(PhotoNotFound):
                    self._parts.store.put_landmarks(photo_id, self._parts.landmarker.name, intake.people)
            tried.update(photo.id for photo in missing)
        return {"photos": len(tried)}

    def _waiting(self) -> int:
        snapshot = self._served.snapshot()
        return len(snapshot.photos) - len(snapshot.ids)

    def _missing(self, tried: Collection[int]) -> Sequence[Photo]:
        snapshot = self._served.snapshot()
        return [photo for i, photo in snapshot.photos.items() if i not in snapshot.row and i not in tried]

    def _looks(self, photos: Sequence[Photo]) -> Iterator[tuple[int, Intake]]:
        """(photo id, what is seen in it), in order."""
        # The reader takes files ahead of those it answers.
        asked: deque[int] = deque()
        for intake in self._parts.reader.read_many(self._files(photos, asked)):
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
