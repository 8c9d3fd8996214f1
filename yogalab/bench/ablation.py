"""What each block of the feature row is worth: R2 without it, beside R2 with the full row, on the same draws.

A block is left out of what photos are compared by. The templates still read the figures they need, or leaving
out the descriptors would take the prior away as well. The network of drawn bodies, which reads every block, is
left out throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from yogalab.bench import crew
from yogalab.bench.collection import Collection
from yogalab.bench.few_shot import draws_of, test_sets
from yogalab.bench.figures import Row, of_draw, over_draws
from yogalab.bench.learners import Task, learners
from yogalab.bench.ledger import Ledger, key_of
from yogalab.learning.features import layout_of

SHOTS: Final = (1, 5, 20)
FULL: Final = "full row"
LEARNERS: Final = ("R2", "R2 without prior")
# A power of two: what is scaled by it and back keeps every bit. Its square is nothing beside a distance.
_NEXT_TO_NOTHING: Final = np.float32(2.0**-10)
# Arrays of a prior in units of descriptors.
_IN_DESCRIPTORS: Final = ("targets", "tolerances")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One draw, with every block left out in turn."""

    seed: int
    draw: int
    shots: int

    @property
    def name(self) -> str:
        return f"{self.shots}:{self.draw}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationResult:
    """Rows by learner: `learner` of a row is the block left out, `ahead` is against the full row."""

    seed: int
    blocks: dict[str, int]
    rows: dict[str, tuple[Row, ...]]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file. blocks: figures in each."""
        return {"format": 1, "bench": "ablation", **asdict(self)}


def undrawn(bench: Collection) -> Collection:
    """Return the same photos under templates alone: poses of other names were never drawn."""
    poses = tuple(replace(pose, slug=f"undrawn {pose.slug}") for pose in bench.prior.poses)
    return replace(bench, prior=replace(bench.prior, poses=poses))


def without(bench: Collection, block: str) -> Collection:
    """Return the photos as they are compared without a block of their figures. Raises KeyError."""
    x = bench.x.copy()
    x[:, layout_of(x.shape[1]).blocks[block]] *= _NEXT_TO_NOTHING
    if block != "descriptors":
        return replace(bench, x=x)
    arrays = {
        name: array * _NEXT_TO_NOTHING if name in _IN_DESCRIPTORS else array
        for name, array in bench.prior.arrays.items()
    }
    return replace(bench, x=x, prior=replace(bench.prior, arrays=arrays))


def of_collection(
    bench: Collection,
    *,
    folder: Path,
    shots: Sequence[int] = SHOTS,
    draws: int | None = None,
    seed: int = 0,
    processes: int = 1,
    anew: bool = False,
    on_progress: Callable[[float, str], None] = lambda share, stage: None,
) -> AblationResult:
    """Measure each block. folder: where finished draws are kept; on_progress: (share done, stage code)."""
    counts = sorted(set(shots), reverse=True)
    steps = [Step(seed=seed, draw=d, shots=k) for k in counts for d in range(draws_of(k, draws))]
    ledger = Ledger(folder, "ablation", key_of(bench, seed), anew=anew)
    crew.finish(
        measure,
        bench,
        steps,
        ledger=ledger,
        processes=processes,
        on_progress=lambda share: on_progress(share, "bench.learn"),
    )
    measured = [ledger.done[step.name] for step in steps]
    return AblationResult(
        seed=seed,
        blocks={name: len(columns) for name, columns in layout_of(bench.x.shape[1]).blocks.items()},
        rows={
            learner: tuple(over_draws([[Row.read(row) for row in rows[learner]] for rows in measured]))
            for learner in LEARNERS
        },
    )


def measure(bench: Collection, step: Step) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one draw by learner, as JSON holds them."""
    bench = undrawn(bench)
    train = bench.draw(step.shots, np.random.default_rng([step.seed, step.draw]), among=bench.teachable)
    test = bench.others(train)
    blocks = layout_of(bench.x.shape[1]).blocks
    seen = {FULL: bench, **{block: without(bench, block) for block in blocks}}
    out: dict[str, list[dict[str, Any]]] = {}
    for learner in LEARNERS:
        answers = {
            block: learners(ours)[learner](Task(bench=ours, train=train, test=test))
            for block, ours in seen.items()
        }
        rows = []
        for name, asked in test_sets(bench, test):
            some = {block: ranked[asked] for block, ranked in answers.items()}
            rows += of_draw(some, bench.y[test[asked]], test=name, shots=step.shots, baseline=FULL)
        out[learner] = [asdict(row) for row in rows]
    return out
