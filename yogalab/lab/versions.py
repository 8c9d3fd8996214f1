"""The versions desk: retrain, compare, activate, roll back, publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from yogalab.errors import BadRepoName, HubStale, NoVersionBefore, OtherEncoder, TrainingBusy, VersionNotFound
from yogalab.lab.encoders import EncoderDesk
from yogalab.lab.judging import Plan
from yogalab.lab.pace import PACKS, STARTS
from yogalab.lab.parts import TUNE, Parts, require
from yogalab.lab.patience import when_free
from yogalab.lab.served import Served
from yogalab.lab.tags import given_up, settled_tag
from yogalab.lab.training import Trainer
from yogalab.ports import Progress
from yogalab.records import Coach, Job, JobState, ModelVersion, Role, base_of

TRAIN, PUBLISH = "train", "publish"
OPEN_STATES = frozenset({JobState.WAITING, JobState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseChange:
    """How one pose fares in a version and in the one it was judged against."""

    slug: str
    n: int
    before: float
    after: float


class VersionDesk:
    """Versions of this lab's model."""

    def __init__(
        self,
        parts: Parts,
        served: Served,
        trainer: Trainer,
        encoders: EncoderDesk,
        *,
        tidy: Callable[[], None],
    ) -> None:
        """tidy: called when a tuning was cancelled that nobody was at."""
        self._parts = parts
        self._tidy = tidy
        self._encoders = encoders
        self._served = served
        self._trainer = trainer

    # --- training ---------------------------------------------------------------------------------

    def plan(self, who: Coach) -> Plan:
        """What a training would learn from now. Raises TooFewLabels, NothingNew."""
        require(who, Role.VIEWER)
        plan = self._trainer.plan()
        # Whoever looks at what could be learnt may click next.
        self._parts.jobs.expect()
        return plan

    def train(self, who: Coach) -> Job:
        """Start a training; it goes on when the page is closed. Raises what `plan` raises, TrainingBusy."""
        require(who, Role.OWNER)
        running = self.running(who)
        if running is not None:
            # Perhaps nobody works on it any more: then it is taken up again.
            self._parts.jobs.wake()
            raise TrainingBusy(job_id=running.id)
        self._trainer.plan()
        return self._parts.start(TRAIN, {}, who)

    def running(self, who: Coach, kind: str = TRAIN) -> Job | None:
        """The job of that kind which is not finished, if any."""
        require(who, Role.VIEWER)
        return next((j for j in self._parts.store.jobs(kind=kind) if j.state in OPEN_STATES), None)

    def job(self, who: Coach, job_id: int) -> Job:
        """How far it is. Raises JobNotFound."""
        require(who, Role.VIEWER)
        return self._parts.store.job(job_id)

    def cancel(self, who: Coach, job_id: int) -> Job:
        """Ask it to stop; nothing is changed by a training that was stopped."""
        require(who, Role.OWNER)
        job = self._parts.store.cancel_job(job_id)
        if (job.kind, job.state) == (TUNE, JobState.CANCELLED):
            self._tidy()
        return job

    # --- versions ---------------------------------------------------------------------------------

    def list(self, who: Coach) -> Sequence[ModelVersion]:
        """All versions, newest first."""
        require(who, Role.VIEWER)
        return sorted(self._parts.store.versions(), key=lambda version: -version.number)

    def version(self, who: Coach, number: int) -> ModelVersion:
        """Raises VersionNotFound."""
        found = next((v for v in self.list(who) if v.number == number), None)
        if found is None:
            raise VersionNotFound(version=number)
        return found

    def changes(self, who: Coach, number: int) -> Sequence[PoseChange]:
        """Pose by pose against the version it was judged against, largest change first."""
        version = self.version(who, number)
        before = {pose.slug: pose.recall for pose in version.baseline.per_pose}
        rows = [
            PoseChange(slug=p.slug, n=p.n, before=before.get(p.slug, 0.0), after=p.recall)
            for p in version.report.per_pose
            if p.n
        ]
        return sorted(rows, key=lambda row: (-abs(row.after - row.before), row.slug))

    def activate(self, who: Coach, number: int) -> Job | None:
        """Serve this version, a refused one too, with the encoder it was made with; 0 is "before any training".

        A job is started where that encoder has not seen all photos; the version is served at its end.
        Raises VersionNotFound, DamagedVersion, OtherEncoder, EncoderRefused, EncoderUnknown.
        """
        require(who, Role.OWNER)
        current = self._encoders.current()
        # Before any training no encoder was tuned either.
        encoder = base_of(current) if current else None
        if number:
            version = self.version(who, number)
            # Loading proves that its files are sound before anybody is served by it.
            head = self._parts.versions.load(version.fingerprint)
            if not self._served.fits(replace(head, encoder=current)):
                raise OtherEncoder(version=number, encoder=head.pose_model)
            if head.change is not None:
                self._parts.changes.save(head.change)
            encoder = head.encoder
        if encoder != current:
            return self._encoders.change_to(who, encoder, version=number)
        self._parts.store.activate(number, who=who.id)
        return None

    def rollback(self, who: Coach) -> tuple[int, Job | None]:
        """Go back to the version the active one was trained from: its number, and the job as of `activate`."""
        require(who, Role.OWNER)
        active = self._parts.store.active()
        if active == 0:
            raise NoVersionBefore
        number = self.version(who, active).parent or 0
        return number, self.activate(who, number)

    # --- sharing ----------------------------------------------------------------------------------

    def publish(self, who: Coach, repo: str | None = None, *, number: int | None = None) -> Job:
        """Start publishing a version (the active one unless named). Raises BadRepoName, VersionNotFound."""
        require(who, Role.OWNER)
        number = number or self._parts.store.active()
        self.version(who, number)
        target = repo or self._parts.hub_repo or ""
        if target.count("/") != 1 or not all(target.split("/")):
            raise BadRepoName(repo=target)
        return self._parts.start(PUBLISH, {"version": number, "repo": target}, who)

    def publish_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """One commit and one tag for a version; again, it finds them there. Run as a job."""
        number, repo = int(str(payload["version"])), str(payload["repo"])
        version = next((v for v in self._parts.store.versions() if v.number == number), None)
        if version is None:
            raise VersionNotFound(version=number)
        progress(0.1, "publish.ask")
        pause = self._parts.pause
        tag = when_free(lambda: self._tag(version, repo), progress, share=0.1, pause=pause)
        progress(0.3, "publish.send")
        try:
            commit = when_free(lambda: self._sent(version, repo, tag), progress, share=0.3, pause=pause)
        except HubStale:
            given_up(self._parts, repo, version.fingerprint)
            raise
        self._parts.store.mark_published(number, repo=repo, commit=commit, tag=tag)
        return {"version": number, "repo": repo, "tag": tag, "commit": commit}

    def train_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Train; where a repository is set, a promoted version is published without a second click."""
        return published_too(self._parts, self._trainer.run(payload, who, progress), who)

    def download(self, who: Coach, number: int, target: Path) -> Path:
        """Write a version as one zip file and return its path."""
        require(who, Role.OWNER)
        version = self.version(who, number)
        self._parts.pace.take("pack", who.id, PACKS)
        return self._parts.versions.archive(version.fingerprint, target)

    def pull(self, who: Coach, repo: str, *, revision: str | None = None) -> ModelVersion:
        """Bring a published version into this lab, and its tuned encoder; it is not made active.

        Raises VersionNotFound, HubOffline, DamagedVersion, EncoderDamaged.
        """
        require(who, Role.OWNER)
        self._parts.pace.take("start", who.id, STARTS)
        folder = self._parts.hub.fetch(repo, revision=revision)
        fingerprint = self._parts.versions.adopt(folder)
        for version in self._parts.store.versions():
            if version.fingerprint == fingerprint:
                return version
        return self._trainer.adopt(fingerprint, who=who.id)

    def _sent(self, version: ModelVersion, repo: str, tag: str) -> str:
        return self._parts.hub.publish(
            self._parts.versions.folder(version.fingerprint),
            repo,
            tag=tag,
            message=f"Version {tag}: {version.labels} labels, {version.pose_count} poses",
            private=True,
        )

    def _tag(self, version: ModelVersion, repo: str) -> str:
        """The tag it has there already, else one of its own."""
        if version.hub_repo == repo and version.tag:
            return version.tag
        return settled_tag(self._parts, repo, version.fingerprint)


def published_too(parts: Parts, result: Mapping[str, object], who: str) -> Mapping[str, object]:
    """Start publishing what a training made, where it was promoted and a repository is set."""
    if not (result["promoted"] and parts.hub_repo):
        return result
    target = {"version": result["version"], "repo": parts.hub_repo}
    job = parts.jobs.start(PUBLISH, target, who=who)
    return {**result, "publishing": job.id}
