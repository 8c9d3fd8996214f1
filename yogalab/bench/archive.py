"""Encoding an archive on a Ray cluster of this machine, beside the same looks by plain processes in one run."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from yogalab import wiring
from yogalab.archiving import Archive, encode, keys_in, photos_in
from yogalab.bench.timing import machine, tree_seconds
from yogalab.errors import NothingToMeasure
from yogalab.ports import Encoder
from yogalab.records import PartDone, Upload
from yogalab.settings import Settings

# Straight from its room: the bare work is that of its processes, however many are asked for.
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.clerk import BATCH
from yogalab.vision.intake import ParallelReader

# Of what plain processes do on the same cores.
LEAST: Final = 0.85
OnStep = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveResult:
    """plain, ray: photos a second; start: seconds until the cluster was there, which counts for neither.

    plain is measured before and after, on half of the photos each, with as many processes. ray_seconds are from
    the first order to the last file; idle: those of them until the first worker had begun. steady: the ratio
    without these, as it would be on an archive without end. plain_processor, ray_processor: seconds of one
    core, all processes together, the cluster's own among them; other work on the machine leaves them as they
    are. rows: in the parquet; twice: keys that are not there exactly once.
    """

    photos: int
    workers: int
    encoder: str | None
    killed: bool
    start: float
    plain_seconds: float
    ray_seconds: float
    idle: float
    plain_processor: float
    ray_processor: float
    rows: int
    twice: int

    @property
    def plain(self) -> float:
        return self.photos / self.plain_seconds

    @property
    def ray(self) -> float:
        return self.photos / self.ray_seconds

    @property
    def ratio(self) -> float:
        return self.ray / self.plain

    @property
    def steady(self) -> float:
        return self.photos / (self.ray_seconds - self.idle) / self.plain

    @property
    def processor_ratio(self) -> float:
        """What plain processes take of the cores for a photo, over what Ray takes: above 1, Ray takes less."""
        return self.plain_processor / self.ray_processor

    @property
    def bars(self) -> dict[str, bool]:
        """Whether each of the promises was held."""
        return {"fast": self.ratio >= LEAST, "same": self.rows == self.photos, "once": self.twice == 0}

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        told = {
            "plain": self.plain,
            "ray": self.ray,
            "ratio": self.ratio,
            "steady": self.steady,
            "processor_ratio": self.processor_ratio,
            "bars": self.bars,
        }
        return {"format": 1, "bench": "archive", "machine": machine(), **asdict(self), **told}


def run(
    settings: Settings,
    folder: Path,
    *,
    count: int | None = 400,
    workers: int = 2,
    seed: int = 0,
    kill: bool = False,
    on_step: OnStep = lambda done, total: None,
) -> ArchiveResult:
    """Measure on `count` photos of a folder, drawn at random, or on all. kill: one worker on the way.

    Raises NothingToMeasure, FileMissing, RayMissing, RayUnreachable.
    """
    with TemporaryDirectory(prefix="yogalab-bench-") as scratch:
        settings = replace(settings, ray_address=None)
        source = _linked(folder, Path(scratch) / "photos", count, seed)
        files = sorted(path for path in source.rglob("*") if path.is_file())
        name = wiring.first_encoder(settings)
        encoder = wiring.encoder(replace(settings, encoder=name or ""))
        # Read once, so that neither side pays for the disk; looked at once, so that the model is there.
        for file in files:
            file.read_bytes()
        _plainly(settings, files[:2], encoder, workers)
        busy = [tree_seconds(os.getpid())]
        plain = _plainly(settings, files[::2], encoder, workers)
        busy.append(tree_seconds(os.getpid()))
        on_step(1, 3)
        archive = Archive(source=str(source), target=str(Path(scratch) / "out"), encoder=name)
        begun = time.perf_counter()
        watch = _Watch(kill=kill)
        done = encode(settings, archive, workers=workers, on_ray=True, on_part=watch)
        start = time.perf_counter() - begun - done.seconds
        on_step(2, 3)
        busy += [watch.busy, tree_seconds(os.getpid())]
        plain += _plainly(settings, files[1::2], encoder, workers)
        busy.append(tree_seconds(os.getpid()))
        on_step(3, 3)
        found = Counter(keys_in(archive))
    return ArchiveResult(
        photos=len(files),
        workers=workers,
        encoder=name,
        killed=kill,
        start=start,
        plain_seconds=plain,
        ray_seconds=done.seconds,
        idle=done.idle,
        plain_processor=busy[1] - busy[0] + busy[4] - busy[3],
        ray_processor=busy[2] - busy[1],
        rows=found.total(),
        twice=len(files) - sum(times == 1 for times in found.values()),
    )


def _linked(folder: Path, target: Path, count: int | None, seed: int) -> Path:
    """A folder with so many of the photos in it."""
    offered = photos_in(folder)
    chosen = offered
    if count is not None:
        chosen = [offered[k] for k in np.random.default_rng(seed).permutation(len(offered))[:count]]
    if not chosen:
        raise NothingToMeasure(folder=str(folder))
    for key in chosen:
        (target / key).parent.mkdir(parents=True, exist_ok=True)
        (target / key).symlink_to((folder / key).absolute())
    return target


def _plainly(settings: Settings, files: Sequence[Path], encoder: Encoder | None, workers: int) -> float:
    """Seconds for looking and encoding alone, starting the processes included."""
    start = time.perf_counter()
    landmarker = BlazePose(settings.home / "models", model=settings.pose_model)
    reader = ParallelReader(landmarker, processes=workers, handful=0)
    intakes = reader.read_many(_uploads(files), framing=encoder.framing if encoder else None)
    while batch := list(islice(intakes, BATCH)):
        if encoder is not None:
            encoder.encode_photos([one.picture for one in batch if one.picture is not None])
    return time.perf_counter() - start


def _uploads(files: Iterable[Path]) -> Iterator[Upload]:
    for file in files:
        yield Upload(name=file.name, data=file.read_bytes())


class _Watch:
    """Looks on as parts are written, and ends whoever wrote the first of them where that is wanted.

    busy: as of `tree_seconds`, when the last one was.
    """

    def __init__(self, *, kill: bool) -> None:
        self._kill = kill
        self.busy = 0.0

    def __call__(self, done: PartDone) -> None:
        # While the workers still live: what the cluster has used is not told once it is gone.
        self.busy = tree_seconds(os.getpid())
        if self._kill:
            self._kill = False
            os.kill(done.pid, signal.SIGKILL)
