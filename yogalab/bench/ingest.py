"""What adding photos costs beside the bare work: decoding and looking, in as many processes, in one run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from yogalab.bench.timing import cores, machine
from yogalab.errors import NothingToMeasure
from yogalab.records import Coach, Consent
from yogalab.settings import Settings
from yogalab.wiring import open_lab

WHO = Coach(id="bench", name="Bench")
OnStep = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One pass of the bare work and one of adding, over the same files.

    processor: seconds of one core, all processes together, which tell the work apart from what else the machine
    was doing.
    """

    bare_seconds: float
    add_seconds: float
    again_seconds: float
    bare_processor: float
    add_processor: float

    @property
    def ratio(self) -> float:
        return self.add_seconds / self.bare_seconds

    @property
    def processor_ratio(self) -> float:
        return self.add_processor / self.bare_processor


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """ratio: the median over rounds of adding to bare, by the clock; processor_ratio: by what the cores did.

    found: share of photos with a person in them.

    encoder: which one looked at the photos on both sides, None for skeletons alone.
    """

    photos: int
    processes: int
    refused: int
    encoder: str | None
    found: float
    ratio: float
    processor_ratio: float
    photos_per_second: float
    rounds: tuple[Round, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 2, "bench": "ingest", "machine": machine(), **asdict(self)}


def run(
    settings: Settings,
    folder: Path,
    *,
    count: int = 400,
    rounds: int = 1,
    seed: int = 0,
    on_step: OnStep = lambda done, total: None,
) -> IngestResult:
    """Measure on `count` photos of a folder, drawn at random. Raises FileMissing, NothingToMeasure."""
    with TemporaryDirectory(prefix="yogalab-bench-") as scratch:
        # The pose model is made once and shared by all rounds: making it is no part of adding.
        settings = replace(settings, home=Path(scratch), database_url=None)
        files = _files(settings, folder, count, seed)
        encoder = _encoder(settings)
        _bare(settings, files[:2], encoder)
        measured, added = [], (0, 0, 0)
        for number in range(rounds):
            begun = _busy()
            bare = _bare(settings, files, encoder)
            looked = _busy()
            on_step(2 * number + 1, 2 * rounds)
            once, again, added = _add(settings, files, number)
            measured.append(
                Round(
                    bare_seconds=bare,
                    add_seconds=once[0],
                    again_seconds=again,
                    bare_processor=looked - begun,
                    add_processor=once[1],
                )
            )
            on_step(2 * number + 2, 2 * rounds)
    new, nobody, refused = added
    return IngestResult(
        photos=len(files),
        processes=cores(),
        refused=refused,
        encoder=encoder,
        found=1 - nobody / max(new, 1),
        ratio=float(np.median([one.ratio for one in measured])),
        processor_ratio=float(np.median([one.processor_ratio for one in measured])),
        photos_per_second=len(files) / float(np.median([one.add_seconds for one in measured])),
        rounds=tuple(measured),
    )


def _files(settings: Settings, folder: Path, count: int, seed: int) -> list[Path]:
    lab = open_lab(replace(settings, home=settings.home / "files"))
    found = sorted(lab.exchange.offered(WHO, [folder]).paths())
    lab.close()
    chosen = np.random.default_rng(seed).permutation(len(found))[:count]
    files = [found[k].absolute() for k in sorted(chosen)]
    if not files:
        raise NothingToMeasure(folder=str(folder))
    # Read once, so that neither side pays for the disk.
    for file in files:
        file.read_bytes()
    return files


def _encoder(settings: Settings) -> str | None:
    """What a new lab sees with."""
    lab = open_lab(replace(settings, home=settings.home / "eyes"))
    try:
        return lab.encoder()
    finally:
        lab.close()


def _bare(settings: Settings, files: Sequence[Path], encoder: str | None) -> float:
    """Seconds for decoding, looking and encoding alone, starting the processes included."""
    start = time.perf_counter()
    shares = [files[k :: cores()] for k in range(cores())]
    workers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "yogalab.bench.bare",
                str(settings.home / "models"),
                *([encoder] if encoder else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in shares
    ]
    for worker, share in zip(workers, shares, strict=True):
        assert worker.stdin is not None
        worker.stdin.write("".join(f"{file}\n" for file in share))
        worker.stdin.close()
    for worker in workers:
        if worker.wait() != 0:
            raise NothingToMeasure(folder=str(files[0].parent))
        assert worker.stdout is not None
        worker.stdout.close()
    return time.perf_counter() - start


def _busy() -> float:
    """Seconds of one core that this process and those it has waited for took so far."""
    return sum(os.times()[:4])


def _add(
    settings: Settings, files: Sequence[Path], number: int
) -> tuple[tuple[float, float], float, tuple[int, int, int]]:
    """In a lab of its own: ((seconds, of one core) for adding, for adding again, (new, nobody in, refused))."""
    home = settings.home / f"round-{number}"
    (home / "models").parent.mkdir(parents=True)
    (home / "models").symlink_to(settings.home / "models", target_is_directory=True)
    lab = open_lab(replace(settings, home=home))
    try:
        offered = lab.exchange.offered(WHO, files, folders=True)
        start, busy = time.perf_counter(), _busy()
        added = lab.photos.add(WHO, offered, consent=Consent.UNKNOWN, source="bench")
        once = (time.perf_counter() - start, _busy() - busy)
        start = time.perf_counter()
        lab.photos.add(WHO, offered, consent=Consent.UNKNOWN, source="bench")
        again = time.perf_counter() - start
    finally:
        lab.close()
    return once, again, (len(added.new), added.nobody, len(added.errors))
