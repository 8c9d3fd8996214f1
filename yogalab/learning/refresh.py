"""R1: the version in use, corrected at once by the labels that came after it.

A pure function of the set of later labels: taking one back gives the earlier answers to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning import blend, heads
from yogalab.learning.calibration import softmax, temperature
from yogalab.learning.features import found
from yogalab.learning.kernel import kernel
from yogalab.learning.priors import LABELLED, TEMPLATE_SCALE
from yogalab.learning.ridge import Array, left_out
from yogalab.learning.threads import one_thread
from yogalab.records import Head, Matrix, PoseRef, TrainingSet

# The usual temperature counts as much as this many judged labels.
_TRUST: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refresh:
    """What later labels change. Poses are the version's, then those made since.

    base_weight: factor on the version's logits; bias: (K,) added to them where somebody was found.
    support: (m, d) features of the later labels; dual: (m, K).
    """

    poses: tuple[PoseRef, ...]
    base_weight: float
    bias: Matrix
    support: Matrix
    dual: Matrix
    temperature: float

    @property
    def pose_ids(self) -> NDArray[np.int64]:
        return np.array([pose.id for pose in self.poses], dtype=np.int64)


def refresh(base: Head, later: TrainingSet, *, prior: Head) -> Refresh:
    """Return the correction that later labels make to a version.

    base: the version in use, or the prior itself before any training; prior: R0 over today's poses.
    """
    known = set(base.pose_ids.tolist())
    poses = (*base.poses, *(pose for pose in prior.poses if pose.id not in known))
    order = np.argsort(later.photo_ids, kind="stable")
    x = later.x[order]
    place = {pose.id: k for k, pose in enumerate(poses)}
    columns = np.array([place[int(pose_id)] for pose_id in later.y[order]], dtype=np.int64)
    untaught = base.rung == "R0"
    weight = blend.usual_weight(prior, _in(prior, later)) if untaught and len(columns) else 1.0
    bias = _bias(base, prior, poses, columns, weight)
    if len(columns) == 0:
        return Refresh(
            poses=poses,
            base_weight=weight,
            bias=bias,
            support=x,
            dual=np.zeros((0, len(poses)), np.float32),
            temperature=base.temperature,
        )
    before = weight * _spread(base, prior, poses, x) + found(x)[:, None] * bias
    # A trained version is corrected where it errs; before training there is nothing to correct but ignorance.
    believed = 1 / len(poses) if untaught else softmax(before / np.float32(base.temperature)).astype(np.float64)
    targets = -np.ones((len(columns), len(poses))) * believed
    targets[np.arange(len(columns)), columns] += 1.0
    with one_thread():
        alike = kernel(x, x, embedding_share=base.settings["embedding_share"])
        fit, out = left_out(alike, targets, later.groups[order])
    return Refresh(
        poses=poses,
        base_weight=weight,
        bias=bias,
        support=x,
        dual=fit.dual.astype(np.float32),
        temperature=_temperature(base, before + blend.LABEL_WEIGHT * out, columns, untaught=untaught),
    )


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
    logits = _spread(base, prior, refresh.poses, x, base_logits=base_logits, prior_logits=prior_logits)
    logits *= np.float32(refresh.base_weight)
    logits += found(x)[:, None] * refresh.bias
    if len(refresh.support):
        with one_thread():
            alike = kernel(x, refresh.support, embedding_share=base.settings["embedding_share"])
            logits += alike @ (np.float32(blend.LABEL_WEIGHT) * refresh.dual)
    logits /= np.float32(refresh.temperature)
    return softmax(logits)


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


def _spread(
    base: Head,
    prior: Head,
    poses: tuple[PoseRef, ...],
    x: Matrix,
    *,
    base_logits: Matrix | None = None,
    prior_logits: Matrix | None = None,
) -> Matrix:
    """(n, K) the version's logits, and for poses it does not know the prior's, at the weight it gives that."""
    own = heads.logits(base, x) if base_logits is None else base_logits
    if len(poses) == len(base.poses):
        return own.copy()
    before = heads.logits(prior, x) if prior_logits is None else prior_logits
    column = {pose.id: k for k, pose in enumerate(prior.poses)}
    new = [column[pose.id] for pose in poses[len(base.poses) :]]
    faded = np.float32(base.settings["template_weight"] / prior.settings["template_weight"])
    return np.concatenate([own, faded * before[:, new]], axis=1)
