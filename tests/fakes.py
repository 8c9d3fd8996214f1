"""Hand-written stand-ins for the parts of a lab. Where a part is quick, tests use the real one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from argon2 import PasswordHasher
from PIL import Image

from yogalab.errors import EncoderUnknown, PhotoError, VersionNotFound
from yogalab.exchange.folder import FolderExchange
from yogalab.jobs.runner import JobRunner
from yogalab.keeping.passwords import Argon2Passwords
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import open_store
from yogalab.lab.data_sharing import PUBLISH_DATA
from yogalab.lab.encoders import ENCODE
from yogalab.lab.house import HouseRules
from yogalab.lab.lab import Lab
from yogalab.lab.looking import LOOK
from yogalab.lab.parts import ENCODER, TUNE, Parts
from yogalab.lab.versions import PUBLISH, TRAIN
from yogalab.ports import EncoderChanges, EncoderShelf, Pixels, Progress, Tuner, Watcher
from yogalab.poses.figures import draw_person
from yogalab.poses.taxonomy import builtin_poses
from yogalab.publishing.encoders import FolderEncoders
from yogalab.publishing.versions import FolderVersions
from yogalab.records import (
    CanonicalPhoto,
    Consent,
    EncoderChange,
    EncoderInfo,
    Framing,
    Intake,
    Landmarks,
    Matrix,
    Tuned,
    TuningRequest,
    Upload,
    base_of,
    tuned_name,
)
from yogalab.settings import Settings
from yogalab.vision.archive import unpack
from yogalab.vision.hashing import image_hash
from yogalab.vision.photo import canonical, frame, thumbnail

# Passwords in tests need not be hard to guess.
QUICK = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
POSES = {pose.slug: pose for pose in builtin_poses()}


@cache
def _drawn(slug: str, seed: int) -> tuple[bytes, str, Landmarks]:
    """A picture's file, the hash of the photo it becomes, and who is in it. Drawn once for all tests."""
    digest = hashlib.sha256(f"{slug}:{seed}".encode()).digest()
    pixels, landmarks = draw_person(POSES[slug], np.random.default_rng(int.from_bytes(digest[:8], "big")))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue(), canonical(slug, file.getvalue()).sha256, landmarks


class Studio:
    """Draws people in poses and remembers their skeletons, so that no pose model is needed to find them."""

    name = "studio/1"

    def __init__(self) -> None:
        self._skeletons: dict[str, Landmarks] = {}

    def draw(self, slug: str, seed: int, *, label: str | None = None) -> Upload:
        """A drawn photo of a pose; the same seed is the same photo."""
        data, sha256, landmarks = _drawn(slug, seed)
        self._skeletons[sha256] = landmarks
        return Upload(name=f"{slug}_{seed}.png", data=data, label=label)

    def remember_like(self, copy: Upload, original: Upload) -> None:
        """The copy shows the same person."""
        skeleton = self._skeletons[canonical(original.name, original.data).sha256]
        self._skeletons[canonical(copy.name, copy.data).sha256] = skeleton

    def find(self, pixels: Pixels) -> tuple[Landmarks, ...]:
        """Skeletons by looking are not this fake's trade: nobody."""
        return ()

    def follow(self) -> Watcher:
        """Nor is following: nobody."""
        return Nobody()

    def people(self, photo: CanonicalPhoto) -> tuple[Landmarks, ...]:
        skeleton = self._skeletons.get(photo.sha256)
        return (skeleton,) if skeleton else ()


class Nobody:
    """Watches, and sees nobody."""

    def see(self, pixels: Pixels, at_ms: int) -> Landmarks | None:
        return None

    def close(self) -> None:
        pass


class StudioReader:
    """Reads photos for real and asks the studio who is in them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.read: list[str] = []

    def canonical(self, name: str, data: bytes) -> CanonicalPhoto:
        return canonical(name, data)

    def frame(self, name: str, data: bytes) -> Pixels:
        return frame(name, data)

    def thumbnail(self, data: bytes, edge: int) -> bytes:
        return thumbnail(data, edge)

    def unpack(self, upload: Upload) -> Iterator[Upload]:
        return unpack(upload)

    def read_many(self, uploads: Iterable[Upload], *, framing: Framing | None = None) -> Iterator[Intake]:
        for upload in uploads:
            self.read.append(upload.name)
            try:
                photo = canonical(upload.name, upload.data)
            except PhotoError as error:
                yield Intake(name=upload.name, error=error)
                continue
            yield Intake(
                name=upload.name,
                photo=photo,
                people=self._studio.people(photo) if upload.people is None else upload.people,
                image_hash=image_hash(photo.pixels),
                label=upload.label,
            )


class ColourEncoder:
    """Embedding = mean colour, so that red photos are a pose; sentences are all the same grey."""

    name = "colour/1"
    dim = 3
    framing: Framing | None = None
    text_scale: float = 100
    taught: frozenset[str] | None = None
    fingerprint: str = ""

    def picture(self, pixels: Pixels, body: Landmarks | None) -> Pixels:
        return pixels

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        means = np.array([photo.reshape(-1, 3).mean(axis=0) + 1 for photo in photos], np.float32)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        return np.full((len(texts), 3), 3**-0.5, np.float32)


class TunedColours(ColourEncoder):
    """The colours after a tuning: turned by a matrix."""

    def __init__(self, name: str, changes: EncoderChanges) -> None:
        self.name = name
        self._changes = changes

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        turned = super().encode_photos(photos) @ self._changes.load(self.name).arrays["turn"]
        return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), np.float32)


class ColourTuner:
    """Turns colours by a matrix that has nothing to do with the labels. Keeps a note of what it was asked.

    trouble: raised half-way; meanwhile: called before each step, with its number.
    """

    steps = 4

    def __init__(self) -> None:
        self.asked: list[TuningRequest] = []
        self.done: list[int] = []
        self.trouble: Exception | None = None
        self.meanwhile: Callable[[int], None] = lambda step: None

    def tune(
        self,
        request: TuningRequest,
        *,
        pixels: Callable[[int], Pixels],
        folder: Path,
        progress: Progress,
    ) -> Tuned:
        self.asked.append(request)
        colours = np.concatenate(
            [ColourEncoder().encode_photos([pixels(i)]) for i in request.photo_ids.tolist()]
        )
        noted = folder / "step"
        for step in range(int(noted.read_text()) if noted.exists() else 0, self.steps):
            progress(step / self.steps, "tune.train")
            self.meanwhile(step)
            if self.trouble is not None and step == 2:
                raise self.trouble
            noted.write_text(str(step + 1))
            self.done.append(step)
        turn = np.linalg.qr(np.random.default_rng(int(request.fingerprint[:8], 16)).standard_normal((3, 3)))[0]
        change = EncoderChange(
            name=tuned_name(request.encoder, request.rung, request.fingerprint),
            base=request.encoder,
            rung=request.rung,
            method="projection",
            arrays={"turn": turn.astype(np.float32)},
            recipe={"steps": self.steps},
        )
        return Tuned(change=change, left_out=(colours @ change.arrays["turn"]).astype(np.float32))


class Shelf:
    """Encoders on offer: the ones it was given, and what was tuned from them."""

    def __init__(
        self, *encoders: ColourEncoder, chosen: str | None = None, changes: EncoderChanges | None = None
    ) -> None:
        self._encoders = {encoder.name: encoder for encoder in encoders}
        self._changes = changes
        self.current: ColourEncoder | None = None
        self.use(chosen)

    def rows(self) -> Sequence[EncoderInfo]:
        names = [*self._encoders, *(self._changes.names() if self._changes else ())]
        return [EncoderInfo(name=name, dim=3, licence="MIT", here=True) for name in names]

    def open(self, name: str) -> ColourEncoder:
        if base_of(name) not in self._encoders:
            raise EncoderUnknown(encoder=name, known=", ".join(self._encoders))
        if name not in self._encoders and self._changes is not None:
            return TunedColours(name, self._changes)
        return self._encoders[name]

    def whole(self, name: str) -> bool:
        return base_of(name) in self._encoders

    def use(self, name: str | None) -> None:
        if self.current is None or self.current.name != name:
            self.current = self.open(name) if name else None


class FakeHub:
    """A hub in memory: repositories of tags. `down` makes every call raise what it holds."""

    def __init__(self) -> None:
        self.repos: dict[str, dict[str, Path]] = {}
        self.down: Exception | None = None

    def publish(self, folder: Path, repo: str, *, tag: str, message: str, private: bool) -> str:
        self._answer()
        self.repos.setdefault(repo, {})[tag] = folder
        return hashlib.sha1(f"{repo}{tag}".encode()).hexdigest()

    def outline(self, folder: Path, repo: str, *, tag: str) -> Mapping[str, int]:
        return {path.name: path.stat().st_size for path in folder.iterdir()}

    def publish_data(
        self, folder: Path, repo: str, *, tag: str, facts: Mapping[str, object], private: bool
    ) -> str:
        return self.publish(folder, repo, tag=tag, message="", private=private)

    def digest(self, folder: Path) -> str:
        return hashlib.sha1(b"".join(path.read_bytes() for path in sorted(folder.rglob("*.*")))).hexdigest()

    def forget_history(self, repo: str, *, tag: str) -> str:
        self.repos[repo] = {tag: self.repos[repo][tag]}
        return self.tags(repo)[tag]

    def tags(self, repo: str, *, kind: str = "model") -> Mapping[str, str]:
        self._answer()
        return {tag: hashlib.sha1(f"{repo}{tag}".encode()).hexdigest() for tag in self.repos.get(repo, {})}

    def fetch(self, repo: str, *, revision: str | None) -> Path:
        self._answer()
        tags = self.repos.get(repo, {})
        wanted = revision or max(tags, default="")
        if wanted not in tags:
            raise VersionNotFound(version=f"{repo}@{wanted}")
        return tags[wanted]

    def _answer(self) -> None:
        if self.down is not None:
            raise self.down


class NoBackup:
    def pack(self, target: Path, progress: Progress) -> Path:
        target.write_bytes(b"lab")
        return target


class Clock:
    """Stands still until told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def studio_lab(
    home: Path,
    *,
    studio: Studio | None = None,
    hub: FakeHub | None = None,
    tuner: Tuner | None = None,
    encoders: EncoderShelf | None = None,
    rules: HouseRules | None = None,
    database: str | None = None,
) -> tuple[Lab, Parts]:
    """A lab with everything real but its eyes and its hub. encoders: real ones, if colours will not do."""
    studio = studio or Studio()
    store = open_store(Settings(home=home, database_url=database))
    # Whoever is killed in a test is soon taken for dead.
    jobs = JobRunner(store, lease_seconds=1.0, beat_seconds=0.2, look_seconds=0.05)
    changes = FolderEncoders(home / "encoders")
    parts = Parts(
        store=store,
        files=FolderPhotoFiles(home / "photos"),
        reader=StudioReader(studio),
        landmarker=studio,
        encoders=encoders or Shelf(ColourEncoder(), chosen=store.setting(ENCODER), changes=changes),
        changes=changes,
        tuner=tuner,
        versions=FolderVersions(home / "versions"),
        hub=hub or FakeHub(),
        jobs=jobs,
        backup=NoBackup(),
        exchange=FolderExchange(),
        clock=Clock(),
        passwords=QUICK,
        rules=rules or HouseRules(),
    )
    lab = Lab(parts)
    jobs.register(TRAIN, lab.versions.train_now)
    jobs.register(PUBLISH, lab.versions.publish_now)
    jobs.register(PUBLISH_DATA, lab.data.publish_now)
    jobs.register(ENCODE, lab.encoders.encode_now)
    jobs.register(LOOK, lab.looking.look_now)
    jobs.register(TUNE, lab.tuning.tune_now, lane=TUNE)
    lab.open()
    return lab, parts


AGREED = Consent.AGREED
