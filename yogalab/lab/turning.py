"""Another person in a photo, or none: what the lab would say if the photo were judged so."""

from __future__ import annotations

from contextlib import suppress

from yogalab.errors import EncoderError, PhotoNotFound
from yogalab.lab.bodies import body_of
from yogalab.lab.cards import Cards
from yogalab.lab.close_ups import encode, recipe_for, recipe_of, vectors
from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.learning.features import features, informative
from yogalab.records import FIRST, Card, Encodings, Matrix, Photo


class Turning:
    """Looks at a photo by another body. Nothing is said of the photo by that."""

    def __init__(self, parts: Parts, served: Served, cards: Cards) -> None:
        self._parts = parts
        self._served = served
        self._cards = cards

    def card(self, snapshot: Snapshot, photo_id: int, *, person: int, alone: bool) -> Card:
        """Return the photo's card, judged by a person's skeleton; by the picture alone where that is wrong.

        Raises PhotoNotFound.
        """
        photo = snapshot.photos.get(photo_id)
        if photo is None:
            raise PhotoNotFound(photo_id=photo_id)
        x = self.features(photo, None if alone else person, anew=True)
        # Where nothing is seen, what would be said is the same for every photo.
        prediction = self._served.look(x) if informative(x)[0] else None
        return self._cards.turned(snapshot, photo_id, person=person, alone=alone, prediction=prediction)

    def features(self, photo: Photo, judged_by: int | None, *, anew: bool) -> Matrix:
        """(1, d) what is seen of a photo that is judged by this person; None: by nobody.

        A person whom nobody found is the first one. anew: whether the encoder looks where it has not yet.
        """
        seen = self._parts.store.landmarks(self._parts.landmarker.name, photo_ids=[photo.id])
        body = body_of(seen.get(photo.id, ()), judged_by)
        if judged_by is not None:
            judged_by = body.person if body else FIRST
        encodings = Encodings(landmarks=body, embedding=self._vector(photo, judged_by, anew=anew))
        return features([encodings], dim=self._served.features_dim())

    def _vector(self, photo: Photo, judged_by: int | None, *, anew: bool) -> Matrix | None:
        """What the encoder sees of the photo so; made at the first time, and kept.

        Where the encoder is not to look, or cannot, what it has seen of the photo before stands in.
        """
        encoder = self._parts.encoder
        if encoder is None:
            return None
        store, recipe = self._parts.store, recipe_of(encoder, self._parts.landmarker.name)
        counts = {photo.id: judged_by}
        kept = store.embeddings(encoder.name, recipe_for(recipe, judged_by), photo_ids=[photo.id])
        if anew and photo.id not in kept:
            with suppress(EncoderError):
                kept = encode(self._parts, encoder, [photo], counts)
        known, _ = vectors(store, encoder.name, recipe, [photo.id], counts)
        return {**known, **kept}.get(photo.id)
