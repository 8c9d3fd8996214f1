"""Does the gate let through what is as good, and hold back what is worse? On real pairs of versions.

Of the photos that neither version of a pair was taught, n at random are the hold-out and the others the photos
without label; then the gate judges, as it would in a lab.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from yogalab.bench import crew
from yogalab.bench.collection import Collection, collect
from yogalab.bench.figures import Figure
from yogalab.bench.ledger import Ledger, key_of
from yogalab.bench.pairs import KINDS, Pair, Step, measure, pairs_of
from yogalab.learning.evaluation import wilson
from yogalab.learning.gate import judge
from yogalab.ports import PhotoReader
from yogalab.records import PoseRef, Verdict

SIZES: Final = (50, 100, 200, 400, 800)
CANDIDATES: Final = 200
DRAWS: Final = 24
OnProgress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """Candidates of one kind judged on `holdout` photos.

    kind: "equal" (all pairs that are equally good), of these "retrained" (a version and the same with some
    labels more or fewer) and "unrelated" (answering more than 6 % of the photos differently); "worse" by 3
    points; "shuffled" (taught shuffled labels). promoted: the share let through with its 95 % interval; lost:
    the share held back for a single pose; pairs: how many different ones; differing: their median share of
    photos answered differently.
    """

    kind: str
    holdout: int
    candidates: int
    pairs: int
    differing: float
    promoted: Figure
    lost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Everything a table or a JSON file says. shuffled: top-1 of versions that were taught shuffled labels."""

    photos: int
    poses: int
    seed: int
    shuffled: float
    rows: tuple[GateRow, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "gate", **asdict(self)}


def run(
    reader: PhotoReader,
    directory: Path,
    *,
    folder: Path,
    pose_model: str,
    sizes: Sequence[int] = SIZES,
    candidates: int = CANDIDATES,
    draws: int = DRAWS,
    seed: int = 0,
    processes: int = 1,
    anew: bool = False,
    on_progress: OnProgress = lambda share, stage: None,
) -> GateResult:
    """Measure on a data set. folder: where skeletons and versions' answers are kept. Raises BadDataset."""
    bench = collect(
        reader,
        directory,
        folder=folder,
        pose_model=pose_model,
        on_progress=lambda done, total: on_progress(0.4 * done / total, "bench.look"),
    )
    steps = [Step(seed=seed, draw=draw) for draw in range(draws)]
    ledger = Ledger(folder, "gate", key_of(bench, seed), anew=anew)
    crew.finish(
        measure,
        bench,
        steps,
        ledger=ledger,
        processes=processes,
        on_progress=lambda share: on_progress(0.4 + 0.4 * share, "bench.learn"),
    )
    pairs: dict[str, list[Pair]] = {kind: [] for kind in KINDS}
    for step in steps:
        for kind, pair in pairs_of(bench, ledger.done[step.name]):
            pairs[kind].append(pair)
    rows = _judged(bench, pairs, sizes, candidates, seed, on_progress)
    shuffled = [float((pair.mine == pair.truth).mean()) for pair in pairs["shuffled"]]
    return GateResult(
        photos=len(bench.photos),
        poses=len(bench.poses),
        seed=seed,
        shuffled=float(np.mean(shuffled)) if shuffled else 0.0,
        rows=tuple(rows),
    )


def _judged(
    bench: Collection,
    pairs: Mapping[str, Sequence[Pair]],
    sizes: Sequence[int],
    candidates: int,
    seed: int,
    on_progress: OnProgress,
) -> list[GateRow]:
    rows: list[GateRow] = []
    poses = bench.prior.poses
    for kind in KINDS:
        for n in sizes:
            fitting = [pair for pair in pairs[kind] if len(pair.truth) > n]
            rng = np.random.default_rng([seed, n, KINDS.index(kind)])
            verdicts = [
                verdict_on(fitting[int(rng.integers(len(fitting)))], n, poses, rng)
                for _ in range(candidates if fitting else 0)
            ]
            if verdicts:
                rows.append(_row(kind, n, fitting, verdicts))
        on_progress(0.8 + 0.2 * (KINDS.index(kind) + 1) / len(KINDS), "bench.learn")
    return rows


def verdict_on(pair: Pair, holdout: int, poses: Sequence[PoseRef], rng: np.random.Generator) -> Verdict:
    """Return what the gate says of a pair on a random hold-out, the other photos being without label."""
    order = rng.permutation(len(pair.truth))
    asked, others = order[:holdout], order[holdout:]
    certain = np.eye(len(poses), dtype=np.float32)
    return judge(
        certain[pair.mine[asked]],
        certain[pair.theirs[asked]],
        np.array([pose.id for pose in poses], dtype=np.int64)[pair.truth[asked]],
        poses,
        groups=np.arange(holdout, dtype=np.int64),
        differing=pair.mine[others] != pair.theirs[others],
        seed=int(rng.integers(1 << 31)),
    )


def _row(kind: str, n: int, pairs: Sequence[Pair], verdicts: Sequence[Verdict]) -> GateRow:
    promoted = sum(one.promoted for one in verdicts)
    low, high = wilson(promoted, len(verdicts))
    return GateRow(
        kind=kind,
        holdout=n,
        candidates=len(verdicts),
        pairs=len(pairs),
        differing=float(np.median([pair.differing for pair in pairs])),
        promoted=Figure(mean=promoted / len(verdicts), low=low, high=high),
        lost=float(np.mean([one.reason == "gate.pose_lost" for one in verdicts])),
    )
