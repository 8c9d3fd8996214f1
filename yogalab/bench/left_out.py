"""Few labels of poses that the encoder never saw: the only few-shot claim an encoder trained here can make.

Given are several encoders, each trained without some poses; together they may leave every pose out once. For
each of them, among the poses it never saw: k labelled photos a pose, asked are all others that are neither
near-duplicates of those nor of photos of other poses. All photos of these poses are unseen, of any split.

- skeleton, fused: R2 with and without the embedding as a block of the kernel, its share chosen on the labels,
  which is honest here. Without prior: a coach's own new poses. Templates were tuned on training photos of some
  of these poses, for skeleton and fused alike: the difference between the two is what counts.
  Sentences take no part: an encoder is silent about poses that it never saw (`text_vectors`).
- probes: a logistic regression on the embedding alone, and on that of a twin with random weights.

A draw's answers of all encoders are counted together, photo by photo; intervals are over draws, paired.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.embeddings import Embeddings
from yogalab.bench.figures import RANKS, Figure, Ranked, Row, of_draw, over_draws, rank, student
from yogalab.bench.ledger import Ledger, key_of
from yogalab.bench.probes import chosen_strength, probe
from yogalab.errors import BadDataset
from yogalab.learning import ladder
from yogalab.records import Matrix

SHOTS: Final = (1, 5, 20)
DRAWS: Final = 10
SKELETON: Final = "skeleton alone"
FUSED: Final = "fused"
BARE_SKELETON: Final = "skeleton alone, without prior"
BARE_FUSED: Final = "fused, without prior"
PROBE: Final = "probe"
TWIN: Final = "probe of the untrained twin"
# What is told apart by what: fused beside the skeleton, with and without prior; the probe beside the twin's.
BESIDE: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "prior": (SKELETON, (FUSED,)),
    "bare": (BARE_SKELETON, (BARE_FUSED,)),
    "probe": (TWIN, (PROBE,)),
}
OnProgress = Callable[[float], None]
Answers = dict[str, Ranked]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fold:
    """The photos of poses that one encoder never saw, as it sees them, and as its untrained twin does.

    bench: only those poses' photos, with its embeddings and no sentences; twin: (n, dim).
    alone: (n,) which of them have no near-duplicate among photos of other poses.
    """

    name: str
    bench: Collection
    twin: Matrix
    alone: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldFigure:
    """One encoder's lead of fused over the skeleton alone at one number of labels, over its draws."""

    fold: str
    poses: tuple[str, ...]
    photos: int
    shots: int
    skeleton: Figure
    ahead: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutResult:
    """Everything a table or a JSON file says. rows: `test` is a key of BESIDE; folds: one line each."""

    folds: int
    poses: int
    photos: int
    draws: int
    seed: int
    rows: tuple[Row, ...]
    per_fold: tuple[FoldFigure, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "left-out", **asdict(self)}


def fold_of(
    bench: Collection, unseen: NDArray[np.bool_], *, name: str, embeddings: Embeddings, twin: Matrix
) -> Fold:
    """Return the part of a data set that an encoder never saw.

    unseen: (n,) photos of its left-out poses; embeddings: of all n photos; twin: (n, dim).
    Raises BadDataset: fewer than two of the poses are in the data set.
    """
    rows = np.flatnonzero(unseen).astype(np.int64)
    if len(np.unique(bench.y[rows])) < 2:
        raise BadDataset(name=name)
    alone = ~np.isin(bench.groups[rows], bench.groups[~unseen])
    ours = bench.seen_by(replace(embeddings, texts=None)).only(rows)
    return Fold(name=name, bench=ours, twin=twin[rows], alone=alone)


def of_folds(
    folds: Sequence[Fold],
    *,
    folder: Path,
    shots: Sequence[int] = SHOTS,
    draws: int = DRAWS,
    seed: int = 0,
    anew: bool = False,
    on_progress: OnProgress = lambda share: None,
) -> LeftOutResult:
    """Measure. folder: where finished draws are kept."""
    ledgers = [Ledger(folder, f"left-out-{fold.name}", _key(fold, seed), anew=anew) for fold in folds]
    steps = [(k, draw) for k in sorted(set(shots)) for draw in range(draws)]
    total = len(steps) * len(folds)
    done = 0
    for fold, ledger in zip(folds, ledgers, strict=True):
        for k, draw in steps:
            if _name(k, draw) not in ledger.done:
                # Another number of threads adds up in another order.
                with threadpool_limits(limits=1):
                    ledger.add(_name(k, draw), _measured(fold, k, draw, seed))
            done += 1
            on_progress(done / total)
    columns = [len(fold.bench.poses) for fold in folds]
    pooled = [_pooled([ledger.done[_name(k, draw)] for ledger in ledgers], columns, k) for k, draw in steps]
    per_fold = [
        _of_fold(fold, k, [ledger.done[_name(k, draw)] for draw in range(draws)])
        for fold, ledger in zip(folds, ledgers, strict=True)
        for k in sorted(set(shots))
    ]
    return LeftOutResult(
        folds=len(folds),
        poses=sum(len(fold.bench.poses) for fold in folds),
        photos=sum(len(fold.bench.photos) for fold in folds),
        draws=draws,
        seed=seed,
        rows=tuple(over_draws(pooled)),
        per_fold=tuple(per_fold),
    )


def _key(fold: Fold, seed: int) -> str:
    return key_of(fold.bench, seed, hashlib.sha256(fold.twin.tobytes()).hexdigest())


def _name(shots: int, draw: int) -> str:
    return f"{shots}:{draw}"


def _measured(fold: Fold, shots: int, draw: int, seed: int) -> dict[str, Any]:
    """One draw's truth and answers, as JSON holds them."""
    bench = fold.bench
    train = bench.draw(shots, np.random.default_rng([seed, draw]))
    others = bench.others(train)
    test = others[fold.alone[others]]
    answers = {
        **_ladder(bench, train, test),
        PROBE: _probed(_photos(bench), bench, train, test),
        TWIN: _probed(fold.twin, bench, train, test),
    }
    return {"truth": bench.y[test].tolist(), "answers": {name: a.tolist() for name, a in answers.items()}}


def _ladder(bench: Collection, train: Rows, test: Rows) -> Answers:
    seen = {
        SKELETON: bench.without_encoder(),
        FUSED: bench,
        BARE_SKELETON: bench.without_encoder().without_templates(),
        BARE_FUSED: bench.without_templates(),
    }
    return {name: _r2(one, train, test) for name, one in seen.items()}


def _r2(bench: Collection, train: Rows, test: Rows) -> Ranked:
    head = ladder.retrain(bench.taught(train), bench.prior, pool=None, progress=lambda share, stage: None)
    return rank(ladder.probabilities(head, bench.x[test]), bench.answerable[test])


def _probed(photos: Matrix, bench: Collection, train: Rows, test: Rows) -> Ranked:
    """Both networks' vectors in units of the poses' own photos: an untrained one's hardly differ otherwise."""
    spread = (photos - photos.mean(axis=0)) / np.maximum(photos.std(axis=0), 1e-6)
    taught = train[np.abs(photos[train]).any(axis=1)]
    y, poses = bench.y[taught], len(bench.poses)
    strength = chosen_strength(spread[taught], y, bench.groups[taught], poses=poses)
    logs = probe(spread[test], spread[taught], y, poses=poses, strength=strength)
    return rank(logs, np.abs(photos[test]).any(axis=1))


def _photos(bench: Collection) -> Matrix:
    assert bench.embeddings is not None
    return bench.embeddings.photos


def _pooled(measured: Sequence[Mapping[str, Any]], columns: Sequence[int], shots: int) -> list[Row]:
    """One draw's rows over all encoders' photos: poses of different encoders are different columns."""
    offsets = np.cumsum([0, *columns[:-1]])
    each = list(zip(measured, offsets, strict=True))
    truth = np.concatenate([np.array(one["truth"], np.int64) + at for one, at in each])
    answers = {
        name: np.concatenate([_shifted(one["answers"][name], at) for one, at in each])
        for name in measured[0]["answers"]
    }
    rows = []
    for test, (baseline, others) in BESIDE.items():
        some = {name: answers[name] for name in (baseline, *others)}
        rows += of_draw(some, truth, test=test, shots=shots, baseline=baseline)
    return rows


def _shifted(ranked: Sequence[Sequence[int]], by: int) -> Ranked:
    """(m, RANKS) of an encoder's columns among all encoders'; -1 stays."""
    columns = np.full((len(ranked), RANKS), -1, dtype=np.int64)
    if len(ranked):
        given = np.array(ranked, dtype=np.int64)
        columns[:, : given.shape[1]] = np.where(given >= 0, given + by, -1)
    return columns


def _of_fold(fold: Fold, shots: int, measured: Sequence[Mapping[str, Any]]) -> FoldFigure:
    def right(one: Mapping[str, Any], learner: str) -> float:
        first = np.array([ranked[0] for ranked in one["answers"][learner]])
        return float((first == np.array(one["truth"])).mean())

    skeleton = np.array([right(one, SKELETON) for one in measured])
    fused = np.array([right(one, FUSED) for one in measured])
    return FoldFigure(
        fold=fold.name,
        poses=tuple(pose.slug for pose in fold.bench.poses),
        photos=len(fold.bench.photos),
        shots=shots,
        skeleton=student(skeleton),
        ahead=student(fused - skeleton),
    )
