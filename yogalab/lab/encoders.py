"""The encoder desk: which CLIP looks at the photos. Changed by a click, never by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from typing import Final

from yogalab.errors import EncoderError
from yogalab.lab.close_ups import RECIPE_OF_EMBEDDING, judged_alone, recipe_of, sees_close_ups
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
        return self._parts.jobs.start(ENCODE, {"encoder": name}, who=who.id)

    def change_to(self, who: Coach, name: str | None, *, version: int) -> Job | None:
        """Serve a version with the encoder it was made with: at once where that has seen all photos.

        Where it has not, a job lets it see the others first, and nothing changes before.
        Raises EncoderRefused, EncoderUnknown.
        """
        require(who, Role.OWNER)
        if name is None or not self.missing(self._parts.encoders.open(name)):
            self._switch(name, version, who.id)
            return None
        return self._parts.jobs.start(ENCODE, {"encoder": name, "version": version}, who=who.id)

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
            wrong = self._wrong(encoder)
            for start in range(0, len(missing), _BATCH):
                progress(start / len(missing), stage)
                some = missing[start : start + _BATCH]
                self._encode(encoder, some, wrong)
                encoded.update(photo.id for photo in some)
        return len(encoded)

    def missing(self, encoder: Encoder, encoded: Set[int] = frozenset()) -> Sequence[Photo]:
        """Photos that an encoder has not seen, or not as they count now, besides those `encoded`."""
        store, wrong = self._parts.store, self._wrong(encoder)
        done = store.embeddings(encoder.name, recipe_of(encoder, self._parts.landmarker.name)).keys() - wrong
        if wrong:
            done |= store.embeddings(encoder.name, RECIPE_OF_EMBEDDING, photo_ids=sorted(wrong)).keys()
        return [photo for photo in store.photos() if photo.id not in done and photo.id not in encoded]

    def _wrong(self, encoder: Encoder) -> Set[int]:
        """Photos that the encoder sees as a whole, because their skeleton was called wrong."""
        return judged_alone(self._parts.store) if sees_close_ups(encoder) else frozenset()

    def _encode(self, encoder: Encoder, photos: Sequence[Photo], wrong: Set[int] = frozenset()) -> None:
        pictures = {}
        seen = self._parts.store.landmarks(
            self._parts.landmarker.name, photo_ids=[photo.id for photo in photos]
        )
        for photo in photos:
            # A photo may be deleted before its turn comes.
            with suppress(FileNotFoundError), self._parts.files.open(photo.key) as file:
                pixels = self._parts.reader.canonical(photo.name, file.read()).pixels
                body = None if photo.id in wrong else next(iter(seen.get(photo.id, ())), None)
                pictures[photo.id] = encoder.picture(pixels, body)
        if pictures:
            vectors = dict(zip(pictures, encoder.encode_photos(list(pictures.values())), strict=True))
            put, whole = self._parts.store.put_embeddings, vectors.keys() & wrong
            put(encoder.name, RECIPE_OF_EMBEDDING, {i: vectors[i] for i in whole})
            recipe = recipe_of(encoder, self._parts.landmarker.name)
            put(encoder.name, recipe, {i: vectors[i] for i in vectors.keys() - whole})

    def _switch(self, name: str | None, version: int | None, who: str) -> None:
        """version: the one that is active from then on; None leaves it to the one that is."""
        self._parts.store.activate(version, who=who, settings={ENCODER: name or ""})
        self._served.follow_encoder()
