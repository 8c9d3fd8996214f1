"""What tuning the encoder adds to R2 on the same labels, before and after the gate, and how long it takes.

Of each pose k labelled photos are drawn; of all photos that are no near-duplicates of those some at random are
the hold-out that the gate judges on, and others are asked. R2 stands on the encoder as it is, each contender is
tuned on the same labels with R2 on top, blended on embeddings that its tuning hands over of photos it left out.

Few-shot is honest only on photos that the encoder never saw: a caller gives those, test photos where there is
an official split (`asking`), or an encoder's left-out poses.

"through the gate" is what a coach gets: the tuned version where the gate lets it through, else R2.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.draws import Draw, drawn
from yogalab.bench.figures import Figure, macro_recall, student
from yogalab.bench.ledger import Ledger, code_of, key_of
from yogalab.bench.timing import machine
from yogalab.bench.workshop import BASE, Contender, Workshop, spread
from yogalab.learning import ladder
from yogalab.learning.gate import judge
from yogalab.poses.prompts import sentences
from yogalab.records import Head, Matrix, TrainingSet, Tuned, TuningRequest

SHOTS: Final = (5, 20)
DRAWS: Final = 10
HOLD_OUT: Final = 200
ASKED: Final = 800
OnProgress = Callable[[float], None]
Measured = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningRow:
    """One contender at one number of labels a pose, over draws.

    top1, macro_recall: of the tuned version; ahead: its top-1 minus R2's on the same photos; served,
    served_ahead: through the gate. promoted: share of the draws that the gate let through; seconds: of tuning,
    R2 on top not counted; methods: how often each method was chosen.
    """

    learner: str
    shots: int
    draws: int
    labels: int
    photos: int
    top1: Figure
    macro_recall: float
    ahead: Figure | None
    served: Figure
    served_ahead: Figure | None
    promoted: float
    seconds: Figure
    methods: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningResult:
    """Everything a table or a JSON file says."""

    encoder: str
    poses: int
    photos: int
    hold_out: int
    seed: int
    rows: tuple[TuningRow, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "tuning", "machine": machine(), **asdict(self)}


def of_collection(
    bench: Collection,
    workshop: Workshop,
    *,
    folder: Path,
    shots: Sequence[int] = SHOTS,
    draws: int = DRAWS,
    hold_out: int = HOLD_OUT,
    asked: int = ASKED,
    seed: int = 0,
    anew: bool = False,
    on_progress: OnProgress = lambda share: None,
) -> TuningResult:
    """Measure. bench: photos the encoder never saw, as skeletons; folder: where finished steps are kept.

    Raises EncoderError, TuningFailed, OutOfMemory, DiskFull.
    """
    bench = bench.without_encoder()
    # Other weights under the same name are tuned to something else.
    of = workshop.encoder.name, workshop.encoder.fingerprint
    ledger = Ledger(folder, "tuning", key_of(bench, *of, hold_out, asked, seed, code_of("training")), anew=anew)
    steps = [(k, number) for k in sorted(set(shots)) for number in range(draws)]
    for done, (k, number) in enumerate(steps, start=1):
        draw = drawn(bench, k, number, hold_out=hold_out, asked=asked, seed=seed)
        _measure(bench, workshop, draw, ledger=ledger, folder=folder, seed=seed)
        on_progress(done / len(steps))
    return TuningResult(
        encoder=workshop.encoder.name,
        poses=len(bench.poses),
        photos=len(bench.photos),
        hold_out=hold_out,
        seed=seed,
        rows=tuple(
            _row(name, k, [ledger.done[_name(name, k, number)] for number in range(draws)])
            for k in sorted(set(shots))
            for name in workshop.learners
        ),
    )


def _measure(
    bench: Collection, workshop: Workshop, draw: Draw, *, ledger: Ledger, folder: Path, seed: int
) -> None:
    """Write down one draw's figures of the learners that are missing in the ledger."""
    missing = [one for one in workshop.learners if _name(one, draw.shots, draw.number) not in ledger.done]
    if not missing:
        return
    before = workshop.as_seen_by(workshop.encoder, bench, draw.shown)
    began = time.perf_counter()
    base = taught(before, draw.train, None)
    seconds = time.perf_counter() - began
    mine = ladder.probabilities(base, before.x)
    if BASE in missing:
        ledger.add(_name(BASE, draw.shots, draw.number), _figures(bench, draw, mine, mine, seconds, "r2", True))
    for one in workshop.contenders:
        if one.name in missing:
            work = folder / "tuning" / f"{one.name}-{draw.shots}-{draw.number}"
            ledger.add(
                _name(one.name, draw.shots, draw.number),
                _contended(bench, workshop, one, draw, base=mine, work=work, seed=seed),
            )
            # Checkpoints are for a tuning that was cut off; this one is written down.
            shutil.rmtree(work, ignore_errors=True)


def _contended(
    bench: Collection, workshop: Workshop, one: Contender, draw: Draw, *, base: Matrix, work: Path, seed: int
) -> Measured:
    work.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    tuned = one.tuner.tune(
        request(bench, workshop.encoder.name, one, draw.train, seed=seed),
        pixels=workshop.pixels,
        folder=work,
        progress=lambda share, stage: None,
    )
    seconds = time.perf_counter() - began
    after = workshop.as_seen_by(workshop.open_changed(tuned.change), bench, draw.shown)
    head = taught(after, draw.train, tuned)
    theirs = ladder.probabilities(head, after.x)
    verdict = judge(
        theirs[draw.hold_out],
        base[draw.hold_out],
        bench.prior.pose_ids[bench.y[draw.hold_out]],
        bench.prior.poses,
        groups=bench.groups[draw.hold_out],
        seed=seed,
    )
    return _figures(bench, draw, theirs, base, seconds, tuned.change.method, verdict.promoted)


def request(bench: Collection, encoder: str, one: Contender, train: Rows, *, seed: int) -> TuningRequest:
    """Return what a contender is asked: to tell a collection's poses apart by some labelled rows."""
    what = f"{encoder} {one.name} {seed} {train.tolist()} {[bench.photos[row].path.name for row in train]}"
    return TuningRequest(
        rung=one.rung,
        encoder=encoder,
        photo_ids=train,
        y=bench.y[train],
        groups=bench.groups[train],
        captions=tuple(sentences(pose) for pose in bench.poses),
        fingerprint=hashlib.sha256(what.encode()).hexdigest(),
        seed=seed,
    )


def taught(bench: Collection, train: Rows, tuned: Tuned | None) -> Head:
    """Return R2 on top of an encoder; on a tuned one, blended on photos its tuning left out."""
    return ladder.retrain(
        bench.taught(train),
        bench.prior,
        pool=None,
        progress=lambda share, stage: None,
        unseen=None if tuned is None else unseen(bench, train, tuned),
    )


def unseen(bench: Collection, train: Rows, tuned: Tuned) -> TrainingSet | None:
    """Return the labelled rows as encoders see them that were tuned without them; None where none were."""
    kept = np.abs(tuned.left_out).any(axis=1)
    if not kept.any():
        return None
    assert bench.embeddings is not None
    vectors = spread(tuned.left_out[kept], train[kept], len(bench.photos))
    return bench.seen_by(replace(bench.embeddings, photos=vectors)).taught(train[kept])


def _figures(
    bench: Collection, draw: Draw, mine: Matrix, base: Matrix, seconds: float, method: str, promoted: bool
) -> Measured:
    """What is kept of one learner in one draw, as JSON holds it."""
    y = bench.y[draw.test]
    answers, before = (one[draw.test].argmax(axis=1) for one in (mine, base))
    right, was_right = float((answers == y).mean()), float((before == y).mean())
    return {
        "top1": right,
        "macro": macro_recall(answers, y),
        "base": was_right,
        "served": right if promoted else was_right,
        "promoted": bool(promoted),
        "seconds": seconds,
        "method": method,
        "labels": len(draw.train),
        "photos": len(draw.test),
    }


def _name(learner: str, shots: int, draw: int) -> str:
    return f"{learner}:{shots}:{draw}"


def _row(learner: str, shots: int, measured: Sequence[Measured]) -> TuningRow:
    def over(name: str, *, less: str | None = None) -> Figure:
        return student(np.array([one[name] - (one[less] if less else 0.0) for one in measured]))

    methods = [one["method"] for one in measured]
    ahead = None if learner == BASE else over("top1", less="base")
    return TuningRow(
        learner=learner,
        shots=shots,
        draws=len(measured),
        labels=round(float(np.mean([one["labels"] for one in measured]))),
        photos=round(float(np.mean([one["photos"] for one in measured]))),
        top1=over("top1"),
        macro_recall=over("macro").mean,
        ahead=ahead,
        served=over("served"),
        served_ahead=None if ahead is None else over("served", less="base"),
        promoted=over("promoted").mean,
        seconds=over("seconds"),
        methods={name: methods.count(name) for name in dict.fromkeys(methods)},
    )
