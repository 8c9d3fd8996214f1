"""Joins the concrete parts to a Lab: the only file that names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from yogalab.exchange.folder import FolderExchange
from yogalab.jobs.runner import JobRunner
from yogalab.keeping.backup import LabBackup
from yogalab.keeping.opening import open_backup
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import open_store
from yogalab.lab.encoders import ENCODE
from yogalab.lab.lab import Lab
from yogalab.lab.looking import LOOK
from yogalab.lab.parts import ENCODER, TUNE, Parts
from yogalab.lab.versions import PUBLISH, TRAIN
from yogalab.ports import Encoder, EncoderChanges, Landmarker, PhotoReader, Pixels, Progress, Store
from yogalab.publishing import space
from yogalab.publishing.encoders import FolderEncoders
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.records import Tuned, TuningRequest
from yogalab.settings import Settings
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.clip import Loaded, OpenClipEncoder
from yogalab.vision.encoders import read_encoders
from yogalab.vision.intake import ParallelReader
from yogalab.vision.shelf import OpenClipShelf

_CHECKOUT: Final = Path(__file__).resolve().parents[1]


def open_lab(settings: Settings) -> Lab:
    """Open the lab in `settings.home`, making it when there is none.

    Nothing heavy is loaded: the pose model and the encoder come with the first photo.
    Raises DatabaseNewer, DiskFull, EncoderRefused.
    """
    return open_with_parts(settings)[0]


def unpack_lab(settings: Settings, file: Path, progress: Progress) -> None:
    """Bring a packed lab into `settings.home`, which must not hold one. Raises BadBackup, LabNotEmpty."""
    open_backup(file, settings, progress)


def space_files() -> Sequence[tuple[str, int]]:
    """(path, bytes) of exactly what a Space would get. Raises SourceMissing outside a checkout."""
    return [(file.path, file.size) for file in space.plan(_CHECKOUT)]


def deploy_space(settings: Settings, repo: str) -> str:
    """Create the Space or bring it up to date, and return its address. Raises SourceMissing, HubError."""
    return space.deploy(_CHECKOUT, repo, settings=settings, password=settings.password)


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
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings)
    versions = FolderVersions(settings.home / "versions")
    changes = FolderEncoders(settings.home / "encoders")
    files = FolderPhotoFiles(settings.home / "photos")
    jobs = JobRunner(store)
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
        jobs=jobs,
        backup=LabBackup(settings, store),
        exchange=FolderExchange(),
        clock=lambda: datetime.now(UTC),
        hub_repo=settings.hub_repo,
    )
    lab = Lab(parts)
    jobs.register(TRAIN, lab.versions.train_now)
    jobs.register(PUBLISH, lab.versions.publish_now)
    jobs.register(TUNE, lab.tuning.tune_now, lane=TUNE)
    jobs.register(ENCODE, lab.encoders.encode_now)
    jobs.register(LOOK, lab.looking.look_now)
    lab.open()
    return lab, parts
