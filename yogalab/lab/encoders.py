"""The encoder desk: which CLIP looks at the photos. Changed by a click, never by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Final

from yogalab.errors import EncoderError
from yogalab.lab.bodies import Bodies, said_of
from yogalab.lab.close_ups import encode, recipe_of, sees_close_ups, vectors
from yogalab.lab.parts import ENCODER, Parts, require
from yogalab.lab.served import Served
from yogalab.ports import Encoder, Progress
from yogalab.records import Coach, EncoderInfo, Job, Photo, Role

ENCODE: Final = "encode"
_BATCH: Final = 16


class EncoderDesk:
    """Choose an encoder; every photo is encoded by it before the lab switches over."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served
        self._trouble: tuple[str, EncoderError] | None = None

    def list(self, who: Coach) -> Sequence[EncoderInfo]:
        """What may be chosen."""
        require(who, Role.VIEWER)
        return self._parts.encoders.rows()

    def current(self) -> str | None:
        """The name of the encoder in use; None when the lab works from skeletons alone."""
        return self._parts.encoder.name if self._parts.encoder else None

    def look(self) -> None:
        """Load the encoder in use, and remember why it cannot be: choosing one does not bring its weights."""
        encoder, self._trouble = self._parts.encoder, None
        if encoder is None:
            return
        try:
            encoder.encode_texts(["yoga"])
        except EncoderError as error:
            self._trouble = (encoder.name, error)

    def trouble(self) -> EncoderError | None:
        """Why the encoder in use says nothing, as far as `look` has found; None when it speaks."""
        if self._trouble is None or self._trouble[0] != self.current():
            return None
        return self._trouble[1]

    def choose(self, who: Coach, name: str | None) -> Job | None:
        """Start the change to another encoder; None goes back to skeletons alone, at once.

        Raises EncoderRefused, EncoderUnknown.
        """
        require(who, Role.OWNER)
        if name is None:
            self._switch(None, None, who.id)
            return None
        self._parts.encoders.open(name)
        return self._parts.start(ENCODE, {"encoder": name}, who)

    def change_to(self, who: Coach, name: str | None, *, version: int) -> Job | None:
        """Serve a version with the encoder it was made with: at once where that has seen all photos.

        Where it has not, a job lets it see the others first, and nothing changes before.
        Raises EncoderRefused, EncoderUnknown.
        """
        require(who, Role.OWNER)
        if name is None or not self.missing(self._parts.encoders.open(name)):
            self._switch(name, version, who.id)
            return None
        return self._parts.start(ENCODE, {"encoder": name, "version": version}, who)

    def encode_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Encode every photo that has no embedding yet, then switch. Run as a job; stopped, it goes on later.

        Raises EncoderMissing, EncoderNeeds, EncoderDamaged, Cancelled.
        """
        encoder = self._parts.encoders.open(str(payload["encoder"]))
        progress(0.0, "encode.load")
        encoder.encode_texts(["yoga"])
        photos = self.encode_all(encoder, progress, stage="encode.photos")
        version = payload.get("version")
        self._switch(encoder.name, None if version is None else int(str(version)), who)
        # Whoever was adding photos just then still had the encoder before in hand.
        photos += self.encode_all(encoder, progress, stage="encode.photos")
        return {"encoder": encoder.name, "photos": photos, "version": version}

    def encode_all(self, encoder: Encoder, progress: Progress, *, stage: str) -> int:
        """Encode the photos that an encoder has not seen, and return how many those were.

        Raises EncoderMissing, EncoderNeeds, EncoderDamaged, Cancelled.
        """
        encoded: set[int] = set()
        # Photos that are added meanwhile are seen by the old encoder only: they are encoded in a further round.
        while missing := self.missing(encoder, encoded):
            bodies = self._bodies(encoder)
            for start in range(0, len(missing), _BATCH):
                progress(start / len(missing), stage)
                some = missing[start : start + _BATCH]
                encode(self._parts, encoder, some, bodies)
                encoded.update(photo.id for photo in some)
        return len(encoded)

    def missing(self, encoder: Encoder, encoded: Set[int] = frozenset()) -> Sequence[Photo]:
        """Photos that an encoder has not seen, or not as they count now, besides those `encoded`."""
        store, bodies = self._parts.store, self._bodies(encoder)
        photos = [photo for photo in store.photos() if photo.id not in encoded]
        recipe = recipe_of(encoder, self._parts.landmarker.name)
        known, waiting = vectors(store, encoder.name, recipe, [photo.id for photo in photos], bodies)
        return [photo for photo in photos if photo.id not in known or photo.id in waiting]

    def _bodies(self, encoder: Encoder) -> Bodies:
        """Whose body counts, for an encoder to which that makes a difference."""
        return said_of(self._parts.store) if sees_close_ups(encoder) else {}

    def _switch(self, name: str | None, version: int | None, who: str) -> None:
        """version: the one that is active from then on; None leaves it to the one that is."""
        self._parts.store.activate(version, who=who, settings={ENCODER: name or ""})
        self._served.follow_encoder()
