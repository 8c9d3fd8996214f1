"""Joint-angle templates: what each pose looks like in figures, written from knowledge of yoga, not learned.

A template names the descriptors that define a pose and leaves the free ones out. The drafts lie in
`models/poses/templates.toml`, with one tolerance for each kind of descriptor: how far a body that is still in
the pose usually strays. `models/poses/tuned.toml` says what BlazePose measures where a draft says what is so
(see `yogalab.poses.tuning`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from yogalab.poses.geometry import DESCRIPTORS, describe
from yogalab.records import Landmarks, Matrix, Pose
from yogalab.resources import resource

# A term counts as plainly wrong at three tolerances; beyond that it says nothing more, because a single
# misplaced landmark must not outweigh all others.
MOST_PER_TERM: Final = 9.0
_ROWS: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One figure of a template beside what was measured."""

    descriptor: str
    measured: float
    target: float
    tolerance: float

    @property
    def off(self) -> float:
        """Distance to the target in tolerances."""
        return abs(self.measured - self.target) / self.tolerance


@cache
def drafts() -> Mapping[str, Mapping[str, float]]:
    """Return the templates as written, which no photo has touched: slug -> descriptor -> target."""
    return {slug: expanded(terms, slug) for slug, terms in _file("templates.toml")["poses"].items()}


@cache
def shipped() -> Mapping[str, Mapping[str, float]]:
    """Return the templates that ship with YogaLab, tuned on training photos: slug -> descriptor -> target."""
    seen = _file("tuned.toml")["poses"]
    return {slug: as_measured(terms) | expanded(seen.get(slug, {}), slug) for slug, terms in drafts().items()}


def as_measured(terms: Mapping[str, float]) -> dict[str, float]:
    """Return what BlazePose usually measures of a body that stands so."""
    lines = _file("tuned.toml")["measured"]
    measured = {}
    for name, value in terms.items():
        offset, slope = lines.get(name, (0.0, 1.0))
        measured[name] = float(offset + slope * value)
    for name in [name for name in measured if name.endswith("_lo")]:
        twin = f"{name.removesuffix('_lo')}_hi"
        if measured.get(twin, measured[name]) < measured[name]:
            # The smaller and the larger side follow lines of their own, which may cross.
            measured[name] = measured[twin] = (measured[name] + measured[twin]) / 2
    return measured


@cache
def tolerances() -> Matrix:
    """Return one tolerance per descriptor, (len(DESCRIPTORS),)."""
    table = _file("templates.toml")["tolerances"]
    return np.array([table.get(name, table.get(name.rpartition("_")[0])) for name in DESCRIPTORS], np.float32)


@cache
def _file(name: str) -> dict[str, Any]:
    with resource("models", "poses", name).open("rb") as file:
        return tomllib.load(file)


def like_body(person: Landmarks) -> dict[str, float]:
    """Return the template of a pose of which one photo is known: everything its body does.

    Every descriptor is kept. Leaving out what is usual in most poses lost 2 to 5 points (models/LOG.md).
    """
    body = describe(person.world[None])[0]
    return {name: float(value) for name, value in zip(DESCRIPTORS, body, strict=True)}


def expanded(terms: Mapping[str, float | list[float]], where: str) -> dict[str, float]:
    """Return the terms one by one: `knee = [90, 170]` names the smaller and the larger of two knees.

    where: what to name in the ValueError when a term names no descriptor.
    """
    named: dict[str, float] = {}
    for name, value in terms.items():
        if isinstance(value, list):
            low, high = value
            named |= {f"{name}_lo": float(low), f"{name}_hi": float(high)}
        else:
            named[name] = float(value)
    unknown = sorted(set(named) - set(DESCRIPTORS))
    if unknown:
        raise ValueError(f"{where} names no known descriptor: {', '.join(unknown)}")
    return named


def target_matrix(poses: Sequence[Pose]) -> tuple[Matrix, Matrix]:
    """Return the poses' templates as arrays.

    Returns:
        values: (K, D) targets, NaN where a pose leaves the descriptor free; a pose without template is all NaN.
        tolerances: (D,)
    """
    values = np.full((len(poses), len(DESCRIPTORS)), np.nan, dtype=np.float32)
    column = {name: index for index, name in enumerate(DESCRIPTORS)}
    for row, pose in enumerate(poses):
        for name, value in pose.template.items():
            if name in column:
                values[row, column[name]] = value
    return values, tolerances()


def template_scores(descriptors: Matrix, values: Matrix, tolerances: Matrix) -> Matrix:
    """Return how well bodies fit templates: 0 is exact, -9 the worst, NaN for a pose without template.

    Minus the mean over a template's terms of the squared distance in tolerances, each term at most 9.

    descriptors: (n, D); values: (K, D) with NaN where free; tolerances: (D,). Returns (n, K).
    """
    scores = np.full((len(descriptors), len(values)), np.nan, dtype=np.float32)
    named = [np.flatnonzero(~np.isnan(targets)) for targets in values]
    for start in range(0, len(descriptors), _ROWS):
        # In batches that stay in a core's cache, a descriptor after the other: all photos of a lab come here.
        measured = np.ascontiguousarray((descriptors[start : start + _ROWS] / tolerances).T)
        for pose, terms in enumerate(named):
            if len(terms):
                off = measured[terms] - (values[pose, terms] / tolerances[terms])[:, None]
                np.square(off, out=off)
                np.minimum(off, MOST_PER_TERM, out=off)
                scores[start : start + _ROWS, pose] = -off.mean(axis=0)
    return scores


def misfits(descriptors: Matrix, values: Matrix, tolerances: Matrix) -> Matrix:
    """Return every term of the same scores: squared distances in tolerances, 0 to 9, NaN where a pose is free.

    For few bodies at a time. descriptors: (n, D); values: (K, D); tolerances: (D,). Returns (n, K, D).
    """
    off = (descriptors[:, None] - values) / tolerances
    return np.asarray(np.minimum(off * off, MOST_PER_TERM), dtype=np.float32)


def explain(descriptors: Matrix, pose: Pose, *, most: int = 3) -> tuple[Term, ...]:
    """Return the figures of one body that stray most from a pose's template, the worst first.

    descriptors: (D,) of one body. Empty when the pose has no template.
    """
    limits = tolerances()
    terms = [
        Term(
            descriptor=name,
            measured=float(descriptors[index]),
            target=float(pose.template[name]),
            tolerance=float(limits[index]),
        )
        for index, name in enumerate(DESCRIPTORS)
        if name in pose.template
    ]
    return tuple(sorted(terms, key=lambda term: -term.off)[:most])
