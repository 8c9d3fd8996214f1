"""R1: the version in use, corrected at once by the labels that came after it.

A pure function of the set of later labels: taking one back gives the earlier answers to the bit. This is the
reference; `yogalab.learning.streaming` keeps the same answers up label by label, for many photos.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning import blend, heads, openset
from yogalab.learning.calibration import softmax, temperature
from yogalab.learning.features import assurance, clear, informative
from yogalab.learning.kernel import kernel, own
from yogalab.learning.nearness import crowd, likeness, unexplored
from yogalab.learning.priors import lift, nameable
from yogalab.learning.ridge import Array, answers_left_out, inverse
from yogalab.learning.threads import one_thread
from yogalab.records import Head, Matrix, PoseRef, TrainingSet

# The usual temperature counts as much as this many judged labels.
_TRUST: Final = 100.0
_ROWS: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refresh:
    """What later labels change. Poses are the version's, then those made since.

    prior_weight: how much the prior counts beside labels, before any training; None beside a trained version.
    bias: (K,) added to the prior's beliefs; support: (m, d) features of the later labels; dual: (m, K).
    familiar: the energy below which a photo looks like none of the poses (`openset`), None while unknown.
    """

    poses: tuple[PoseRef, ...]
    prior_weight: float | None
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
    prior_weight: float | None
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
    lesson = set_lesson(base, later.only(np.argsort(later.photo_ids, kind="stable")), prior=prior)
    with one_thread():
        exact = lesson.x.astype(np.float64)
        alike = kernel(exact, exact, embedding_share=base.settings["embedding_share"])
        return learn(base, lesson, inverse(alike), lambda: _unexplored(base, lesson, alike))[0]


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
    bias = _bias(base, prior, poses, columns)
    before = spread(base, prior, later.x, base_logits=base_logits, prior_logits=prior_logits)
    if bias.any():
        before = before + _sure(later.x)[:, None] * bias
    # A trained version is corrected where it errs; before training there is nothing to correct but ignorance.
    believed = 1 / len(poses) if untaught else softmax(before / np.float32(base.temperature)).astype(np.float64)
    targets = -np.ones((len(columns), len(poses))) * believed
    targets[np.arange(len(columns)), columns] += 1.0
    return Lesson(
        poses=poses,
        prior_weight=base.settings["prior_weight"] if untaught else None,
        bias=bias,
        x=later.x,
        columns=columns,
        groups=later.groups,
        before=before,
        targets=targets,
    )


def learn(
    base: Head, lesson: Lesson, inverse: Array, unexplored: Callable[[], NDArray[np.float64]]
) -> tuple[Refresh, Array]:
    """Return the correction, and its dual before rounding, (m, K).

    inverse: (m, m) of the labels' kernel with its ridge (`ridge.inverse`); unexplored: gives (m,) what
    `blend.unexplored_left_out` says of the labels, where that is asked.
    """
    dual, out = answers_left_out(inverse, lesson.targets, lesson.groups)
    # Beside a trained version its own figures hold: later labels are often of the photos it was least sure of.
    warmth, limits = base.temperature, base.settings
    if lesson.prior_weight is not None and len(dual):
        sure = assurance(lesson.x)[:, None]
        left_out = blend.LeftOut(known=lesson.before, f=sure * out, unexplored=unexplored())
        logits = left_out.logits(lesson.prior_weight)
        rows = blend.judged(lesson.columns)
        warmth = temperature(logits[rows], lesson.columns[rows], usual=blend.USUAL_TEMPERATURE, trust=_TRUST)
        limits = openset.familiar_from(logits, lesson.columns, lesson.x, warmth)
    return Refresh(
        poses=lesson.poses,
        prior_weight=lesson.prior_weight,
        bias=lesson.bias,
        support=lesson.x,
        dual=dual.astype(np.float32),
        temperature=warmth,
        familiar=limits.get(openset.FAMILIAR),
    ), dual


def _unexplored(base: Head, lesson: Lesson, alike: Matrix) -> NDArray[np.float64]:
    mine = own(lesson.x, embedding_share=base.settings["embedding_share"])
    return blend.unexplored_left_out(alike, mine, mine, lesson.groups, lesson.groups)


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
    return answers(refresh, known, _sure(x), *_labels_part(base, refresh, x))[0]


def strange(base: Head, refresh: Refresh, x: Matrix, *, prior: Head) -> NDArray[np.bool_]:
    """Return which photos look like none of the poses named so far, (n,). x: (n, d) features."""
    part = _labels_part(base, refresh, x)
    _, energy = answers(refresh, spread(base, prior, x), _sure(x), *part)
    return strange_at(refresh, energy, clear(x))


def strange_at(refresh: Refresh, energy: Matrix, clear: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same from what `answers` gives, (n,): False where no body is clear, and while it cannot be told."""
    if refresh.familiar is None:
        return np.zeros(len(energy), dtype=bool)
    return np.asarray((energy < refresh.familiar) & clear)


def _labels_part(base: Head, refresh: Refresh, x: Matrix) -> tuple[Matrix | None, NDArray[np.float64] | None]:
    """(n, K) what the later labels say of photos, and (n,) how unexplored these are; None without any."""
    if not len(refresh.support):
        return None, None
    share = base.settings["embedding_share"]
    exact, support = x.astype(np.float64), refresh.support.astype(np.float64)
    with one_thread():
        alike = kernel(exact, support, embedding_share=share)
        mine, labels = own(exact, embedding_share=share), own(support, embedding_share=share)
        return np.asarray(alike @ refresh.dual), unexplored(*crowd(likeness(alike, mine, labels)))


def answers(
    refresh: Refresh,
    known: Matrix,
    sure: Matrix,
    f: Matrix | None,
    unexplored: NDArray[np.float64] | None,
) -> tuple[Matrix, Matrix]:
    """Return calibrated probabilities over `refresh.poses`, (n, K), and their `openset.energy`, (n,).

    known: (n, K) of `spread`; sure: (n,) `features.assurance`, 0 where a photo shows nothing; f: (n, K) the
    labels' part, if any; unexplored: (n,) of `nearness`, with f.
    """
    out = np.empty((len(known), len(refresh.poses)), dtype=np.float32)
    energy = np.empty(len(known), dtype=np.float32)
    shift = refresh.bias if refresh.bias.any() else None
    for start in range(0, len(known), _ROWS):
        # In blocks that stay in a core's cache: a hundred thousand photos pass it once, not eight times.
        rows = slice(start, start + _ROWS)
        part = out[rows]
        part[:] = known[rows]
        if shift is not None:
            part += sure[rows, None] * shift
        if f is not None and unexplored is not None:
            _with_labels(part, f[rows], unexplored[rows], sure[rows], refresh.prior_weight)
        part /= np.float32(refresh.temperature)
        top = part.max(axis=1, keepdims=True)
        part -= top
        np.exp(part, out=part)
        sums = part.sum(axis=1, keepdims=True)
        part /= sums
        energy[rows] = (top + np.log(sums))[:, 0]
    return out, energy


def _with_labels(
    known: Matrix, f: Matrix, unexplored: NDArray[np.float64], sure: Matrix, prior_weight: float | None
) -> None:
    """Turn beliefs into logits, in place. known, f: (n, K); unexplored, sure: (n,).

    A trained version stays, and is corrected the more, the nearer later labels are: far from them a correction
    is worth as little as the labels of a first training are.
    """
    weight = blend.PRIOR_WEIGHT if prior_weight is None else prior_weight
    scale = 1 / (1 + (weight - 1) * unexplored)
    if prior_weight is not None:
        known *= (weight * unexplored * scale).astype(np.float32)[:, None]
    known += (blend.LABEL_WEIGHT * scale * sure).astype(np.float32)[:, None] * f


def _sure(x: Matrix) -> Matrix:
    return assurance(x) * informative(x)


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

    Those at the weight the version gives the prior; where its labels speak, a pose they never named is as
    unlikely as any. Not to be written to: it may be `base_logits` itself.
    """
    mine = heads.logits(base, x) if base_logits is None else base_logits
    new = poses_of(base, prior)[len(base.poses) :]
    if not new:
        return mine
    before = heads.logits(prior, x) if prior_logits is None else prior_logits
    column = {pose.id: k for k, pose in enumerate(prior.poses)}
    faded = heads.leeway(base, x).astype(np.float32)[:, None]
    unheard = (1 - faded) * mine.min(axis=1, keepdims=True)
    return np.concatenate([mine, faded * before[:, [column[pose.id] for pose in new]] + unheard], axis=1)


def _bias(base: Head, prior: Head, poses: tuple[PoseRef, ...], columns: NDArray[np.int64]) -> Matrix:
    """(K,) for poses that the prior cannot name, and that have their first labels now: they may win."""
    mine = {pose.id: k for k, pose in enumerate(base.poses)}
    first = {pose.id: k for k, pose in enumerate(prior.poses)}
    bias = np.zeros(len(poses), dtype=np.float32)
    for k in np.unique(columns).tolist():
        head, row = (base, mine[poses[k].id]) if poses[k].id in mine else (prior, first[poses[k].id])
        if not nameable(head.arrays)[row] and head.arrays["counts"][row] == 0:
            bias[k] = lift()
    return bias
