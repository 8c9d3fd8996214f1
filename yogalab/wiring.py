"""Joins the concrete parts to a Lab: the only file that names them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from yogalab.errors import BadRepoName, BadVault, VaultEmpty, VaultUnset
from yogalab.exchange.folder import FolderExchange
from yogalab.jobs.child import calling
from yogalab.jobs.cluster import require_ray
from yogalab.jobs.cluster_process import ClusterProcess
from yogalab.jobs.queue import JobQueue
from yogalab.jobs.ray_jobs import RayJobs
from yogalab.jobs.runner import JobRunner
from yogalab.jobs.worker import WorkerProcess
from yogalab.keeping.backup import LabBackup
from yogalab.keeping.bringing_back import bring_back
from yogalab.keeping.database import utc_now
from yogalab.keeping.folder_vault import FolderVault, folder_of
from yogalab.keeping.occupancy import occupy
from yogalab.keeping.opening import open_backup
from yogalab.keeping.passwords import Argon2Passwords
from yogalab.keeping.photo_storage import photo_files
from yogalab.keeping.safekeeping import Told, bring_back_first, keeper_of
from yogalab.keeping.store import open_store, settle_mark
from yogalab.lab.data_sharing import PUBLISH_DATA
from yogalab.lab.encoders import ENCODE
from yogalab.lab.house import HouseRules
from yogalab.lab.lab import Lab
from yogalab.lab.looking import LOOK
from yogalab.lab.parts import ENCODER, TUNE, Parts
from yogalab.lab.renting import RETURN
from yogalab.lab.versions import PUBLISH, TRAIN
from yogalab.ports import (
    Encoder,
    EncoderChanges,
    Jobs,
    Landmarker,
    PhotoReader,
    Pixels,
    Progress,
    Space,
    Store,
    Vault,
)
from yogalab.publishing.deployment import SpaceDeployment
from yogalab.publishing.encoders import FolderEncoders
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.renting import HubMachines
from yogalab.publishing.vault import HubVault
from yogalab.publishing.versions import FolderVersions
from yogalab.records import BroughtBack, Head, Role, Tuned, TuningRequest
from yogalab.settings import ELSEWHERE, PROCESS, Settings
from yogalab.vision import zero_gpu
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.clip import Loaded, OpenClipEncoder
from yogalab.vision.encoders import read_encoders
from yogalab.vision.intake import ParallelReader
from yogalab.vision.shelf import OpenClipShelf

_CHECKOUT: Final = Path(__file__).resolve().parents[1]


def open_lab(settings: Settings, *, served: bool = False, told: Told = lambda error: None) -> Lab:
    """Open the lab in `settings.home`, making it when there is none, or bringing it back from its vault.

    served: its pages are going to be, so long work may have a process of its own. told: hears what holds it up.
    Nothing heavy is loaded: the pose model and the encoder come with the first photo.
    Raises DatabaseNewer, DiskFull, EncoderRefused, VaultSilent, VaultDamaged, HubError.
    """
    return _opened(settings, served=served, told=told)[0]


def unpack_lab(settings: Settings, file: Path, progress: Progress) -> None:
    """Bring a packed lab into `settings.home`, which must not hold one. Raises BadBackup, LabNotEmpty."""
    open_backup(file, settings, progress)


def restore_lab(settings: Settings, progress: Progress) -> BroughtBack:
    """Bring the lab back from its vault into `settings.home`, which must not hold one.

    Raises VaultUnset, VaultEmpty, LabNotEmpty, VaultSilent, VaultDamaged, HubError.
    """
    vault = vault_of(settings)
    if vault is None:
        raise VaultUnset()
    told = bring_back(settings, vault, clock=utc_now, progress=progress)
    if told is None:
        raise VaultEmpty(place=vault.place)
    return told


def vault_of(settings: Settings) -> Vault | None:
    """Return the place where the lab is kept a second time, if one is set. Raises BadVault."""
    place = settings.vault
    if not place:
        return None
    if (folder := folder_of(place)) is not None:
        return FolderVault(folder, place)
    try:
        return HubVault(settings, place)
    except BadRepoName as error:
        raise BadVault(place=place) from error


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


class LateOnnx:
    """Implements `ports.Portable`; what writes the file comes only when somebody exports."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def write(self, head: Head, target: Path, *, name: str) -> float:
        """As `OnnxFiles.write`."""
        from yogalab.portable import OnnxFiles  # noqa: PLC0415

        return OnnxFiles(self._settings).write(head, target, name=name)


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


def _borrow_gpu(*, served: bool) -> None:
    """Have large encoders use the GPU that a Space is lent; before anything else loads PyTorch."""
    zero_gpu.borrow()
    if served:
        zero_gpu.announce()


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


def open_to_work(settings: Settings) -> tuple[Lab, Parts, JobRunner]:
    """As `open_with_parts`, with what does long work in this process."""
    return _opened(settings)


def _jobs(settings: Settings, store: Store, here: JobRunner, *, served: bool) -> Jobs:
    """Where long work is done. Raises RayMissing."""
    if settings.ray_address:
        require_ray(settings.ray_address)
        # What a machine there runs opens a lab by this very module.
        from yogalab.workers import do_job  # noqa: PLC0415

        return RayJobs(store, here, ClusterProcess(settings), do_job, heavy={TUNE})
    if settings.worker == ELSEWHERE:
        return JobQueue(store, here)
    if served and settings.worker == PROCESS:
        command = calling("yogalab.workers", "work_for_pages")
        return WorkerProcess(store, here, command=command, order=settings.packed())
    return here


def _opened(
    settings: Settings, *, served: bool = False, told: Told = lambda error: None
) -> tuple[Lab, Parts, JobRunner]:
    if settings.zero_gpu:
        _borrow_gpu(served=served)
    settings.home.mkdir(parents=True, exist_ok=True)
    if served:
        occupy(settings)
    vault, keeper = vault_of(settings), None
    if vault is not None:
        bring_back_first(settings, vault, patient=served, told=told)
    store = open_store(settings)
    versions = FolderVersions(settings.home / "versions")
    changes = FolderEncoders(settings.home / "encoders")
    files = photo_files(settings, lab=settle_mark(store))
    if vault is not None:
        keeper, files = keeper_of(settings, store, files, vault)
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
        clock=utc_now,
        passwords=Argon2Passwords(),
        rules=_rules(settings),
        rented=HubMachines(settings),
        portable=LateOnnx(settings),
        hub_repo=settings.hub_repo,
        keeper=keeper,
    )
    lab = Lab(parts)
    here.register(TRAIN, lab.versions.train_now)
    here.register(PUBLISH, lab.versions.publish_now)
    here.register(PUBLISH_DATA, lab.data.publish_now)
    here.register(TUNE, lab.tuning.tune_now, lane=TUNE)
    here.register(ENCODE, lab.encoders.encode_now)
    here.register(LOOK, lab.looking.look_now)
    here.register(RETURN, lab.renting.return_now)
    lab.open()
    return lab, parts, here
