"""How much a few labels teach: every rung beside every baseline, on the same draws and landmarks.

Of each pose k photos with a person found are drawn for training, from the official training photos where a pose
has a split, else from all of its photos. Asked are all others that are no near-duplicates of those:

- "all": all of them;
- "untuned": those that no template was tuned on, official test photos and photos of poses without a split.
  Where templates take part these are the honest figures. Of poses that the encoder was trained on, official
  test photos only: it may have seen any other;
- "official": the data set's own split, taught all its training photos, over its own poses.

A photo of which nothing is known (nobody was found, and no encoder saw it) counts as wrong. Nothing is tuned on
test photos. An encoder that was trained on photos of these poses has learnt them from far more than a few
labels: what few labels teach beside it is measured by `left_out`. Results do not depend on how many processes
measure, nor on being cut off in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench import crew
from yogalab.bench.collection import Collection, Rows, collect
from yogalab.bench.figures import Ranked, Row, of_draw, of_photos, over_draws
from yogalab.bench.learners import CEILING, SVM, Task, ceiling, learners, unlabelled
from yogalab.bench.ledger import Ledger, key_of
from yogalab.ports import Encoder, PhotoReader

SHOTS: Final = (1, 2, 5, 10, 20)
BASELINE: Final = SVM
TESTS: Final = ("untuned", "all", "official")
# With so few labels a draw's luck weighs more: more of them.
_FEW: Final = 2
_DRAWS_OF_FEW: Final = 20
_DRAWS: Final = 10
OnProgress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of the work. kind: "unlabelled", "draw", "official" or "ceiling"."""

    kind: str
    seed: int
    draw: int = 0
    shots: int = 0

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.shots}:{self.draw}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FewShotResult:
    """Everything a table, a picture or a JSON file says.

    untuned: how many photos no template was tuned on, and no encoder trained; taught: how many of the poses the
    encoder was trained on photos of.
    """

    photos: int
    poses: int
    found: float
    copies: int
    untuned: int
    taught: int
    seed: int
    encoder: str | None
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 2, "bench": "few-shot", **asdict(self)}

    def figure(self, learner: str, shots: int | None, test: str = "all") -> Row:
        """Raises KeyError."""
        for row in self.rows:
            if (row.learner, row.shots, row.test) == (learner, shots, test):
                return row
        raise KeyError((learner, shots, test))


def draws_of(shots: int, draws: int | None) -> int:
    """Return how often to draw: as often as asked, else 20 times for 1 and 2 labels a pose and 10 for more."""
    if draws is not None:
        return draws
    return _DRAWS_OF_FEW if shots <= _FEW else _DRAWS


def run(
    reader: PhotoReader,
    directory: Path,
    *,
    folder: Path,
    pose_model: str,
    encoder: Encoder | None = None,
    shots: Sequence[int] = SHOTS,
    draws: int | None = None,
    seed: int = 0,
    processes: int = 1,
    anew: bool = False,
    on_progress: OnProgress = lambda share, stage: None,
) -> FewShotResult:
    """Measure on a data set.

    folder: where skeletons, vectors and finished draws are kept between runs; anew: forget the draws.
    on_progress: (share done, stage code). Raises BadDataset, EncoderError.
    """
    bench = collect(
        reader,
        directory,
        folder=folder,
        pose_model=pose_model,
        encoder=encoder,
        on_progress=lambda done, total: on_progress(0.3 * done / total, "bench.look"),
    )
    return of_collection(
        bench,
        folder=folder,
        shots=shots,
        draws=draws,
        seed=seed,
        processes=processes,
        anew=anew,
        on_progress=lambda share, stage: on_progress(0.3 + 0.7 * share, stage),
    )


def of_collection(
    bench: Collection,
    *,
    folder: Path,
    shots: Sequence[int] = SHOTS,
    draws: int | None = None,
    seed: int = 0,
    processes: int = 1,
    anew: bool = False,
    on_progress: OnProgress = lambda share, stage: None,
) -> FewShotResult:
    """As `run`, on what was seen before."""
    steps = plan(bench, shots=shots, draws=draws, seed=seed)
    ledger = Ledger(folder, "few-shot", key_of(bench, seed), anew=anew)
    crew.finish(
        measure,
        bench,
        steps,
        ledger=ledger,
        processes=processes,
        on_progress=lambda share: on_progress(share, "bench.learn"),
    )
    measured = {step: [Row.read(row) for row in ledger.done[step.name]] for step in steps}
    rows = [row for step in steps if step.kind != "draw" for row in measured[step]]
    rows += over_draws([measured[step] for step in steps if step.kind == "draw"])
    return FewShotResult(
        photos=len(bench.photos),
        poses=len(bench.poses),
        found=float(bench.found.mean()),
        copies=len(bench.photos) - len(np.unique(bench.groups)),
        untuned=int(bench.untuned.sum()),
        taught=len(bench.taught_poses),
        seed=seed,
        encoder=None if bench.embeddings is None else bench.embeddings.encoder,
        rows=tuple(sorted(rows, key=_place)),
    )


def plan(bench: Collection, *, shots: Sequence[int], draws: int | None, seed: int) -> list[Step]:
    """Return the steps of a run, the longest first so that no process ends long after the others."""
    steps = [Step(kind="ceiling", seed=seed)]
    if _official_rows(bench) is not None:
        steps.append(Step(kind="official", seed=seed))
    for k in sorted(set(shots), reverse=True):
        steps += [Step(kind="draw", seed=seed, draw=draw, shots=k) for draw in range(draws_of(k, draws))]
    return [*steps, Step(kind="unlabelled", seed=seed)]


def measure(bench: Collection, step: Step) -> list[dict[str, Any]]:
    """Return one step's rows, as JSON holds them."""
    rng = np.random.default_rng(step.seed)
    if step.kind == "draw":
        rows = _drawn(bench, step)
    elif step.kind == "official":
        rows = _official(bench, step)
    elif step.kind == "ceiling":
        rows = _on_both(bench, {CEILING: ceiling(bench, step.seed)}, shots=None, rng=rng)
    else:
        rows = _on_both(bench, unlabelled(bench), shots=0, rng=rng)
    return [asdict(row) for row in rows]


def _drawn(bench: Collection, step: Step) -> list[Row]:
    train = bench.draw(step.shots, np.random.default_rng([step.seed, step.draw]), among=bench.teachable)
    test = bench.others(train)
    task = Task(bench=bench, train=train, test=test, seed=(step.seed, step.draw, step.shots))
    answers = {name: learner(task) for name, learner in learners(bench).items()}
    rows = []
    for name, asked in test_sets(bench, test):
        some = {learner: ranked[asked] for learner, ranked in answers.items()}
        rows += of_draw(some, bench.y[test[asked]], test=name, shots=step.shots, baseline=BASELINE)
    return rows


def _on_both(
    bench: Collection, answers: Mapping[str, Ranked], *, shots: int | None, rng: np.random.Generator
) -> list[Row]:
    """Rows of what was answered for all photos."""
    rows = []
    for name, asked in test_sets(bench, np.arange(len(bench.y))):
        some = {learner: ranked[asked] for learner, ranked in answers.items()}
        rows += of_photos(some, bench.y[asked], test=name, shots=shots, baseline=BASELINE, rng=rng)
    return rows


def test_sets(bench: Collection, test: Rows) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return (name, which of the test rows) of each; one set where no photo was ever tuned on."""
    untuned = bench.untuned[test]
    everything = ("all", np.ones(len(test), dtype=bool))
    return [everything] if bench.untuned.all() or not untuned.any() else [("untuned", untuned), everything]


def _official(bench: Collection, step: Step) -> list[Row]:
    rows = _official_rows(bench)
    assert rows is not None
    ours = bench.only(np.flatnonzero((bench.split != "") & np.isin(bench.y, bench.y[rows[1]])))
    train = np.flatnonzero((ours.split == "train") & ours.found).astype(np.int64)
    test = np.flatnonzero(ours.split == "test").astype(np.int64)
    task = Task(bench=ours, train=train, test=test, seed=(step.seed, 0, 0))
    answers = {name: learner(task) for name, learner in learners(ours).items()}
    rng = np.random.default_rng(step.seed)
    return of_photos(answers, ours.y[test], test="official", shots=None, baseline=BASELINE, rng=rng)


def _official_rows(bench: Collection) -> tuple[Rows, Rows] | None:
    """(train, test) rows of the data set's own split; None where it has none to learn from."""
    train = np.flatnonzero((bench.split == "train") & bench.found)
    test = np.flatnonzero(bench.split == "test")
    return None if len(np.unique(bench.y[train])) < 2 or len(test) == 0 else (train, test)


def _place(row: Row) -> tuple[int, float]:
    return TESTS.index(row.test), float("inf") if row.shots is None else row.shots
