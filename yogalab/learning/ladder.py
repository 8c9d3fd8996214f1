"""The ladder: R0 before any label, R1 at once after each label, R2 at one click. Each starts from the prior.

logits = the prior's log-probabilities and 10 f(x), merged by how near labels are (`nearness`), where f is a
kernel ridge on the labels; probabilities are their softmax at one temperature. Same labels and photos, same
bits: rows are sorted by photo, and what is drawn has a seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.errors import TooFewLabels
from yogalab.learning import blend, openset
from yogalab.learning.calibration import conformal_scores, softmax
from yogalab.learning.features import RECIPE, Layout, assurance, informative
from yogalab.learning.heads import logits, probabilities
from yogalab.learning.kernel import kernel, own
from yogalab.learning.priors import beliefs, nameable
from yogalab.learning.propagation import Crowd, crowd_arrays, crowd_of
from yogalab.learning.refresh import Refresh, refresh, served
from yogalab.learning.ridge import ANCHORS, EXACT, Fit, anchored, left_out
from yogalab.learning.threads import one_thread
from yogalab.ports import Progress
from yogalab.poses.templates import target_matrix
from yogalab.records import Head, Matrix, Pose, PoseRef, TrainingSet

__all__ = [
    "LEARNER",
    "Refresh",
    "forget",
    "learner",
    "leave_one_out",
    "logits",
    "probabilities",
    "refresh",
    "retrain",
    "served",
    "with_crowd",
    "zero_shot",
]

LEARNER: Final = "kernel-ridge-2"
# Up to here a second thread is not worth waiting for.
_SMALL: Final = 1000
# The same photo's features, made in a batch of another size, differ in the last digits.
_SAME_ROW: Final = 1e-4


def zero_shot(
    poses: Sequence[Pose], *, texts: Matrix | None, dim: int, encoder: str | None, pose_model: str
) -> Head:
    """Return R0: the head that knows templates and texts only.

    texts: (K, dim) unit vectors in the order of `poses`, or None. Poses with neither are in it too.
    """
    targets, tolerances = target_matrix(poses)
    arrays = {
        "targets": targets,
        "tolerances": tolerances,
        "counts": np.zeros(len(poses), np.float32),
        "support": np.zeros((0, Layout(dim).width), np.float32),
        "dual": np.zeros((0, len(poses)), np.float32),
    }
    if texts is not None:
        arrays["texts"] = np.asarray(texts, dtype=np.float32)
    return Head(
        kind=LEARNER,
        rung="R0",
        poses=tuple(PoseRef(id=pose.id, slug=pose.slug, name=pose.name) for pose in poses),
        arrays=arrays,
        recipe=RECIPE,
        encoder=encoder,
        pose_model=pose_model,
        temperature=1.0,
        settings={
            "prior_weight": blend.PRIOR_WEIGHT if nameable(arrays).any() else blend.NO_PRIOR,
            "label_weight": blend.LABEL_WEIGHT,
            "embedding_share": 0.5,
        },
    )


def with_crowd(prior: Head, crowd: Crowd | None) -> Head:
    """Return R0 with what unlabelled photos teach it; the very same head without any.

    prior: R0; crowd: the coach's photos, labelled or not: their labels are not looked at.
    """
    if crowd is None or not nameable(prior.arrays).any():
        return prior
    alone = {name: array for name, array in prior.arrays.items() if not name.startswith("anchor")}
    seeds = np.exp(beliefs(replace(prior, arrays=alone), crowd.x))
    return replace(prior, arrays=alone | crowd_arrays(crowd, seeds))


def learner(prior: Head) -> str:
    """Return what learns: the recipe, and the unlabelled photos that R0 has learnt from, by their hash."""
    if "anchors" not in prior.arrays:
        return LEARNER
    return f"{LEARNER}+{hashlib.sha256(prior.arrays['anchors'].tobytes()).hexdigest()[:16]}"


def retrain(
    train: TrainingSet,
    prior: Head,
    *,
    pool: Matrix | None,
    progress: Progress,
    unseen: TrainingSet | None = None,
) -> Head:
    """Return R2: fitted, blended with the prior and calibrated on left-out answers.

    pool: (m, d) unlabelled photos to learn from, where the prior has not learnt from some already.
    unseen: the same photos, or some of them, as encoders see them that were not tuned on them. To a tuned
    encoder its own photos look clearer than any other ever will, so that leaving a label out no longer hides
    it: all that is chosen, blend and temperature, is chosen on these.

    Raises:
        TooFewLabels: fewer than two poses are labelled.
        Cancelled: from `progress`.
    """
    poses = len(np.unique(train.y))
    if poses < 2:
        raise TooFewLabels(labels=len(train), poses=poses)
    progress(0.0, "train.fit")
    train, columns = _sorted(train, prior)
    prior = _counted(prior, columns, pool)
    shown, named = (train, columns) if unseen is None else _sorted(unseen, prior)
    known = beliefs(prior, shown.x)
    # A photo that shows nothing is anybody's guess: it says nothing of how sure an answer may be.
    judged = blend.judged(named) & informative(shown.x)
    candidates = []
    shares = blend.shares_to_try(train.x)
    for step, share in enumerate(shares):
        fit, out = _left_out(shown, named, known, share)
        weight = prior.settings["prior_weight"]
        candidates.append((blend.choose(out, named, judged, prior_weight=weight, share=share), fit, out))
        progress(0.1 + 0.7 * (step + 1) / len(shares), "train.fit")
    blended, fit, out = min(candidates, key=lambda candidate: candidate[0].loss)
    progress(0.85, "train.calibrate")
    if unseen is not None:
        fit, _ = _left_out(train, columns, beliefs(prior, train.x), blended.embedding_share)
    head = _head(prior, train, fit, blended)
    logits_ = out.logits(blended.prior_weight)
    answers = softmax(logits_[judged] / head.temperature)
    familiar = openset.familiar_from(logits_, named, shown.x, head.temperature)
    head = replace(
        head,
        conformal=conformal_scores(answers, named[judged]),
        settings={**head.settings, **familiar},
    )
    progress(1.0, "train.calibrate")
    return head


def _counted(prior: Head, columns: NDArray[np.int64], pool: Matrix | None) -> Head:
    """R0 that knows which poses have labels: those without template come nearer, in the crowd as well."""
    # A pose that was merged away since the labels were read has no column.
    counts = np.bincount(columns[columns >= 0], minlength=len(prior.poses)).astype(np.float32)
    photos = prior.arrays.get("anchors", pool)
    prior = replace(prior, arrays={**prior.arrays, "counts": counts})
    settled = "anchors" in prior.arrays and not (counts[~nameable(prior.arrays)] > 0).any()
    return prior if photos is None or settled else with_crowd(prior, crowd_of(photos))


def forget(head: Head, x: Matrix) -> Head:
    """Return the head without what it keeps of some photos; the very same head when it keeps nothing of them.

    Answers near those photos move towards the prior. Training anew without them says what it would have learnt.

    x: (m, d) features of the photos.
    """
    arrays = dict(head.arrays)
    for rows, beside in (("support", "dual"), ("anchors", "anchor_beliefs")):
        if rows not in arrays:
            continue
        kept = np.ones(len(arrays[rows]), dtype=bool)
        for row in x:
            kept &= np.abs(arrays[rows] - row).max(axis=1) > _SAME_ROW
        if not kept.all():
            arrays |= {rows: arrays[rows][kept], beside: arrays[beside][kept]}
    same = all(arrays[name] is head.arrays[name] for name in arrays)
    return head if same else replace(head, arrays=arrays)


def leave_one_out(head: Head, train: TrainingSet) -> Matrix:
    """Return out-of-sample probabilities for training rows in their order, (n, K) over the head's poses.

    Each row is answered as if it and its near-duplicates had not been taught. A row may carry a pose the head
    does not know (two were merged since): it then speaks against all others.
    """
    if head.rung == "R0" or len(train) == 0:
        return probabilities(head, train.x)
    order = np.argsort(train.photo_ids, kind="stable")
    rows, columns = _sorted(train, head)
    _, out = _left_out(rows, columns, beliefs(head, rows.x), head.settings["embedding_share"])
    answers = np.empty((len(train), len(head.poses)), np.float32)
    answers[order] = softmax(out.logits(head.settings["prior_weight"]) / head.temperature)
    return answers


def _sorted(train: TrainingSet, head: Head) -> tuple[TrainingSet, NDArray[np.int64]]:
    """The rows by photo id, and the head's column of each row's pose, -1 for a pose it does not know."""
    train = train.only(np.argsort(train.photo_ids, kind="stable"))
    place = {int(pose_id): k for k, pose_id in enumerate(head.pose_ids)}
    return train, np.array([place.get(int(pose_id), -1) for pose_id in train.y], dtype=np.int64)


def _left_out(
    train: TrainingSet, columns: NDArray[np.int64], known: Matrix, share: float
) -> tuple[Fit, blend.LeftOut]:
    """known: (n, K) the prior's log-probabilities of the rows."""
    poses = known.shape[1]
    targets = np.full((len(train), poses), -1.0 / poses)
    named = np.flatnonzero(columns >= 0)
    targets[named, columns[named]] += 1.0
    support = np.arange(len(train)) if len(train) <= EXACT else _anchors(columns)
    alike = kernel(train.x, train.x[support], embedding_share=share)
    mine = own(train.x, embedding_share=share)
    free = blend.unexplored_left_out(alike, mine, mine[support], train.groups, train.groups[support])
    if len(train) <= EXACT:
        with one_thread() if len(train) <= _SMALL else nullcontext():
            fit, out = left_out(alike, targets, train.groups)
    else:
        fit, out = anchored(alike, support, targets)
    sure = assurance(train.x)[:, None]
    return fit, blend.LeftOut(known=sure * known, f=sure * out, unexplored=free)


def _anchors(columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """ANCHORS rows, taking turns among the poses so that rare ones keep all of theirs."""
    turn = np.empty(len(columns), dtype=np.int64)
    for column in np.unique(columns):
        mine = np.flatnonzero(columns == column)
        turn[mine] = np.arange(len(mine))
    return np.sort(np.argsort(turn, kind="stable")[:ANCHORS])


def _head(prior: Head, train: TrainingSet, fit: Fit, blended: blend.Blend) -> Head:
    arrays = dict(prior.arrays)
    useful = informative(train.x[fit.support])
    arrays["support"] = np.ascontiguousarray(train.x[fit.support][useful])
    arrays["dual"] = np.ascontiguousarray(fit.dual[useful], dtype=np.float32)
    settings = {"prior_weight": blended.prior_weight, "embedding_share": blended.embedding_share}
    return replace(
        prior,
        rung="R2",
        arrays=arrays,
        temperature=blended.temperature,
        settings={**prior.settings, **settings},
    )
