"""Joins the concrete parts to a Lab: the only file that names them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from yogalab.exchange.folder import FolderExchange
from yogalab.jobs.cluster import Cluster, require_ray
from yogalab.jobs.queue import JobQueue
from yogalab.jobs.ray_jobs import RayJobs
from yogalab.jobs.runner import JobRunner
from yogalab.jobs.worker import WorkerProcess
from yogalab.jobs.working import step_back, work_for_parent
from yogalab.jobs.working import work as work_off
from yogalab.keeping.backup import LabBackup
from yogalab.keeping.opening import open_backup
from yogalab.keeping.passwords import Argon2Passwords
from yogalab.keeping.photo_storage import photo_files
from yogalab.keeping.store import open_store, settle_mark
from yogalab.lab.encoders import ENCODE
from yogalab.lab.house import HouseRules
from yogalab.lab.lab import Lab
from yogalab.lab.looking import LOOK
from yogalab.lab.parts import ENCODER, TUNE, Parts
from yogalab.lab.versions import PUBLISH, TRAIN
from yogalab.ports import Encoder, EncoderChanges, Jobs, Landmarker, PhotoReader, Pixels, Progress, Space, Store
from yogalab.publishing.deployment import SpaceDeployment
from yogalab.publishing.encoders import FolderEncoders
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.records import Role, Tuned, TuningRequest
from yogalab.settings import ELSEWHERE, PROCESS, THREADS, Settings
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.clip import Loaded, OpenClipEncoder
from yogalab.vision.encoders import read_encoders
from yogalab.vision.intake import ParallelReader
from yogalab.vision.shelf import OpenClipShelf

_CHECKOUT: Final = Path(__file__).resolve().parents[1]
# The worker finds the package where this process found it, whatever folder it is started in.
_WORKER: Final = "import sys; sys.path[:0] = sys.argv[1:]; from yogalab import wiring; wiring.work_for_pages()"


def open_lab(settings: Settings, *, served: bool = False) -> Lab:
    """Open the lab in `settings.home`, making it when there is none.

    served: its pages are going to be, so long work may have a process of its own.
    Nothing heavy is loaded: the pose model and the encoder come with the first photo.
    Raises DatabaseNewer, DiskFull, EncoderRefused.
    """
    return _opened(settings, served=served)[0]


def unpack_lab(settings: Settings, file: Path, progress: Progress) -> None:
    """Bring a packed lab into `settings.home`, which must not hold one. Raises BadBackup, LabNotEmpty."""
    open_backup(file, settings, progress)


def space_at(settings: Settings, repo: str) -> Space:
    """Return a Space that this checkout may be sent to. Raises BadRepoName."""
    return SpaceDeployment(_CHECKOUT, repo, settings=settings)


def eyes(settings: Settings) -> tuple[PhotoReader, Landmarker]:
    """Return what reads photos and what finds skeletons in them, without a lab around it."""
    landmarker = BlazePose(settings.home / "models", model=settings.pose_model)
    return ParallelReader(landmarker), landmarker


def encoder(settings: Settings) -> Encoder | None:
    """Return the encoder that the settings name, without a lab around it; None when they name none.

    Raises EncoderRefused, EncoderUnknown.
    """
    return OpenClipShelf(settings, chosen=settings.encoder or None).current


def first_encoder(settings: Settings) -> str | None:
    """Return the name of the encoder that a new lab sees with; None for skeletons alone.

    The settings' own choice, else the encoder that ships with YogaLab, where its weights are here.
    """
    return OpenClipShelf(settings).shipped() if settings.encoder is None else settings.encoder or None


class LateTuner:
    """Implements `ports.Tuner`; PyTorch, seconds to load, comes only when somebody tunes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def tune(
        self,
        request: TuningRequest,
        *,
        pixels: Callable[[int], Pixels],
        folder: Path,
        progress: Progress,
    ) -> Tuned:
        """As `EncoderTuner.tune`."""
        from yogalab.training.tuning import EncoderTuner  # noqa: PLC0415

        tuner = EncoderTuner(self._network)
        return tuner.tune(request, pixels=pixels, folder=folder, progress=progress)

    def _network(self, name: str) -> Loaded:
        """A network of its own, to be changed. Raises EncoderUnknown, EncoderMissing, EncoderDamaged."""
        row, settings = read_encoders().row(name), self._settings
        return OpenClipEncoder(row, offline=settings.offline, endpoint=settings.hub_endpoint).loaded()


def _rules(settings: Settings) -> HouseRules:
    return HouseRules(
        locked=settings.locked,
        owners=settings.owner_names,
        creator=settings.space_creator,
        signed_in=Role(settings.signed_in),
    )


def _encoders(store: Store, settings: Settings, changes: EncoderChanges) -> OpenClipShelf:
    """The lab's own choice, once it has one: the setting is for a new lab, and never changes an old one."""
    chosen = store.setting(ENCODER)
    if chosen is not None or store.photos():
        # Photos without a choice were looked at without an encoder.
        return OpenClipShelf(settings, chosen=chosen or None, changes=changes)
    shelf = OpenClipShelf(settings, chosen=first_encoder(settings), changes=changes)
    # Where weights that should ship are missing, as in a checkout without them, the next start may find them.
    if shelf.current or settings.encoder is not None:
        store.put_setting(ENCODER, shelf.current.name if shelf.current else "")
    return shelf


def open_with_parts(settings: Settings) -> tuple[Lab, Parts]:
    """As `open_lab`, with what the lab is made of, for measuring it from the outside."""
    lab, parts, _ = _opened(settings)
    return lab, parts


def work(settings: Settings) -> None:
    """Do the long work of a lab whose pages run elsewhere, until stopped."""
    step_back()
    _, parts, here = _opened(_at_work(settings))
    try:
        work_off(parts.store, here)
    finally:
        here.give_back()


def work_for_pages() -> None:
    """As `work`, as the child of the process that serves the pages."""
    work_for_parent(_to_work)


def do_job(order: str, job_id: int) -> None:
    """Do one job of the lab of these settings, packed: what a machine of a cluster runs."""
    lab, _, here = _opened(_at_work(Settings.unpacked(order)))
    try:
        here.run(job_id)
    finally:
        lab.close()


def _to_work(settings: Settings) -> tuple[Store, JobRunner]:
    lab, parts, here = _opened(_at_work(settings))
    # What any training needs first, while nobody waits for it yet.
    lab.photos.table()
    return parts.store, here


def _at_work(settings: Settings) -> Settings:
    """The settings of a process that does the work rather than handing it on."""
    return replace(settings, worker=THREADS, ray_address=None)


def _jobs(settings: Settings, store: Store, here: JobRunner, *, served: bool) -> Jobs:
    """Where long work is done. Raises RayMissing."""
    if settings.ray_address:
        require_ray(settings.ray_address)
        return RayJobs(store, here, Cluster(settings), do_job, heavy={TUNE})
    if settings.worker == ELSEWHERE:
        return JobQueue(store, here)
    if served and settings.worker == PROCESS:
        command = [sys.executable, "-c", _WORKER, str(_CHECKOUT)]
        return WorkerProcess(store, here, command=command, order=settings.packed())
    return here


def _opened(settings: Settings, *, served: bool = False) -> tuple[Lab, Parts, JobRunner]:
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings)
    versions = FolderVersions(settings.home / "versions")
    changes = FolderEncoders(settings.home / "encoders")
    files = photo_files(settings, lab=settle_mark(store))
    here = JobRunner(store)
    reader, landmarker = eyes(settings)
    parts = Parts(
        store=store,
        files=files,
        reader=reader,
        landmarker=landmarker,
        encoders=_encoders(store, settings, changes),
        changes=changes,
        tuner=LateTuner(settings),
        versions=versions,
        hub=HuggingFaceHub(settings),
        jobs=_jobs(settings, store, here, served=served),
        backup=LabBackup(settings, store, files),
        exchange=FolderExchange(),
        clock=lambda: datetime.now(UTC),
        passwords=Argon2Passwords(),
        rules=_rules(settings),
        hub_repo=settings.hub_repo,
    )
    lab = Lab(parts)
    here.register(TRAIN, lab.versions.train_now)
    here.register(PUBLISH, lab.versions.publish_now)
    here.register(TUNE, lab.tuning.tune_now, lane=TUNE)
    here.register(ENCODE, lab.encoders.encode_now)
    here.register(LOOK, lab.looking.look_now)
    lab.open()
    return lab, parts, here
