"""R1: the version in use, corrected at once by the labels that came after it.

A pure function of the set of later labels: taking one back gives the earlier answers to the bit. This is the
reference; `yogalab.learning.streaming` keeps the same answers up label by label, for many photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning import blend, heads, openset
from yogalab.learning.calibration import softmax, temperature
from yogalab.learning.features import found
from yogalab.learning.kernel import kernel
from yogalab.learning.priors import LABELLED, TEMPLATE_SCALE
from yogalab.learning.ridge import Array, answers_left_out, inverse
from yogalab.learning.threads import one_thread
from yogalab.records import Head, Matrix, PoseRef, TrainingSet

# The usual temperature counts as much as this many judged labels.
_TRUST: Final = 100.0
_ROWS: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refresh:
    """What later labels change. Poses are the version's, then those made since.

    base_weight: factor on the version's logits; bias: (K,) added to them where somebody was found.
    support: (m, d) features of the later labels; dual: (m, K).
    familiar: the energy below which a photo looks like none of the poses (`openset`), None while unknown.
    """

    poses: tuple[PoseRef, ...]
    base_weight: float
    bias: Matrix
    support: Matrix
    dual: Matrix
    temperature: float
    familiar: float | None = None

    @property
    def pose_ids(self) -> NDArray[np.int64]:
        return np.array([pose.id for pose in self.poses], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """What a version has yet to learn from later labels, before anything is solved.

    x: (m, d) features of the labels; columns: (m,) their poses among `poses`; groups: (m,);
    before: (m, K) the version's logits there; targets: (m, K) float64, how far its belief is from the label.
    """

    poses: tuple[PoseRef, ...]
    base_weight: float
    bias: Matrix
    x: Matrix
    columns: NDArray[np.int64]
    groups: NDArray[np.int64]
    before: Matrix
    targets: Array


def refresh(base: Head, later: TrainingSet, *, prior: Head) -> Refresh:
    """Return the correction that later labels make to a version.

    base: the version in use, or the prior itself before any training; prior: R0 over today's poses.
    """
    order = np.argsort(later.photo_ids, kind="stable")
    sorted_ = TrainingSet(
        x=later.x[order], y=later.y[order], photo_ids=later.photo_ids[order], groups=later.groups[order]
    )
    lesson = set_lesson(base, sorted_, prior=prior)
    with one_thread():
        exact = lesson.x.astype(np.float64)
        alike = kernel(exact, exact, embedding_share=base.settings["embedding_share"])
        return learn(base, lesson, inverse(alike))[0]


def set_lesson(
    base: Head,
    later: TrainingSet,
    *,
    prior: Head,
    base_logits: Matrix | None = None,
    prior_logits: Matrix | None = None,
) -> Lesson:
    """Return what there is to learn, rows in the order of `later`.

    base_logits, prior_logits: what `ladder.logits` gives for the labels' rows, where the caller kept them.
    """
    poses = poses_of(base, prior)
    place = {pose.id: k for k, pose in enumerate(poses)}
    columns = np.array([place[int(pose_id)] for pose_id in later.y], dtype=np.int64)
    untaught = base.rung == "R0"
    weight = blend.usual_weight(prior, _in(prior, later)) if untaught and len(columns) else 1.0
    bias = _bias(base, prior, poses, columns, weight)
    known = spread(base, prior, later.x, base_logits=base_logits, prior_logits=prior_logits)
    before = np.float32(weight) * known + found(later.x)[:, None] * bias
    # A trained version is corrected where it errs; before training there is nothing to correct but ignorance.
    believed = 1 / len(poses) if untaught else softmax(before / np.float32(base.temperature)).astype(np.float64)
    targets = -np.ones((len(columns), len(poses))) * believed
    targets[np.arange(len(columns)), columns] += 1.0
    return Lesson(
        poses=poses,
        base_weight=weight,
        bias=bias,
        x=later.x,
        columns=columns,
        groups=later.groups,
        before=before,
        targets=targets,
    )


def learn(base: Head, lesson: Lesson, inverse: Array) -> tuple[Refresh, Array]:
    """Return the correction, and its dual before rounding, (m, K).

    inverse: (m, m) of the labels' kernel with its ridge (`ridge.inverse`).
    """
    dual, out = answers_left_out(inverse, lesson.targets, lesson.groups)
    untaught = base.rung == "R0" and len(dual) > 0
    logits = lesson.before + blend.LABEL_WEIGHT * out
    warmth = _temperature(base, logits, lesson.columns, untaught=untaught)
    # Beside a trained version its own limit holds: later labels are often of the photos it was least sure of.
    known = openset.familiar_from(logits, lesson.columns, lesson.x, warmth) if untaught else base.settings
    return Refresh(
        poses=lesson.poses,
        base_weight=lesson.base_weight,
        bias=lesson.bias,
        support=lesson.x,
        dual=dual.astype(np.float32),
        temperature=warmth,
        familiar=known.get(openset.FAMILIAR),
    ), dual


def served(
    base: Head,
    refresh: Refresh,
    x: Matrix,
    *,
    prior: Head,
    base_logits: Matrix | None = None,
    prior_logits: Matrix | None = None,
) -> Matrix:
    """Return calibrated probabilities over `refresh.poses`, (n, K).

    base_logits, prior_logits: what `ladder.logits` gives for x, where the caller kept them.
    """
    known = spread(base, prior, x, base_logits=base_logits, prior_logits=prior_logits)
    return answers(refresh, known, found(x), _labels_part(base, refresh, x))[0]


def strange(base: Head, refresh: Refresh, x: Matrix, *, prior: Head) -> NDArray[np.bool_]:
    """Return which photos look like none of the poses named so far, (n,). x: (n, d) features."""
    seen = found(x)
    _, energy = answers(refresh, spread(base, prior, x), seen, _labels_part(base, refresh, x))
    return strange_at(refresh, energy, seen)


def strange_at(refresh: Refresh, energy: Matrix, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same from what `answers` gives, (n,): False where nobody was found, and while it cannot be told."""
    if refresh.familiar is None:
        return np.zeros(len(energy), dtype=bool)
    return np.asarray((energy < refresh.familiar) & seen)


def _labels_part(base: Head, refresh: Refresh, x: Matrix) -> Matrix | None:
    """(n, K) what the later labels say of photos; None without any."""
    if not len(refresh.support):
        return None
    share = base.settings["embedding_share"]
    with one_thread():
        alike = kernel(x.astype(np.float64), refresh.support.astype(np.float64), embedding_share=share)
        return np.asarray(alike @ refresh.dual)


def answers(
    refresh: Refresh, known: Matrix, seen: NDArray[np.bool_], f: Matrix | None
) -> tuple[Matrix, Matrix]:
    """Return calibrated probabilities over `refresh.poses`, (n, K), and their `openset.energy`, (n,).

    known: (n, K) of `spread`; seen: (n,) where somebody was found; f: (n, K) the labels' part, if any.
    """
    out = np.empty((len(known), len(refresh.poses)), dtype=np.float32)
    energy = np.empty(len(known), dtype=np.float32)
    shift = refresh.bias if refresh.bias.any() else None
    for start in range(0, len(known), _ROWS):
        # In blocks that stay in a core's cache: a hundred thousand photos pass it once, not eight times.
        rows = slice(start, start + _ROWS)
        part = np.multiply(known[rows], np.float32(refresh.base_weight), out=out[rows])
        if shift is not None:
            part += seen[rows, None] * shift
        if f is not None:
            part += np.float32(blend.LABEL_WEIGHT) * f[rows]
        part /= np.float32(refresh.temperature)
        top = part.max(axis=1, keepdims=True)
        part -= top
        np.exp(part, out=part)
        sums = part.sum(axis=1, keepdims=True)
        part /= sums
        energy[rows] = (top + np.log(sums))[:, 0]
    return out, energy


def poses_of(base: Head, prior: Head) -> tuple[PoseRef, ...]:
    """Return the poses that are answered: the version's, then those made since."""
    known = set(base.pose_ids.tolist())
    return (*base.poses, *(pose for pose in prior.poses if pose.id not in known))


def spread(
    base: Head,
    prior: Head,
    x: Matrix,
    *,
    base_logits: Matrix | None = None,
    prior_logits: Matrix | None = None,
) -> Matrix:
    """Return the version's logits over `poses_of`, (n, K); for poses it does not know the prior's.

    Those are at the weight the version gives the prior. Not to be written to: it may be `base_logits` itself.
    """
    own = heads.logits(base, x) if base_logits is None else base_logits
    new = poses_of(base, prior)[len(base.poses) :]
    if not new:
        return own
    before = heads.logits(prior, x) if prior_logits is None else prior_logits
    column = {pose.id: k for k, pose in enumerate(prior.poses)}
    faded = np.float32(base.settings["template_weight"] / prior.settings["template_weight"])
    return np.concatenate([own, faded * before[:, [column[pose.id] for pose in new]]], axis=1)


def _in(prior: Head, later: TrainingSet) -> NDArray[np.int64]:
    """The prior's column of each label."""
    place = {pose.id: k for k, pose in enumerate(prior.poses)}
    return np.array([place[int(pose_id)] for pose_id in later.y if int(pose_id) in place], dtype=np.int64)


def _bias(
    base: Head, prior: Head, poses: tuple[PoseRef, ...], columns: NDArray[np.int64], weight: float
) -> Matrix:
    """(K,) for poses without template: lifts those with first labels, keeps those without any where they were.

    Else the fading of the prior would bring a pose that nobody ever named nearer with every label of another.
    """
    own = {pose.id: k for k, pose in enumerate(base.poses)}
    first = {pose.id: k for k, pose in enumerate(prior.poses)}
    labelled = set(columns.tolist())
    weight *= base.settings["template_weight"]
    bias = np.zeros(len(poses), dtype=np.float32)
    for k, pose in enumerate(poses):
        head, row = (base, own[pose.id]) if pose.id in own else (prior, first[pose.id])
        if not np.isnan(head.arrays["targets"][row]).all() or head.arrays["counts"][row] > 0:
            continue
        fill = float(head.arrays["fill"][row])
        before = float(prior.arrays["fill"][first[pose.id]]) if pose.id in first else fill
        bias[k] = TEMPLATE_SCALE * ((weight * LABELLED if k in labelled else before) - weight * fill)
    return bias


def _temperature(base: Head, logits: Array, columns: NDArray[np.int64], *, untaught: bool) -> float:
    """A trained version keeps its own: later labels are often of the photos it was least sure of."""
    if not untaught:
        return base.temperature
    rows = blend.judged(columns)
    return temperature(logits[rows], columns[rows], usual=blend.USUAL_TEMPERATURE, trust=_TRUST)
