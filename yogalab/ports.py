"""What a Lab is given: small Protocols, implemented by the outer rooms and joined in `wiring`.

Nothing here knows a library. A fake for tests is a few lines (`tests/fakes.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from yogalab.records import (
    CanonicalPhoto,
    Coach,
    Consent,
    EncoderInfo,
    Head,
    Intake,
    Job,
    JobState,
    LabelEvent,
    Landmarks,
    Matrix,
    ModelVersion,
    NewPhoto,
    Outgoing,
    Photo,
    Pose,
    Report,
    Upload,
    Verdict,
)

Pixels = NDArray[np.uint8]
# (share done from 0 to 1, stage code). Raising Cancelled from it stops the work.
Progress = Callable[[float, str], None]


# --- seeing ---------------------------------------------------------------------------------------


class PhotoReader(Protocol):
    """Files to canonical photos with skeletons: in parallel, in order, one bad file never stops the rest."""

    def canonical(self, name: str, data: bytes) -> CanonicalPhoto:
        """Raises PhotoError."""

    def unpack(self, upload: Upload) -> Iterator[Upload]:
        """Yield the files in a zip, or the file itself. Raises BadArchive."""

    def unpack_file(self, path: Path, *, label: str | None = None) -> Iterator[Upload]:
        """The same for a file on disk, without reading a whole zip into memory. Raises BadArchive."""

    def thumbnail(self, data: bytes, edge: int) -> bytes:
        """Return a kept photo as a small WebP whose longer side is `edge` pixels."""

    def read_many(self, uploads: Iterable[Upload]) -> Iterator[Intake]:
        """Yield one Intake per file, in order; lazily, holding only a few photos in memory."""


class Landmarker(Protocol):
    """Photo to skeletons."""

    @property
    def name(self) -> str:
        """Pose model and recipe, e.g. "blazepose-full/rescue-1"."""

    def find(self, pixels: Pixels) -> tuple[Landmarks, ...]:
        """Return every person found, the chosen one first. Shape of pixels: (h, w, 3) RGB."""


class Encoder(Protocol):
    """CLIP: photos and sentences to unit vectors of one space."""

    @property
    def name(self) -> str:
        """The row of models/encoders.toml, e.g. "ViT-B-32-256/datacomp_s34b_b86k"."""

    @property
    def dim(self) -> int: ...

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        """(n, dim) of unit length."""

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) of unit length."""


class EncoderShelf(Protocol):
    """The encoders on offer and the one in use."""

    @property
    def current(self) -> Encoder | None: ...

    def rows(self) -> Sequence[EncoderInfo]: ...

    def open(self, name: str) -> Encoder:
        """Return an encoder; its weights come with its first use. Raises EncoderRefused, EncoderUnknown."""

    def use(self, name: str | None) -> None:
        """Make an encoder the one in use, or none."""


# --- keeping --------------------------------------------------------------------------------------


class PhotoStore(Protocol):
    """Rows of photos and of what was seen in them. Every write is durable when it returns."""

    def add_photo(
        self,
        photo: CanonicalPhoto,
        *,
        key: str,
        who: str,
        source: str,
        consent: Consent,
        group: int | None,
        holdout: bool = False,
    ) -> tuple[Photo, bool]:
        """Keep the row; (photo, True), or (the known photo, False) when its hash is there already."""

    def add_photos(self, new: Sequence[NewPhoto]) -> Sequence[tuple[Photo, bool]]:
        """The same for several with what was seen in them, in one transaction: one commit pays for all."""

    def photo(self, photo_id: int) -> Photo:
        """Raises PhotoNotFound."""

    def photos(self) -> Sequence[Photo]:
        """All photos by id."""

    def known_sources(self, hashes: Sequence[str]) -> Mapping[str, int]:
        """source_sha256 -> photo id, for those already here. Deleted ones map to -1 (their tombstone)."""

    def delete_photo(self, photo_id: int, *, who: str) -> Photo:
        """Purge the row, its encodings and events; leave a tombstone. Raises PhotoNotFound."""

    def set_holdout(self, photo_ids: Sequence[int]) -> None: ...

    def set_group(self, photo_ids: Sequence[int], group: int) -> None: ...

    def put_landmarks(self, photo_id: int, pose_model: str, people: Sequence[Landmarks]) -> None:
        """Keep what one pose model found, replacing what it found before; nobody is an answer too."""

    def landmarks(
        self, pose_model: str, *, photo_ids: Sequence[int] | None = None
    ) -> Mapping[int, tuple[Landmarks, ...]]:
        """photo id -> people, the chosen one first; photos never looked at are absent.

        None asks for all photos.
        """

    def put_embeddings(self, encoder: str, recipe: str, embeddings: Mapping[int, Matrix]) -> None: ...

    def embeddings(
        self, encoder: str, recipe: str, *, photo_ids: Sequence[int] | None = None
    ) -> Mapping[int, Matrix]:
        """photo id -> (d,), only photos that have one. None asks for all photos."""

    def put_image_hashes(self, hashes: Mapping[int, int]) -> None:
        """Keep 64-bit perceptual hashes (unsigned) by photo id."""

    def image_hashes(self) -> Mapping[int, int]: ...


class LabelStore(Protocol):
    """The append-only label log."""

    def append(self, event: LabelEvent) -> tuple[LabelEvent, bool]:
        """Keep the event; (event with seq, True), or (the stored one, False) when its id is there already.

        Raises PhotoNotFound, PoseNotFound.
        """

    def append_many(self, events: Sequence[LabelEvent]) -> Sequence[LabelEvent]:
        """The same for many, in one transaction."""

    def events(self, *, after: int = 0, photo_id: int | None = None) -> Sequence[LabelEvent]:
        """Events with seq > after, in order."""

    def purges(self) -> int:
        """How many deletions there were: when it grows, a fold over events must start anew."""


class PoseStore(Protocol):
    """The lab's poses."""

    def poses(self) -> Sequence[Pose]:
        """All, hidden and merged ones included, by id."""

    def put_pose(self, pose: Pose) -> Pose:
        """Insert or update; id 0 is allotted one. Raises PoseExists. What is there already is not written."""

    def put_poses(self, poses: Sequence[Pose]) -> Sequence[Pose]:
        """The same for several, in one transaction."""


class VersionStore(Protocol):
    """Rows of versions and which one is active."""

    def add_version(
        self,
        *,
        fingerprint: str,
        parent: int | None,
        who: str,
        labels: int,
        seq: int,
        pose_count: int,
        encoder: str | None,
        pose_model: str,
        report: Report,
        baseline: Report,
        verdict: Verdict,
    ) -> ModelVersion:
        """Allot the next number."""

    def versions(self) -> Sequence[ModelVersion]: ...

    def activate(self, number: int, *, who: str) -> None:
        """Make it the active one; 0 is "before any training". Raises VersionNotFound."""

    def active(self) -> int: ...

    def mark_published(self, number: int, *, repo: str, commit: str, tag: str) -> ModelVersion: ...


class CoachStore(Protocol):
    def coaches(self) -> Sequence[Coach]: ...

    def put_coach(self, coach: Coach) -> Coach: ...


class JobStore(Protocol):
    """Rows of long work. A job whose lease ran out belongs to nobody and may be taken again."""

    def add_job(self, kind: str, payload: Mapping[str, object], *, who: str) -> Job: ...

    def job(self, job_id: int) -> Job:
        """Raises JobNotFound."""

    def jobs(self, *, kind: str | None = None, limit: int = 20) -> Sequence[Job]:
        """Newest first."""

    def take_job(
        self,
        worker: str,
        *,
        lease_seconds: float,
        kinds: Collection[str] | None = None,
        job_id: int | None = None,
    ) -> Job | None:
        """Take the oldest job (of these kinds, or this one) that waits or whose lease ran out.

        None when there is none, or while another training runs: there is one at a time.
        """

    def beat(
        self,
        job_id: int,
        worker: str,
        *,
        progress: float,
        stage: str,
        eta: float | None,
        lease_seconds: float,
    ) -> JobState:
        """Renew the lease and say how far; returns CANCELLED when the coach asked to stop."""

    def end_job(
        self,
        job_id: int,
        *,
        state: JobState,
        result: Mapping[str, object] | None = None,
        error: str | None = None,
        error_data: Mapping[str, object] | None = None,
        worker: str | None = None,
    ) -> Job:
        """Settle a job. `worker` given, only while it is still that worker's; ended ones stay as they are."""

    def cancel_job(self, job_id: int) -> Job:
        """Ask to stop: at once when nobody works on it, else when its worker next looks."""


class SettingStore(Protocol):
    """A few values that belong to the lab rather than to the machine: its encoder, its salt."""

    def setting(self, name: str) -> str | None: ...

    def put_setting(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Counters of the database. One that moved says which part of a lab's memory is stale."""

    seq: int  # last label event
    purges: int  # deletions
    photos: int  # counts up with every photo added, deleted, or moved to another group or the hold-out
    looked: int  # rows of "this pose model looked at this photo"
    embeddings: int
    poses: int  # counts up with every change of a pose
    activation: int  # last row of the activation log


class Store(PhotoStore, LabelStore, PoseStore, VersionStore, CoachStore, JobStore, SettingStore, Protocol):
    """All of it, one database."""

    def pulse(self) -> Pulse:
        """What changed, in one cheap query: any process may write, each lab looks here to catch up."""

    def snapshot(self, target: Path) -> None:
        """Write a consistent copy of the database while it is in use."""

    def revision(self) -> str:
        """The schema's revision in db/versions."""

    def check(self) -> Sequence[str]:
        """Return what is wrong with the database; empty when it is sound."""

    def close(self) -> None: ...


class PhotoFiles(Protocol):
    """Photo files by key."""

    def put(self, key: str, data: bytes) -> None:
        """Durable when it returns; the same key twice is the same file. Raises DiskFull."""

    def put_many(self, files: Mapping[str, bytes]) -> None:
        """The same for several; all are durable when it returns."""

    def open(self, key: str) -> BinaryIO:
        """Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Missing is fine."""

    def keys(self, *, older_than_seconds: float = 0.0) -> Iterator[str]:
        """All keys, or only those written at least so long ago."""

    def sweep(self) -> None:
        """Remove what interrupted writes left behind; such files have no keys."""


# --- versions, hub, jobs --------------------------------------------------------------------------


class Versions(Protocol):
    """Versions on disk: written aside, then renamed, so that no half version exists."""

    def save(self, head: Head, *, fingerprint: str, facts: Mapping[str, object]) -> Path:
        """Keep a version under its fingerprint. `facts` go into training.json and the card."""

    def load(self, fingerprint: str) -> Head:
        """Raises VersionNotFound, DamagedVersion, UnknownFormat."""

    def folder(self, fingerprint: str) -> Path:
        """Raises VersionNotFound."""

    def facts(self, fingerprint: str) -> Mapping[str, object]:
        """What was saved beside the head. Raises VersionNotFound."""

    def adopt(self, folder: Path) -> str:
        """Take in a version that was downloaded and return its fingerprint. Raises DamagedVersion."""

    def archive(self, fingerprint: str, target: Path) -> Path:
        """Write the version as one zip file for download and return its path."""

    def sweep(self) -> None:
        """Remove what an interrupted write left behind."""


class Hub(Protocol):
    """Where versions are published."""

    def publish(self, folder: Path, repo: str, *, tag: str, message: str, private: bool) -> str:
        """One commit with its parent, then the tag; returns the commit. Twice converges to one.

        Raises HubOffline, HubTokenMissing, HubForbidden, HubStale, BadRepoName.
        """

    def tags(self, repo: str) -> Mapping[str, str]:
        """tag -> commit; empty when the repository does not exist yet."""

    def fetch(self, repo: str, *, revision: str | None) -> Path:
        """Download a version into the local cache and return its folder. Raises VersionNotFound, HubOffline."""


class Jobs(Protocol):
    """Runs long work outside the request. Handlers are registered by name in `wiring`."""

    def start(self, kind: str, payload: Mapping[str, object], *, who: str) -> Job:
        """Write the row and wake a worker."""

    def run(self, job_id: int, progress: Progress | None = None) -> Job:
        """Do it here and now (command line, tests); a job somebody else does is watched to its end."""

    def wake(self) -> None:
        """Take up what waits or was cut off: for a process that is going to stay."""

    def finish(self) -> None:
        """Return when nothing started here is left to do: for a process that is about to end."""


class Backup(Protocol):
    """The whole lab as one file."""

    def pack(self, target: Path, progress: Progress) -> Path:
        """Write database, photos and versions into one file. Raises DiskFull."""


class Offered(Protocol):
    """Files found on this machine's disk, read one by one as they are asked for."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Upload]: ...

    def paths(self) -> Sequence[Path]:
        """Where they are, without reading any."""


class Exchange(Protocol):
    """Photos and labels in and out, in the formats other programs use."""

    @property
    def formats(self) -> tuple[str, ...]: ...

    def offered(self, paths: Sequence[Path], *, folders: bool = False, table: Path | None = None) -> Offered:
        """Find the photos below paths; labelled by their folder's name, or by a CSV with file and pose.

        Raises FileMissing, BadTable.
        """

    def write(self, photos: Iterable[Outgoing], target: Path, kind: str) -> int:
        """Write a new folder, whole or not at all, and return how many photos are in it.

        Raises UnknownExport, TargetTaken, DiskFull.
        """


class Clock(Protocol):
    def __call__(self) -> datetime: ...
