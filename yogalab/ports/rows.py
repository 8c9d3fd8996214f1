"""The rows of a lab, table by table. Every write is durable when it returns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from yogalab.records import (
    CanonicalPhoto,
    Coach,
    Consent,
    Job,
    JobLine,
    JobState,
    LabelEvent,
    Landmarks,
    Matrix,
    ModelVersion,
    NewPhoto,
    Photo,
    Pose,
    Report,
    Token,
    Verdict,
)


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

    def photos(self, *, after: int = 0) -> Sequence[Photo]:
        """Photos with a larger id, by id. Ids grow in the order in which photos are added."""

    def newest_photos(self, *, start: int = 0, count: int) -> tuple[Sequence[Photo], int]:
        """So many photos from the one at `start` on, the newest first, and how many there are in all."""

    def sides(self) -> Mapping[int, tuple[int, bool, Consent]]:
        """photo id -> (group, whether it is held out, consent): all that changes of one that is there."""

    def known_sources(self, hashes: Sequence[str]) -> Mapping[str, int]:
        """source_sha256 -> photo id, for those already here. Deleted ones map to -1 (their tombstone)."""

    def delete_photo(self, photo_id: int, *, who: str) -> Photo:
        """Purge the row, its encodings and events; leave a tombstone. Raises PhotoNotFound."""

    def set_holdout(self, photo_ids: Sequence[int]) -> None: ...

    def set_group(self, photo_ids: Sequence[int], group: int) -> None: ...

    def set_consents(
        self, wanted: Mapping[int, Consent], *, was: Consent | None = None
    ) -> Mapping[int, Consent]:
        """Record what the people in these photos agree to, in one transaction; photos that are gone stay out.

        was: only where this is recorded now. Returns photo id -> what was recorded before, where it changed.
        """

    def put_landmarks(self, photo_id: int, pose_model: str, people: Sequence[Landmarks]) -> None:
        """Keep what one pose model found, replacing what it found before; nobody is an answer too."""

    def landmarks(
        self, pose_model: str, *, photo_ids: Sequence[int] | None = None
    ) -> Mapping[int, tuple[Landmarks, ...]]:
        """photo id -> people, the chosen one first, or the faint one; photos never looked at are absent.

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

    def known_events(self, ids: Collection[str]) -> Collection[str]:
        """Those of the events that are here."""

    def purges(self) -> int:
        """How many deletions there were: when it grows, a fold over events must start anew."""


class LeaseStore(Protocol):
    """Who has which photo in hand, for all processes of a lab."""

    def promise(
        self,
        seat: str,
        wanted: Sequence[int],
        *,
        coach: str,
        held: Collection[int] = (),
        count: int,
        as_of: int,
        seconds: float,
    ) -> Sequence[int]:
        """Return the first `count` of the wanted photos that nobody else has in hand; they are the seat's now.

        seat: one page of one coach. held: what that page has in hand already and keeps; whatever else it had
        is free again. as_of: seq of the newest label event that `wanted` takes account of: photos of which
        anything was said since are passed over, and so are photos that are not here.
        """

    def release(self, seat: str) -> None:
        """Let go of everything that a page has in hand."""


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

    def activate(self, number: int | None, *, who: str, settings: Mapping[str, str] | None = None) -> None:
        """Make it the active one; 0 is "before any training", None the one that is active already.

        `settings` of the lab change with it, in the same transaction. Raises VersionNotFound.
        """

    def active(self) -> int: ...

    def mark_published(self, number: int, *, repo: str, commit: str, tag: str) -> ModelVersion: ...


class CoachStore(Protocol):
    def coaches(self) -> Sequence[Coach]: ...

    def put_coach(self, coach: Coach) -> Coach: ...


class TokenStore(Protocol):
    """Keys for programs, known by their hashes."""

    def add_token(self, token: Token, *, digest: str) -> None: ...

    def token(self, digest: str) -> Token | None: ...

    def tokens(self) -> Sequence[Token]:
        """Everybody's, oldest first."""

    def touch_token(self, token_id: str, at: datetime) -> None:
        """Note when it was last used."""

    def drop_token(self, token_id: str) -> bool:
        """Forget it; False where there is none."""


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

    def give_back_job(self, job_id: int, worker: str) -> None:
        """The worker leaves in good order: somebody else may take the job now, and no attempt was lost."""

    def add_job_lines(self, job_id: int, lines: Sequence[JobLine]) -> None:
        """Add to what a job says; only its last lines are kept."""

    def job_lines(self, job_id: int) -> Sequence[JobLine]:
        """The last lines a job said, oldest first."""
