"""Wiring for whole archives: every photo of one becomes a row of numbers in parquet, without a lab around it.

What is in a part depends on the archive alone, never on who encodes it: a run that was cut goes on, a worker
that dies is replaced, and the result is the same bytes. Files that come later make parts of their own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final

from yogalab.errors import NothingToMeasure, TargetTaken
from yogalab.exchange.encodings import Eyes, plan_sheet, read_plan, read_sheet, sheet
from yogalab.jobs.cluster import connect
from yogalab.jobs.spread import Make, spread_here, spread_on_ray
from yogalab.keeping.archive_files import StoredArchive
from yogalab.keeping.photo_storage import files_at, is_here
from yogalab.lab.close_ups import recipe_of
from yogalab.ports import Encoder, PhotoFiles
from yogalab.records import ArchivePart, PartDone
from yogalab.records.archives import DATA
from yogalab.settings import Settings
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.clerk import Clerk
from yogalab.vision.encoders import read_encoders
from yogalab.vision.graph_encoder import graph_encoder
from yogalab.vision.looker import Looker
from yogalab.vision.opening import open_encoder

FORMAT: Final = 1
ABOUT: Final = "encoding.json"
PLANS: Final = "plan"
# Small enough that a cut run loses little and all workers are at it until the end; large enough that a million
# photos make two thousand files.
_LEAST, _MOST, _PARTS = 16, 512, 64

OnStep = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What is to be encoded, and where to. source, target: folders, or addresses as fsspec writes them.

    encoder: its name, None for skeletons alone.
    """

    source: str
    target: str
    encoder: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What a run did. photos, nobody, refused: of the files that it encoded; before: that were encoded already.

    seconds: from the first order given to the last part written; idle: those of them until somebody had begun.
    """

    photos: int
    nobody: int
    refused: int
    before: int
    parts: int
    workers: int
    seconds: float
    idle: float


def encode(
    settings: Settings,
    archive: Archive,
    *,
    workers: int,
    on_ray: bool = False,
    on_step: OnStep = lambda done, total: None,
    on_part: Callable[[PartDone], None] = lambda done: None,
) -> Encoded:
    """Encode what is not encoded yet.

    on_step: hears of files done and files in all; on_part: of each part as it is written.

    Raises:
        NothingToMeasure: there are no photos in the source. FileMissing: there is no source.
        TargetTaken: something else lies in the target, or what another encoder said.
        StorageMissing, PhotosUnreachable, DiskFull, EncoderUnknown, EncoderMissing, PoseModelMissing.
        RayMissing, RayUnreachable, RayFailed.
    """
    archive = _absolute(archive)
    target = _target(archive)
    _claim(target, archive, settings)
    parts, missing = _planned(StoredArchive(archive.source), target, archive)
    total, left = (sum(len(part.keys) for part in some) for some in (parts, missing))
    on_step(total - left, total)
    # What the lab is locked with is none of a worker's business.
    there = Settings(
        home=settings.home.absolute(),
        pose_model=settings.pose_model,
        offline=settings.offline,
        hub_endpoint=settings.hub_endpoint,
    )
    make = partial(clerk, there, archive)
    done, idle = list[PartDone](), 0.0
    orders = [part.to_json() for part in missing]
    with _answers(settings, make, orders, workers, on_ray=on_ray) as answers:
        start = time.perf_counter()
        for answer in answers:
            done.append(PartDone.from_json(answer))
            if len(done) == 1:
                idle = max(0.0, time.perf_counter() - start - done[0].seconds)
            on_part(done[-1])
            on_step(total - left + sum(one.photos + one.refused for one in done), total)
        seconds = time.perf_counter() - start
    return Encoded(
        photos=sum(one.photos for one in done),
        nobody=sum(one.nobody for one in done),
        refused=sum(one.refused for one in done),
        before=total - left,
        parts=len(done),
        workers=workers,
        seconds=seconds,
        idle=idle,
    )


def photos_in(folder: Path) -> list[str]:
    """Return the keys of the files in a folder that an encoding of it would take. Raises FileMissing."""
    return [key for key, _ in StoredArchive(str(folder)).found()]


def keys_in(archive: Archive) -> list[str]:
    """Return the keys in all parts that are written, as often as they are there."""
    target = _target(archive)
    parts = [key for key in target.keys() if key.startswith(f"{DATA}/")]  # noqa: SIM118 - no mapping
    return [str(row["key"]) for part in parts for row in read_sheet(target.open(part).read())]


def clerk(settings: Settings, archive: Archive) -> Clerk:
    """Return what encodes parts of an archive: a worker's own, wherever it works."""
    eyes = _eyes(settings, archive)
    return Clerk(
        StoredArchive(archive.source),
        _target(archive),
        Looker(settings.home / "models", settings.pose_model),
        _encoder(settings, archive.encoder),
        partial(sheet, eyes=eyes),
    )


@contextmanager
def _answers(
    settings: Settings, make: Make, orders: Sequence[str], workers: int, *, on_ray: bool
) -> Iterator[Iterable[str]]:
    if not orders:
        yield ()
    elif on_ray:
        ray: Any = connect(settings.ray_address or "local", workers, steps_back=False)
        try:
            with closing(spread_on_ray(ray, make, orders, workers=workers)) as answers:
                yield answers
        finally:
            ray.shutdown()
    else:
        # Stopped half-way, the workers stop with it.
        with closing(spread_here(make, orders, workers=workers)) as answers:
            yield answers


def _claim(target: PhotoFiles, archive: Archive, settings: Settings) -> None:
    """Make the target this encoding's own. Raises TargetTaken."""
    about = json.dumps({"format": FORMAT, **asdict(_eyes(settings, archive))}, indent=1).encode()
    target.sweep()
    try:
        with target.open(ABOUT) as file:
            mine = file.read() == about
    except FileNotFoundError:
        mine = next(iter(target.keys()), None) is None
    if not mine:
        raise TargetTaken(folder=archive.target)
    target.put(ABOUT, about)


def _planned(
    source: StoredArchive, target: PhotoFiles, archive: Archive
) -> tuple[list[ArchivePart], list[ArchivePart]]:
    """All parts, and those that are not written yet. Files that no plan knows are planned now."""
    there = list(target.keys())
    plans = sorted(key for key in there if key.startswith(f"{PLANS}/"))
    rows = [row for plan in plans for row in read_plan(target.open(plan).read())]
    known = {key for _, key, _ in rows}
    new = [(key, size) for key, size in source.found() if key not in known]
    if not rows and not new:
        raise NothingToMeasure(folder=archive.source)
    if new:
        first, each = max((part for part, _, _ in rows), default=0) + 1, _together(len(new))
        added = [(first + place // each, key, size) for place, (key, size) in enumerate(new)]
        target.put(f"{PLANS}/{len(plans) + 1:04d}.parquet", plan_sheet(added))
        rows += added
    by_part: dict[int, list[str]] = {}
    for part, key, _ in rows:
        by_part.setdefault(part, []).append(key)
    parts = [ArchivePart(number=number, keys=tuple(keys)) for number, keys in by_part.items()]
    written = set(there)
    return parts, [part for part in parts if part.name not in written]


def _together(files: int) -> int:
    return min(_MOST, max(_LEAST, files // _PARTS))


def _absolute(archive: Archive) -> Archive:
    """Workers may stand elsewhere."""
    source, target = (
        str(Path(one.removeprefix("file://")).expanduser().absolute()) if is_here(one) else one
        for one in (archive.source, archive.target)
    )
    return Archive(source=source, target=target, encoder=archive.encoder)


def _target(archive: Archive) -> PhotoFiles:
    return files_at(archive.target, cache=Path(gettempdir()) / "yogalab-archives")


def _eyes(settings: Settings, archive: Archive) -> Eyes:
    pose_model = BlazePose(settings.home / "models", model=settings.pose_model).name
    encoder = _encoder(settings, archive.encoder)
    if encoder is None:
        return Eyes(pose_model=pose_model)
    return Eyes(
        pose_model=pose_model,
        encoder=encoder.name,
        recipe=recipe_of(encoder, pose_model),
        fingerprint=encoder.fingerprint,
    )


@cache
def _encoder(settings: Settings, name: str | None) -> Encoder | None:
    """One for all workers of a process. Each keeps one core busy, so none of them takes more for itself."""
    if name is None:
        return None
    row = read_encoders().row(name)
    light = graph_encoder(row, threads=1)
    return light or open_encoder(row, offline=settings.offline, endpoint=settings.hub_endpoint)
