"""Training time and accuracy on the same photos and cores: R2, R3, R4, and a network taught from scratch.

The first source paper (arXiv 2501.07221) fine-tunes CLIP in 3.5 times less time than a YOLOv8 model. Here the
same comparison: some photos a pose of the official training side, its test photos asked. Photos are decoded,
made small and looked at by BlazePose beforehand, for all alike. A rung's time is that of tuning, of encoding
the training photos, and of the fit on top.

An encoder that ships with YogaLab was trained on these very training photos, so its rungs start ahead here. The
network from scratch sees them for the first time, in the same pictures that the encoder is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.standing import Standing, standings
from yogalab.bench.timing import machine
from yogalab.bench.training_runs import Run, Rung, Scratch, Skeleton, Teach
from yogalab.bench.workshop import BASE, Workshop
from yogalab.errors import BadDataset

EACH: Final = 65
SKELETON: Final = "R2, skeleton alone"
SCRATCH: Final = "network from scratch"
OnProgress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Seconds by the clock and of processor time, over all threads.

    beside: how many times longer the network from scratch took by the clock.
    """

    learner: str
    seconds: float
    processor: float
    beside: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """Everything a table or a JSON file says. rows: on the test photos, beside the network from scratch."""

    encoder: str
    network: str
    poses: int
    train: int
    test: int
    seed: int
    durations: tuple[Duration, ...]
    rows: tuple[Standing, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "training", "machine": machine(), **asdict(self)}


def of_collection(
    bench: Collection,
    workshop: Workshop,
    teach: Teach,
    *,
    network: str,
    folder: Path,
    each: int = EACH,
    seed: int = 0,
    on_progress: OnProgress = lambda share, what: None,
) -> TrainingResult:
    """Measure. bench: with an official split; workshop: its pixels go by the rows of `bench`.

    network: the name of what `teach` teaches; folder: for checkpoints; each: photos a pose.
    Raises BadDataset: no official split; and what tuning raises.
    """
    train, test = split(bench, each, seed)
    shown = np.concatenate([train, test])
    for done, row in enumerate(shown):
        workshop.pixels(int(row))
        on_progress(0.2 * done / len(shown), "bench.look")
    runs = _runs(bench.without_encoder(), train, workshop, teach, folder / "training", seed)
    clocks: dict[str, tuple[float, float]] = {}
    answers = {}
    for done, (name, run) in enumerate(runs.items()):
        on_progress(0.2 + 0.8 * done / len(runs), "bench.learn")
        clocks[name] = _clocked(run.train)
        answers[name] = run.answers(test)
    return TrainingResult(
        encoder=workshop.encoder.name,
        network=network,
        poses=len(np.unique(bench.y[train])),
        train=len(train),
        test=len(test),
        seed=seed,
        durations=_durations(clocks),
        rows=standings(answers, bench.y[test], asked="official", baseline=SCRATCH, seed=seed),
    )


def _runs(
    bench: Collection, train: Rows, workshop: Workshop, teach: Teach, folder: Path, seed: int
) -> dict[str, Run]:
    """Each learner by its name. bench: without an encoder."""
    rungs = [(BASE, None), *((one.name, one) for one in workshop.contenders)]
    return {
        SKELETON: Skeleton(bench, train),
        **{name: Rung(bench, train, workshop, one, folder, seed) for name, one in rungs},
        SCRATCH: Scratch(bench, train, workshop, teach, seed),
    }


def split(bench: Collection, each: int, seed: int) -> tuple[Rows, Rows]:
    """Return (train, test) rows of the official split, at most `each` training photos a pose, drawn.

    No near-duplicates of test photos are taught. Raises BadDataset where there is no such split.
    """
    test = np.flatnonzero(bench.split == "test")
    allowed = (bench.split == "train") & ~np.isin(bench.groups, bench.groups[test])
    rng = np.random.default_rng(seed)
    drawn = [
        rng.permutation(np.flatnonzero(allowed & (bench.y == column)))[:each]
        for column in np.unique(bench.y[allowed])
    ]
    if len(drawn) < 2 or not len(test):
        raise BadDataset(name="train/test")
    train = np.sort(np.concatenate(drawn)).astype(np.int64)
    return train, test[np.isin(bench.y[test], bench.y[train])].astype(np.int64)


def _clocked(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def _durations(clocks: dict[str, tuple[float, float]]) -> tuple[Duration, ...]:
    scratch, _ = clocks[SCRATCH]
    return tuple(
        Duration(
            learner=name,
            seconds=seconds,
            processor=processor,
            beside=None if name == SCRATCH else scratch / max(seconds, 1e-9),
        )
        for name, (seconds, processor) in clocks.items()
    )
