"""Offered files become photos of the lab: hashed, read in parallel, kept in batches."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from yogalab.errors import EncoderError, PhotoError, PoseExists, PoseNotFound, YogaLabError
from yogalab.lab.arrivals import Added, Arrival
from yogalab.lab.bodies import person_in
from yogalab.lab.close_ups import recipe_of, shown
from yogalab.lab.drawings import seen_right
from yogalab.lab.parts import Parts
from yogalab.lab.poses import LONGEST_NAME
from yogalab.lab.siblings import Siblings
from yogalab.lab.ways import IMPORTED
from yogalab.poses.taxonomy import match, slugify
from yogalab.records import (
    FIRST,
    VIDEO,
    CanonicalPhoto,
    Coach,
    Consent,
    Framing,
    Intake,
    LabelEvent,
    LabelKind,
    Landmarks,
    Matrix,
    NewPhoto,
    Photo,
    Pose,
    Role,
    Upload,
    persons,
)

BATCH = 16


class PhotoIntake:
    """One run of adding photos."""

    def __init__(
        self,
        parts: Parts,
        who: Coach,
        *,
        consent: Consent,
        source: str,
        on_step: Callable[[Added], None],
        siblings: Siblings,
        drawn: Mapping[str, Landmarks] | None = None,
    ) -> None:
        """drawn: file name -> skeleton, for pictures the pose model does not see rightly."""
        self._parts = parts
        self._who = who
        self._consent = consent
        self._source = source
        self._on_step = on_step
        self._drawn = {} if drawn is None else drawn
        self._siblings = siblings
        siblings.catch_up()
        # What is being read, in the order in which it comes back: whose it is, and whether of a clip.
        self._asked: deque[tuple[Arrival, Upload]] = deque()
        self._waiting: list[tuple[Intake, NewPhoto, Arrival]] = []
        self._labels: list[tuple[int, str, Arrival]] = []
        self._hashes: dict[str, int] = {}
        self.added = Added()

    def run(self, uploads: Iterable[Upload]) -> Added:
        """Add them all. One bad file is noted and the rest goes on; what is kept stays kept."""
        try:
            for intake in self._parts.reader.read_many(self._unknown(uploads), framing=self._framing()):
                self._take(intake)
                if len(self._waiting) >= BATCH:
                    self._keep()
        finally:
            # Also when the run is stopped half-way: what was read is kept.
            try:
                self._keep()
            finally:
                self._keep_labels()
        return self.added

    # --- before reading ---------------------------------------------------------------------------

    def _unknown(self, uploads: Iterable[Upload]) -> Iterator[Upload]:
        """Unpack zips and clips and pass on what the lab has not seen, judged by the file's hash alone."""
        for arrival, upload in self._unpacked(uploads):
            photo_id = self._here(upload)
            if photo_id is None:
                # What it is, without what is in it.
                self._asked.append((arrival, replace(upload, data=b"")))
                yield self._to_read(upload)
                continue
            if photo_id < 0:
                self.added.add_refused(arrival, upload.name)
            else:
                self.added.add_known(arrival, photo_id)
                self._is_here(photo_id, upload, arrival)
            self._on_step(self.added)

    def _here(self, upload: Upload) -> int | None:
        """The photo that came from this very file; -1 for one that was deleted."""
        return self._of_hash(hashlib.sha256(upload.data).hexdigest())

    def _of_hash(self, digest: str) -> int | None:
        photo_id = self._hashes.get(digest)
        if photo_id is None:
            photo_id = self._parts.store.known_sources([digest]).get(digest)
        return photo_id

    def _to_read(self, upload: Upload) -> Upload:
        """The file as the reader gets it. Nobody but an owner's data set says what it shows."""
        return replace(upload, told=None, people=None)

    def _is_here(self, photo_id: int, upload: Upload, arrival: Arrival) -> None:
        """A file came whose photo was here before."""
        self._want_label(photo_id, upload.label, arrival)

    def _unpacked(self, uploads: Iterable[Upload]) -> Iterator[tuple[Arrival, Upload]]:
        for upload in uploads:
            arrival = Arrival(upload.name)
            self.added.files.append(arrival)
            try:
                for one in self._parts.reader.unpack(upload):
                    yield arrival, one
            except PhotoError as error:
                self.added.add_error(arrival, upload.name, error)
                self._on_step(self.added)

    # --- after reading ----------------------------------------------------------------------------

    def _take(self, intake: Intake) -> None:
        arrival, upload = self._asked.popleft()
        arrival.looked += 1
        if intake.error is not None or intake.photo is None:
            if isinstance(intake.error, YogaLabError) and not isinstance(intake.error, PhotoError):
                raise intake.error
            self.added.add_error(arrival, intake.name, intake.error or ValueError(intake.name))
        elif self._parts.store.known_sources([intake.photo.sha256]).get(intake.photo.sha256, 0) < 0:
            # Another file of a photo that was deleted: without its metadata, or in another format.
            self.added.add_refused(arrival, intake.name)
        elif upload.source == VIDEO and self._shows_the_same(intake):
            self.added.add_alike(arrival)
        else:
            self._want(intake, intake.photo, arrival, upload)
        self._on_step(self.added)

    def _shows_the_same(self, intake: Intake) -> bool:
        """Whether a frame tells nothing new. A photo was chosen by somebody, a clip's next second was not."""
        waiting = [waiting for waiting, _, _ in self._waiting]
        return self._siblings.alike(intake, waiting) or self._siblings.has_twin(intake)

    def _want(self, intake: Intake, photo: CanonicalPhoto, arrival: Arrival, upload: Upload) -> None:
        if (drawn := self._drawn.get(intake.name)) is not None and not seen_right(intake.people, drawn):
            # What was made of the photo by the skeleton that was seen is to be made anew.
            intake = replace(intake, people=(drawn,), picture=None)
        if self._siblings.alike(intake, [waiting for waiting, _, _ in self._waiting]):
            # The next frame of a series: its twin needs a group before this one can join it.
            self._keep()
        group, holdout = self._place(intake, upload)
        new = NewPhoto(
            photo=photo,
            key=f"{photo.sha256[:2]}/{photo.sha256}.jpg",
            who=self._who.id,
            source=upload.source or self._source,
            consent=self._consent,
            pose_model=self._parts.landmarker.name,
            people=intake.people,
            image_hash=intake.image_hash,
            group=group,
            holdout=holdout,
        )
        self._waiting.append((intake, self._about(new, upload), arrival))

    def _place(self, intake: Intake, upload: Upload) -> tuple[int | None, bool]:
        """As `Siblings.place`."""
        return self._siblings.place(intake, stretch=upload.stretch)

    def _about(self, new: NewPhoto, upload: Upload) -> NewPhoto:
        """A photo about to be kept, with what came with its file."""
        return new

    def _is_kept(self, photo: Photo, new: NewPhoto, arrival: Arrival, *, fresh: bool) -> None:
        """A file's photo is in the lab."""

    def _keep(self) -> None:
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        # Files first: a row whose file is missing would be a lost photo, a file without a row is swept.
        self._parts.files.put_many({new.key: new.photo.data for _, new, _ in batch})
        rows = self._parts.store.add_photos([new for _, new, _ in batch])
        self._embed([(photo, one[0]) for (photo, fresh), one in zip(rows, batch, strict=True) if fresh])
        for (photo, fresh), (intake, new, arrival) in zip(rows, batch, strict=True):
            self._hashes[new.photo.source_sha256] = photo.id
            if fresh:
                self.added.add_new(arrival, photo.id, nobody=not persons(new.people))
            else:
                self.added.add_known(arrival, photo.id)
            self._siblings.remember(photo, intake)
            self._want_label(photo.id, intake.label, arrival)
            self._is_kept(photo, new, arrival, fresh=fresh)
        self._on_step(self.added)

    def _framing(self) -> Framing | None:
        return self._parts.encoder.framing if self._parts.encoder else None

    def _embed(self, fresh: Sequence[tuple[Photo, Intake]]) -> None:
        encoder = self._parts.encoder
        if encoder is None or not fresh or self.added.encoder_trouble is not None:
            return
        try:
            vectors: Matrix = encoder.encode_photos([shown(encoder, intake) for _, intake in fresh])
        except EncoderError as error:
            # The photos are kept all the same, and encoded when the encoder is chosen again.
            self.added.encoder_trouble = error
            return
        self._parts.store.put_embeddings(
            encoder.name,
            recipe_of(encoder, self._parts.landmarker.name),
            {photo.id: vector for (photo, _), vector in zip(fresh, vectors, strict=True)},
        )

    # --- labels that came with the files ----------------------------------------------------------

    def _want_label(self, photo_id: int, label: str | None, arrival: Arrival) -> None:
        # A folder called "!!!" names nothing.
        if label and slugify(label):
            self._labels.append((photo_id, label, arrival))

    def _keep_labels(self) -> None:
        if not self._labels:
            return
        poses, known = PoseNames(self._parts, self._who), set(self.added.known)
        events = [
            LabelEvent(
                # The same import again makes the same id, so it adds nothing.
                id=str(uuid5(NAMESPACE_URL, f"yogalab:import:{photo_id}:{pose_id}")),
                photo_id=photo_id,
                coach=self._who.id,
                kind=LabelKind.POSE,
                pose_id=pose_id,
                # Whom coaches were asked about, not another one again.
                person=person_in(self._parts.store, photo_id) if photo_id in known else FIRST,
                details={"source": self._source, IMPORTED: label},
            )
            for photo_id, label, arrival in self._labels
            if (pose_id := poses.id_of(label, arrival)) is not None
        ]
        before = self._parts.store.pulse().seq
        stored = self._parts.store.append_many(events)
        self.added.labelled += sum((event.seq or 0) > before for event in stored)
        self._labels = []


class PoseNames:
    """Folder and column names to poses: a slug, name or alias if one fits, else an owner's new pose."""

    def __init__(self, parts: Parts, who: Coach) -> None:
        self._store = parts.store
        self._adds = who.role is Role.OWNER
        self._known: dict[str, int | None] = {}

    def id_of(self, label: str, arrival: Arrival) -> int | None:
        """Return the pose's id, making the pose when there is none of that name.

        None where that is not the coach's to do: it is noted once, with the file that came first.
        """
        name = label.strip()[:LONGEST_NAME]
        if name not in self._known:
            pose = match(name, self._store.poses()) or (self._made(name) if self._adds else None)
            self._known[name] = pose.id if pose else None
            if pose is None:
                arrival.errors.append(PoseNotFound(pose=name))
        return self._known[name]

    def _made(self, name: str) -> Pose:
        new = Pose(id=0, slug=slugify(name), name=name.replace("_", " ").strip().capitalize())
        try:
            return self._store.put_pose(new)
        except PoseExists:
            # Another import has just made it.
            pose = match(name, self._store.poses())
            if pose is None:
                raise
            return pose
