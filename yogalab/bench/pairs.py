"""Pairs of real versions of which one is as good as the other, or 3 points worse.

Versions are taught from draws of a data set: some labels, a few more, fewer, others altogether, and some with
labels confused among poses that the templates confuse. How good they are is told by thousands of photos that
neither was taught nor has near-duplicates of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.collection import Collection, Rows
from yogalab.learning import ladder

KINDS: Final = ("equal", "retrained", "unrelated", "worse", "shuffled")
WORSE: Final = 0.03
# How far from equal, or from 3 points worse, a pair may be.
_NEAR: Final = 0.002
# From fewer photos than this, equal and worse cannot be told.
_FEWEST: Final = 500
# Versions that answer more photos than this differently have little in common.
_FAR_APART: Final = 0.06
_SHOTS: Final = (5, 10, 20)
Columns = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One draw's family of versions."""

    seed: int
    draw: int

    @property
    def name(self) -> str:
        return str(self.draw)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """Two versions' answers, (n,) columns, to photos that neither was taught; one of each near-duplicates."""

    related: bool
    truth: Columns
    mine: Columns
    theirs: Columns

    @property
    def difference(self) -> float:
        return float((self.mine == self.truth).mean() - (self.theirs == self.truth).mean())

    @property
    def differing(self) -> float:
        return float((self.mine != self.theirs).mean())


def measure(bench: Collection, step: Step) -> list[dict[str, Any]]:
    """Return a family of versions: what each was taught, and its answers to all photos, as JSON holds them.

    The first is the one in use.
    """
    rng = np.random.default_rng([step.seed, step.draw])
    shots = _SHOTS[step.draw % len(_SHOTS)]
    own = bench.draw(shots, rng)
    rest = np.intersect1d(bench.others(own), np.flatnonzero(bench.found))
    confused = _confused(bench)
    family = [_version(bench, "own", own)]
    for more in (len(own) // 10, len(own) // 4, len(own)):
        rows = np.concatenate([own, rng.choice(rest, min(more, len(rest)), replace=False)])
        family.append(_version(bench, "more", rows))
        for wrong in (0.3, 0.7):
            labels = bench.y[rows].copy()
            labels[len(own) :] = _flipped(labels[len(own) :], wrong, confused, rng)
            family.append(_version(bench, "flipped", rows, labels))
    for wrong in (0.05, 0.1, 0.15, 0.25):
        family.append(_version(bench, "flipped", own, _flipped(bench.y[own], wrong, confused, rng)))
    for kept in (0.5, 0.7, 0.85):
        family.append(_version(bench, "fewer", np.sort(rng.choice(own, int(kept * len(own)), replace=False))))
    family.append(_version(bench, "other", bench.draw(shots, rng)))
    bare = bench.without_templates()
    family.append(_version(bare, "shuffled", own, rng.permutation(bench.y[own])))
    return family


def pairs_of(
    bench: Collection, family: Sequence[Mapping[str, Any]], *, fewest: int = _FEWEST
) -> list[tuple[str, Pair]]:
    """Return (kind, pair) of all pairs in a family that are of a kind, told by `fewest` photos at least."""
    found = []
    for i, active in enumerate(family):
        for j, candidate in enumerate(family):
            if i != j and active["how"] != "shuffled":
                pair = _pair(bench, active, candidate)
                if len(pair.truth) < fewest:
                    continue
                found += [(kind, pair) for kind in _kinds(pair, i, candidate["how"])]
    return found


def _kinds(pair: Pair, active: int, how: str) -> list[str]:
    if how == "shuffled":
        return ["shuffled"] if active == 0 else []
    if abs(pair.difference + WORSE) <= _NEAR:
        return ["worse"]
    if abs(pair.difference) > _NEAR:
        return []
    more = ["retrained"] if pair.related else []
    return ["equal", *more, *(["unrelated"] if pair.differing > _FAR_APART else [])]


def _pair(bench: Collection, active: Mapping[str, Any], candidate: Mapping[str, Any]) -> Pair:
    taught = np.union1d(active["rows"], candidate["rows"])
    test = bench.others(taught)
    test = test[np.sort(np.unique(bench.groups[test], return_index=True)[1])]
    # Nobody found, nothing to answer: both would be wrong alike.
    test = test[bench.found[test]]
    return Pair(
        related=active["how"] == "own" and candidate["how"] in {"more", "fewer"},
        truth=bench.y[test],
        mine=np.array(candidate["answers"])[test],
        theirs=np.array(active["answers"])[test],
    )


def _version(bench: Collection, how: str, rows: Rows, labels: Columns | None = None) -> dict[str, Any]:
    taught = bench.taught(rows, columns=labels)
    head = ladder.retrain(taught, bench.prior, pool=None, progress=lambda share, stage: None)
    answers = ladder.probabilities(head, bench.x).argmax(axis=1)
    return {"how": how, "rows": rows.tolist(), "answers": answers.tolist()}


def _confused(bench: Collection) -> NDArray[np.float64]:
    """(K, K) how likely each pose is taken for each other one, by templates alone."""
    given = ladder.probabilities(bench.prior, bench.x).astype(np.float64)
    shares = np.stack([given[(bench.y == k) & bench.found].mean(axis=0) for k in range(len(bench.poses))])
    np.fill_diagonal(shares, 0.0)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _flipped(labels: Columns, share: float, confused: NDArray[np.float64], rng: np.random.Generator) -> Columns:
    flipped = labels.copy()
    for place in np.flatnonzero(rng.random(len(labels)) < share):
        flipped[place] = rng.choice(len(confused), p=confused[labels[place]])
    return flipped
