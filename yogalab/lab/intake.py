"""Offered files become photos of the lab: hashed, read in parallel, kept in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import NAMESPACE_URL, uuid5

from yogalab.errors import EncoderError, PhotoError, PoseExists, YogaLabError
from yogalab.lab.close_ups import recipe_of, shown
from yogalab.lab.drawings import seen_right
from yogalab.lab.parts import Parts
from yogalab.lab.poses import LONGEST_NAME
from yogalab.lab.siblings import Siblings
from yogalab.poses.taxonomy import match, slugify
from yogalab.records import (
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
    Upload,
    persons,
)

BATCH = 16


@dataclass(slots=True)
class Added:
    """What became of the offered files. `errors` holds (file name, error)."""

    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    labelled: int = 0
    nobody: int = 0
    errors: list[tuple[str, Exception]] = field(default_factory=list)
    encoder_trouble: EncoderError | None = None

    @property
    def seen(self) -> int:
        """Files dealt with so far."""
        return len(self.new) + len(self.known) + len(self.refused) + len(self.errors)


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
        self._waiting: list[tuple[Intake, NewPhoto]] = []
        self._labels: list[tuple[int, str]] = []
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
            self._keep()
            self._keep_labels()
        return self.added

    # --- before reading ---------------------------------------------------------------------------

    def _unknown(self, uploads: Iterable[Upload]) -> Iterator[Upload]:
        """Unpack zips and pass on what the lab has not seen, judged by the file's hash alone."""
        for upload in self._unpacked(uploads):
            digest = hashlib.sha256(upload.data).hexdigest()
            photo_id = self._hashes.get(digest)
            if photo_id is None:
                photo_id = self._parts.store.known_sources([digest]).get(digest)
            if photo_id is None:
                yield upload
                continue
            if photo_id < 0:
                self.added.refused.append(upload.name)
            else:
                self.added.known.append(photo_id)
                self._want_label(photo_id, upload.label)
            self._on_step(self.added)

    def _unpacked(self, uploads: Iterable[Upload]) -> Iterator[Upload]:
        for upload in uploads:
            try:
                yield from self._parts.reader.unpack(upload)
            except PhotoError as error:
                self.added.errors.append((upload.name, error))
                self._on_step(self.added)

    # --- after reading ----------------------------------------------------------------------------

    def _take(self, intake: Intake) -> None:
        if intake.error is not None or intake.photo is None:
            if isinstance(intake.error, YogaLabError) and not isinstance(intake.error, PhotoError):
                raise intake.error
            self.added.errors.append((intake.name, intake.error or ValueError(intake.name)))
            self._on_step(self.added)
            return
        photo = intake.photo
        if self._parts.store.known_sources([photo.sha256]).get(photo.sha256, 0) < 0:
            # Another file of a photo that was deleted: without its metadata, or in another format.
            self.added.refused.append(intake.name)
            self._on_step(self.added)
            return
        if (drawn := self._drawn.get(intake.name)) is not None and not seen_right(intake.people, drawn):
            # What was made of the photo by the skeleton that was seen is to be made anew.
            intake = replace(intake, people=(drawn,), picture=None)
        if self._siblings.alike(intake, [waiting for waiting, _ in self._waiting]):
            # The next frame of a series: its twin needs a group before this one can join it.
            self._keep()
        group, holdout = self._siblings.place(intake)
        new = NewPhoto(
            photo=photo,
            key=f"{photo.sha256[:2]}/{photo.sha256}.jpg",
            who=self._who.id,
            source=self._source,
            consent=self._consent,
            pose_model=self._parts.landmarker.name,
            people=intake.people,
            image_hash=intake.image_hash,
            group=group,
            holdout=holdout,
        )
        self._waiting.append((intake, new))

    def _keep(self) -> None:
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        # Files first: a row whose file is missing would be a lost photo, a file without a row is swept.
        self._parts.files.put_many({new.key: new.photo.data for _, new in batch})
        rows = self._parts.store.add_photos([new for _, new in batch])
        self._embed([(photo, intake) for (photo, fresh), (intake, _) in zip(rows, batch, strict=True) if fresh])
        for (photo, fresh), (intake, new) in zip(rows, batch, strict=True):
            self._hashes[new.photo.source_sha256] = photo.id
            (self.added.new if fresh else self.added.known).append(photo.id)
            self.added.nobody += fresh and not persons(new.people)
            self._siblings.remember(photo, intake)
            self._want_label(photo.id, intake.label)
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

    def _want_label(self, photo_id: int, label: str | None) -> None:
        # A folder called "!!!" names nothing.
        if label and slugify(label):
            self._labels.append((photo_id, label))

    def _keep_labels(self) -> None:
        if not self._labels:
            return
        poses = PoseNames(self._parts)
        events = [
            LabelEvent(
                # The same import again makes the same id, so it adds nothing.
                id=str(uuid5(NAMESPACE_URL, f"yogalab:import:{photo_id}:{poses.id_of(label)}")),
                photo_id=photo_id,
                coach=self._who.id,
                kind=LabelKind.POSE,
                pose_id=poses.id_of(label),
                details={"source": self._source, "as": label},
            )
            for photo_id, label in self._labels
        ]
        before = self._parts.store.pulse().seq
        stored = self._parts.store.append_many(events)
        self.added.labelled += sum((event.seq or 0) > before for event in stored)
        self._labels = []


class PoseNames:
    """Folder and column names to poses: a slug, name or alias if one fits, else a new pose."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._known: dict[str, int] = {}

    def id_of(self, label: str) -> int:
        """Return the pose's id, making the pose when there is none of that name."""
        name = label.strip()[:LONGEST_NAME]
        if name not in self._known:
            pose = match(name, self._store.poses())
            self._known[name] = (pose or self._made(name)).id
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
