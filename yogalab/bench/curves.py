"""Learning curves of strategies, and what they say: area, labels needed, and how far below random at worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.askers import RANDOM
from yogalab.bench.figures import Figure, student

# Labels -> (top-1, macro recall) of one draw; JSON makes the labels strings.
Curve = Mapping[str, Sequence[float]]
NINETY: Final = 0.9
HALF: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """Labels until an accuracy is reached, on average over draws, and that over what random needs.

    reached: share of draws that got there; the others count with the last number of labels.
    """

    labels: float
    over_random: float
    reached: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One strategy in one setting.

    labels: (n,) where it was judged, from 0; top1: its figure there; area: mean top-1 without that at 0 (AULC);
    macro: the same of macro recall; ahead: area beyond random's on the same draws; below: the lowest upper
    bound of the paired lead over random anywhere on the curve, at `below_at` labels.
    ninety: to 90 % of full-label accuracy; half: to half the way there from no label.
    """

    name: str
    labels: tuple[int, ...]
    top1: tuple[Figure, ...]
    area: Figure
    macro: float
    ahead: Figure | None
    below: float
    below_at: int
    ninety: Needed
    half: Needed


def summed_up(curves: Mapping[str, Sequence[Curve]], full: Sequence[float]) -> list[Strategy]:
    """Return what the curves of some strategies on the same draws say.

    curves: name -> one curve a draw, random's among them; full: (draws,) accuracy with all labels of the pool.
    """
    labels = tuple(sorted(int(count) for count in curves[RANDOM][0]))
    tables = {name: _table(draws, labels, 0) for name, draws in curves.items()}
    random = tables[RANDOM]
    goals = np.array(full)
    halves = random[:, 0] + HALF * (goals - random[:, 0])
    return [
        Strategy(
            name=name,
            labels=labels,
            top1=tuple(student(table[:, place]) for place in range(len(labels))),
            area=student(table[:, 1:].mean(axis=1)),
            macro=float(_table(curves[name], labels, 1)[:, 1:].mean()),
            ahead=None if name == RANDOM else student((table - random)[:, 1:].mean(axis=1)),
            below=_worst(table - random)[0],
            below_at=labels[_worst(table - random)[1]],
            ninety=_needed(table, random, NINETY * goals, labels),
            half=_needed(table, random, halves, labels),
        )
        for name, table in tables.items()
    ]


def labels_to(goal: float, labels: NDArray[np.int64], top1: NDArray[np.float64]) -> float:
    """Return after how many labels a curve first reaches a goal, straight between its points; inf if never."""
    there = np.flatnonzero(top1 >= goal)
    if not len(there):
        return float("inf")
    place = int(there[0])
    if place == 0:
        return float(labels[0])
    part = (goal - top1[place - 1]) / (top1[place] - top1[place - 1])
    return float(labels[place - 1] + part * (labels[place] - labels[place - 1]))


def _table(draws: Sequence[Curve], labels: Sequence[int], figure: int) -> NDArray[np.float64]:
    """(draws, labels) of one figure."""
    return np.array([[curve[str(count)][figure] for count in labels] for curve in draws])


def _needed(
    table: NDArray[np.float64], random: NDArray[np.float64], goals: NDArray[np.float64], labels: Sequence[int]
) -> Needed:
    places = np.array(labels)

    def reached(curves: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([labels_to(goal, places, curve) for goal, curve in zip(goals, curves, strict=True)])

    mine = reached(table)
    capped, theirs = np.minimum(mine, places[-1]), np.minimum(reached(random), places[-1])
    return Needed(
        labels=float(capped.mean()),
        over_random=float(capped.mean() / max(theirs.mean(), 1e-9)),
        reached=float(np.isfinite(mine).mean()),
    )


def _worst(lead: NDArray[np.float64]) -> tuple[float, int]:
    """The lowest upper bound of the paired leads with at least one label, and its place."""
    highs = [student(lead[:, place]).high for place in range(1, lead.shape[1])]
    place = int(np.argmin(highs))
    return highs[place], place + 1
