"""The photo desk: photos in, photos shown, photos deleted for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from yogalab.errors import ConsentMissing, EncoderError, NotYours, PhotoNotFound
from yogalab.lab import left_out
from yogalab.lab.arrivals import Added
from yogalab.lab.bodies import bodies_of, foremost
from yogalab.lab.drawings import Drawings, drawable
from yogalab.lab.grid import Page, PhotoFilter, grid, matching, without_guesses
from yogalab.lab.intake import PhotoIntake
from yogalab.lab.opinions import Opinions
from yogalab.lab.pace import LOOKS, LOOKS_OF_VISITORS
from yogalab.lab.parts import Parts, require
from yogalab.lab.photo_table import PhotoTable, PhotoTables
from yogalab.lab.served import Served
from yogalab.lab.siblings import Siblings
from yogalab.lab.traces import Traces
from yogalab.learning.features import features
from yogalab.records import (
    FIRST,
    Coach,
    Consent,
    Encodings,
    Landmarks,
    Photo,
    Prediction,
    Role,
    Upload,
    persons,
)

# A few fixed sizes, so that nobody can fill the disk by asking for every one.
THUMBNAIL_EDGES = (160, 320, 640)
SWEEP_AFTER = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """What the lab sees in a picture it does not keep. people: everybody found, the chosen one first."""

    prediction: Prediction
    people: tuple[Landmarks, ...]
    encoder: str | None


class PhotoDesk:
    """Photos of this lab."""

    def __init__(self, parts: Parts, served: Served, siblings: Siblings) -> None:
        """siblings: of all photos of the lab, however they are added."""
        self._parts = parts
        self._served = served
        self._siblings = siblings
        self._tables = PhotoTables(served.ledger.history, Opinions(served).number)

    def add(
        self,
        who: Coach,
        uploads: Iterable[Upload],
        *,
        consent: Consent | None,
        source: str = "upload",
        on_step: Callable[[Added], None] = lambda _: None,
    ) -> Added:
        """Keep photos, look at each, and keep the labels that came with them.

        A file that is no photo is noted with its error and the rest goes on.
        Raises ConsentMissing, NotAllowed, DiskFull.
        """
        require(who, Role.COACH)
        if consent is None:
            raise ConsentMissing()
        intake = PhotoIntake(
            self._parts, who, consent=consent, source=source, on_step=on_step, siblings=self._siblings
        )
        return intake.run(uploads)

    def add_drawn(
        self,
        who: Coach,
        *,
        count: int = 60,
        poses: int = 10,
        labelled: float = 0.5,
        seed: int = 0,
        on_step: Callable[[Added], None] = lambda _: None,
    ) -> Added:
        """Fill the lab with drawn people, a share of them labelled, for trying it out without photos.

        The same seed draws the same people, so again adds nothing.
        """
        require(who, Role.COACH)
        drawings = Drawings(drawable(self._parts.store.poses(), poses), count, labelled=labelled, seed=seed)
        intake = PhotoIntake(
            self._parts,
            who,
            consent=Consent.DRAWN,
            source="demo",
            on_step=on_step,
            siblings=self._siblings,
            drawn=drawings.skeletons,
        )
        return intake.run(drawings)

    def grid(
        self, who: Coach, wanted: PhotoFilter, *, start: int = 0, count: int = 60, wait: bool = True
    ) -> Page:
        """Photos that pass the filter, so many tiles from the one at `start` on.

        wait: until the lab has read all its photos. Else, while it is at it, the newest photos come as they
        are, and none where a filter is to be passed.
        """
        require(who, Role.VIEWER)
        if wait or self._tables.ready:
            return grid(self.table(), wanted, start=start, count=count)
        if not wanted.everything:
            return without_guesses((), 0)
        return without_guesses(*self._parts.store.newest_photos(start=start, count=count))

    def matching(
        self, who: Coach, wanted: PhotoFilter, *, start: int = 0, count: int | None = None
    ) -> Sequence[int]:
        """Ids of the photos that these tiles of the grid stand for; of all tiles without `count`."""
        require(who, Role.VIEWER)
        ids: list[int] = matching(self.table(), wanted, start=start, count=count).tolist()
        return ids

    def table(self) -> PhotoTable:
        """All photos as columns, as of now."""
        return self._tables.of(self._served.snapshot())

    def skeletons(self, who: Coach, photo_ids: Sequence[int]) -> Mapping[int, Landmarks]:
        """photo id -> the chosen person, for photos where somebody was found."""
        require(who, Role.VIEWER)
        people = self._parts.store.landmarks(self._parts.landmarker.name, photo_ids=photo_ids)
        answers = self._served.snapshot().resolved
        chosen = bodies_of({i: answers[i] for i in photo_ids if i in answers})
        shown = {i: foremost(seen, chosen.get(i, FIRST)) for i, seen in people.items()}
        return {photo_id: found[0] for photo_id, found in shown.items() if found}

    def known(self, who: Coach, data: bytes) -> Photo:
        """The photo of the lab that came from this very file. Raises PhotoNotFound."""
        require(who, Role.VIEWER)
        digest = hashlib.sha256(data).hexdigest()
        return self._parts.store.photo(self._parts.store.known_sources([digest]).get(digest, -1))

    def look(self, who: Coach, name: str, data: bytes) -> Look:
        """Predict a picture without keeping it (live view, trying out). Raises PhotoError, TooOften."""
        require(who, Role.VISITOR)
        self._pace(who)
        photo = self._parts.reader.canonical(name, data)
        seen = self._parts.landmarker.find(photo.pixels)
        encoder, embedding = self._parts.encoder, None
        try:
            if encoder is not None:
                picture = encoder.picture(photo.pixels, seen[0] if seen else None)
                embedding = encoder.encode_photos([picture])[0]
        except EncoderError:
            # As with photos that are added: without its weights the skeleton speaks alone.
            encoder = None
        encodings = Encodings(landmarks=seen[0] if seen else None, embedding=embedding)
        x = features([encodings], dim=self._served.features_dim())
        return Look(
            prediction=self._served.predict(x),
            people=persons(seen),
            encoder=encoder.name if encoder else None,
        )

    def picture(self, who: Coach, photo_id: int, *, edge: int | None = None) -> tuple[bytes, str]:
        """(bytes, media type) of a photo; with `edge` a thumbnail, made at first use and kept."""
        require(who, Role.VIEWER)
        photo = self._parts.store.photo(photo_id)
        if edge is None:
            return self._read(photo.key, photo_id), "image/jpeg"
        edge = min((e for e in THUMBNAIL_EDGES if e >= edge), default=THUMBNAIL_EDGES[-1])
        key = _thumbnail_key(photo.key, edge)
        try:
            with self._parts.files.open(key) as file:
                return file.read(), "image/webp"
        except FileNotFoundError:
            small = self._parts.reader.thumbnail(self._read(photo.key, photo_id), edge)
            self._parts.files.put(key, small)
            try:
                self._parts.store.photo(photo_id)
            except PhotoNotFound:
                # Deleted while its thumbnail was made: nothing of it may stay.
                self._parts.files.delete(key)
                raise
            return small, "image/webp"

    def shaped(self, who: Coach, photo_ids: Sequence[int]) -> int:
        """How many of these an encoder that was trained deeper has learnt from: there they leave their mark.

        One that is trained deeper once they are deleted learns without them.
        """
        require(who, Role.VIEWER)
        kept = {version.encoder for version in self._parts.store.versions() if version.encoder}
        return len(left_out.shaped(self._parts.store, kept | set(self._parts.changes.names()), photo_ids))

    def delete(self, who: Coach, photo_ids: Sequence[int]) -> int:
        """Remove photos for good: files, rows, labels, everything made from them; returns how many.

        That includes what trained versions keep of them. A version published before still has it: publish anew.
        Weights of an encoder that was tuned on them stay as all its photos have shaped them: see `shaped`.
        One that is gone already is passed over. A coach deletes what they added, as long as nobody else has
        said anything of it. Raises NotYours.
        """
        require(who, Role.COACH)
        there = [photo_id for photo_id in photo_ids if photo_id in self._served.snapshot().photos]
        self._require_own(who, there)
        # Versions first: killed in between, the photo is still there to be deleted again.
        traces = Traces(self._parts, there)
        traces.wipe()
        for photo_id in there:
            photo = self._parts.store.delete_photo(photo_id, who=who.id)
            for key in (photo.key, *(_thumbnail_key(photo.key, edge) for edge in THUMBNAIL_EDGES)):
                self._parts.files.delete(key)
        # A training that was at it may have kept its version meanwhile; if it does so later, it sees to it.
        traces.wipe()
        return len(there)

    def sweep(self) -> int:
        """Delete files no row knows: what a crash between file and row, or row and file, left behind."""
        self._parts.files.sweep()
        photos = [photo.key for photo in self._parts.store.photos()]
        known = {*photos, *(_thumbnail_key(key, edge) for key in photos for edge in THUMBNAIL_EDGES)}
        # Young files may belong to a photo that another process is just about to write down.
        old = self._parts.files.keys(older_than_seconds=SWEEP_AFTER)
        lost = [key for key in old if key not in known]
        for key in lost:
            self._parts.files.delete(key)
        return len(lost)

    def _require_own(self, who: Coach, photo_ids: Sequence[int]) -> None:
        """Raises NotYours."""
        photos, history = self._served.snapshot().photos, self._served.ledger.history
        others = [
            photo_id
            for photo_id in photo_ids
            if photos[photo_id].added_by != who.id or any(event.coach != who.id for event in history(photo_id))
        ]
        if others and who.role is not Role.OWNER:
            raise NotYours(n=len(others))

    def _pace(self, who: Coach) -> None:
        """Raises TooOften: who only looks on may not keep the machine from those who teach it."""
        if who.role is Role.VIEWER:
            self._parts.pace.take("look", who.id, LOOKS)
        elif who.role is Role.VISITOR:
            # Whoever has no name has no number of their own either.
            self._parts.pace.take("look", "", LOOKS_OF_VISITORS)

    def _read(self, key: str, photo_id: int) -> bytes:
        try:
            with self._parts.files.open(key) as file:
                return file.read()
        except FileNotFoundError as error:
            raise PhotoNotFound(photo_id=photo_id) from error


def _thumbnail_key(key: str, edge: int) -> str:
    return f"thumbs/{edge}/{key.removesuffix('.jpg')}.webp"
