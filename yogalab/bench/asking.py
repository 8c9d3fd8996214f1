"""How many labels the queue saves: a coach who answers everything rightly, asked by one strategy after another.

A pool without a label, and the learner as it is served: R1 on the prior after every few labels (the page holds
some photos ahead, so the newest answers are never all known when the next is chosen). A photo in which nobody
was found costs a label and teaches nothing; in the test it counts as wrong. Full-label accuracy is R2's with
all of the pool labelled. Four settings: with the prior and without it (a coach's own new poses), on the pool
as it is and on a long-tailed one. Results do not depend on being cut off in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from yogalab.asking.queue import Photos
from yogalab.bench import crew, oracles
from yogalab.bench.askers import OURS, RANDOM, Asker, State, askers
from yogalab.bench.collection import Collection, Rows
from yogalab.bench.curves import Strategy, summed_up
from yogalab.bench.ledger import Ledger, key_of
from yogalab.bench.pools import Drawn, drawn
from yogalab.lab.scores import Scores
from yogalab.learning import ladder
from yogalab.learning.features import informative
from yogalab.records import Matrix

LABELS: Final = 500
EVERY: Final = 25
# Answers that come in before photos are ranked anew.
_AT_A_TIME: Final = 5
DRAWS: Final = 10
FULL: Final = "all labels"
OURS_AND_BASELINES: Final = (RANDOM, "margin", "entropy", "CoreSet", "TypiClust", "UHerding", OURS)
OnProgress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """prior: templates help; tailed: pose sizes in the pool fall 1:30."""

    prior: bool
    tailed: bool

    @property
    def name(self) -> str:
        return f"{'prior' if self.prior else 'bare'}{'-tailed' if self.tailed else ''}"


SETTINGS: Final = tuple(
    Setting(prior=prior, tailed=tailed) for tailed in (False, True) for prior in (False, True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One strategy on one draw, or FULL in place of a strategy."""

    setting: Setting
    strategy: str
    seed: int
    draw: int
    labels: int

    @property
    def name(self) -> str:
        return f"{self.setting.name}:{self.strategy}:{self.draw}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingResult:
    """pool, test: photos, on average over draws; full: mean accuracy with all labels."""

    setting: str
    pool: float
    test: float
    full: float
    strategies: tuple[Strategy, ...]

    def of(self, name: str) -> Strategy:
        """Raises KeyError."""
        for strategy in self.strategies:
            if strategy.name == name:
                return strategy
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingResult:
    """Everything a table, a picture or a JSON file says."""

    photos: int
    poses: int
    draws: int
    seed: int
    settings: tuple[SettingResult, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "asking", **asdict(self)}

    def of(self, setting: str) -> SettingResult:
        """Raises KeyError."""
        return {one.setting: one for one in self.settings}[setting]


def of_collection(
    bench: Collection,
    *,
    folder: Path,
    strategies: Sequence[str] = OURS_AND_BASELINES,
    settings: Sequence[Setting] = SETTINGS,
    labels: int = LABELS,
    draws: int = DRAWS,
    seed: int = 0,
    processes: int = 1,
    anew: bool = False,
    on_progress: OnProgress = lambda share, stage: None,
) -> AskingResult:
    """Measure on what was seen before. folder: where finished steps are kept between runs."""
    names = list(dict.fromkeys([FULL, RANDOM, *strategies]))
    steps = [
        Step(setting=setting, strategy=name, seed=seed, draw=draw, labels=labels)
        for draw in range(draws)
        for setting in settings
        for name in names
    ]
    ledger = Ledger(folder, "asking", key_of(bench, seed, labels), anew=anew)
    crew.finish(
        measure,
        bench,
        steps,
        ledger=ledger,
        processes=processes,
        on_progress=lambda share: on_progress(share, "bench.ask"),
    )
    return AskingResult(
        photos=len(bench.photos),
        poses=len(bench.poses),
        draws=draws,
        seed=seed,
        settings=tuple(_summary(ledger.done, setting, names, draws) for setting in settings),
    )


def _summary(done: dict[str, Any], setting: Setting, names: Sequence[str], draws: int) -> SettingResult:
    def of(name: str) -> list[Any]:
        return [done[f"{setting.name}:{name}:{draw}"] for draw in range(draws)]

    full = of(FULL)
    curves = {name: of(name) for name in names if name != FULL}
    return SettingResult(
        setting=setting.name,
        pool=float(np.mean([one["pool"] for one in full])),
        test=float(np.mean([one["test"] for one in full])),
        full=float(np.mean([one["top1"] for one in full])),
        strategies=tuple(summed_up(curves, [one["top1"] for one in full])),
    )


def measure(bench: Collection, step: Step) -> dict[str, Any]:
    """Return one step's result, as JSON holds it: labels -> (top-1, macro recall), or FULL's."""
    bench = bench if step.setting.prior else _bare(bench)
    photos = drawn(bench, seed=step.seed, draw=step.draw, tailed=step.setting.tailed)
    if step.strategy == FULL:
        return _full(bench, photos)
    return dict(Simulation(bench, photos, step).run())


@cache
def _bare(bench: Collection) -> Collection:
    return bench.without_templates()


def _full(bench: Collection, drawn: Drawn) -> dict[str, Any]:
    taught = drawn.pool[informative(bench.x[drawn.pool])]
    head = ladder.retrain(bench.taught(taught), bench.prior, pool=None, progress=lambda share, stage: None)
    top1, macro = _judged(ladder.probabilities(head, bench.x[drawn.test]), bench, drawn.test)
    return {"top1": top1, "macro": macro, "pool": len(drawn.pool), "test": len(drawn.test)}


class Simulation:
    """One strategy asking its way through one pool."""

    def __init__(self, bench: Collection, drawn: Drawn, step: Step) -> None:
        rng = np.random.default_rng([step.seed, step.draw, 1])
        self._bench = bench
        self._drawn = drawn
        self._labels = step.labels
        self._asker = _asker(step.strategy, rng, step.seed + step.draw)
        self._luck = rng.random(len(drawn.pool))
        rows = np.concatenate([drawn.pool, drawn.test])
        x = bench.x[rows]
        self._pool = x[: len(drawn.pool)]
        self._seen = informative(x)
        self._scores = Scores()
        self._scores.follow(bench.prior, bench.prior, x, None)

    def run(self) -> list[tuple[str, tuple[float, float]]]:
        """Return (labels, (top-1, macro recall)) from no label on."""
        pool = len(self._drawn.pool)
        answered = np.zeros(pool, dtype=bool)
        probabilities = self._learn(answered)
        points = [("0", self._judge(probabilities))]
        for goal in range(EVERY, self._labels + 1, EVERY):
            # A pool that is all answered teaches nothing more: its curve goes on as it is.
            while (missing := min(goal, pool) - int(answered.sum())) > 0:
                state = self._state(answered, probabilities[:pool])
                answered[self._asker(state, min(_AT_A_TIME, missing))] = True
                probabilities = self._learn(answered)
            points.append((str(goal), self._judge(probabilities)))
        return points

    def _learn(self, answered: Any) -> Matrix:
        rows = np.flatnonzero(answered & self._seen[: len(answered)])
        taught = self._bench.taught(self._drawn.pool[rows])
        return self._scores.take(taught, rows).probabilities

    def _judge(self, probabilities: Matrix) -> tuple[float, float]:
        return _judged(probabilities[len(self._drawn.pool) :], self._bench, self._drawn.test)

    def _state(self, answered: Any, probabilities: Matrix) -> State:
        pool, seen = self._drawn.pool, self._seen[: len(answered)]
        y = np.where(answered, self._bench.y[pool], -1)
        named = np.isin(np.arange(len(self._bench.poses)), y[answered & seen])
        photos = Photos(
            ids=pool,
            x=self._pool,
            probabilities=probabilities,
            pose_ids=self._bench.prior.pose_ids,
            groups=self._bench.groups[pool],
            settled=answered.copy(),
            taught=answered & seen,
            holdout=np.zeros(len(pool), dtype=bool),
            named=named,
        )
        return State(photos=photos, seen=seen, luck=self._luck, y=y)


def _asker(name: str, rng: np.random.Generator, seed: int) -> Asker:
    own = askers(rng)
    return own[name]() if name in own else oracles.askers(seed)[name]()


def _judged(probabilities: Matrix, bench: Collection, test: Rows) -> tuple[float, float]:
    """(top-1, macro recall); where nothing was seen the answer is wrong."""
    right = (probabilities.argmax(axis=1) == bench.y[test]) & informative(bench.x[test])
    columns = np.unique(bench.y[test])
    macro = np.mean([right[bench.y[test] == column].mean() for column in columns])
    return float(right.mean()), float(macro)
