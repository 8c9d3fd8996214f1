"""Joins the concrete parts to a Lab: the only file that names them."""

from __future__ import annotations

from datetime import UTC, datetime

from yogalab.errors import YogaLabError
from yogalab.exchange.folder import FolderExchange
from yogalab.jobs.runner import JobRunner
from yogalab.keeping.backup import LabBackup
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import open_store
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.lab.versions import PUBLISH, TRAIN
from yogalab.ports import Encoder
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.settings import Settings
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.clip import find_encoder
from yogalab.vision.intake import ParallelReader


def open_lab(settings: Settings) -> Lab:
    """Open the lab in `settings.home`, making it when there is none.

    Nothing heavy is loaded: the pose model and the encoder come with the first photo.
    Raises DatabaseNewer, DiskFull, EncoderRefused.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings)
    versions = FolderVersions(settings.home / "versions")
    files = FolderPhotoFiles(settings.home / "photos")
    jobs = JobRunner(store)
    landmarker = BlazePose(settings.home / "models", model=settings.pose_model)
    parts = Parts(
        store=store,
        files=files,
        reader=ParallelReader(landmarker),
        landmarker=landmarker,
        encoder=_encoder(settings, store.setting("encoder")),
        versions=versions,
        hub=HuggingFaceHub(settings),
        jobs=jobs,
        backup=LabBackup(settings, store),
        exchange=FolderExchange(),
        clock=lambda: datetime.now(UTC),
        hub_repo=settings.hub_repo,
    )
    lab = Lab(parts)
    jobs.register(TRAIN, lab.versions.train_now)
    jobs.register(PUBLISH, lab.versions.publish_now)
    lab.open()
    return lab


def _encoder(settings: Settings, chosen: str | None) -> Encoder | None:
    """The lab's own encoder, and no other because a network or a GPU appeared."""
    name = chosen or settings.encoder
    if name is None:
        return None
    try:
        return find_encoder(name, settings)
    except YogaLabError:
        return None
