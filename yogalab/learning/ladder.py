"""The ladder: R0 before any label, R1 at once after each label, R2 at one click. Each starts from the prior.

logits = prior's logits x its weight + 10 f(x), where f is a kernel ridge on the labels; probabilities are their
softmax at one temperature. Same labels, same bits: rows are sorted by photo, and nothing is random.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.errors import TooFewLabels
from yogalab.learning import blend
from yogalab.learning.calibration import conformal_scores, softmax
from yogalab.learning.features import RECIPE, Layout, found
from yogalab.learning.heads import logits, probabilities
from yogalab.learning.kernel import kernel
from yogalab.learning.priors import LABELLED, TEMPLATE_SCALE, UNKNOWN
from yogalab.learning.refresh import Refresh, refresh, served
from yogalab.learning.ridge import ANCHORS, EXACT, Array, Fit, anchored, left_out
from yogalab.learning.threads import one_thread
from yogalab.ports import Progress
from yogalab.poses.templates import target_matrix
from yogalab.records import Head, Matrix, Pose, PoseRef, TrainingSet

__all__ = [
    "LEARNER",
    "Refresh",
    "forget",
    "leave_one_out",
    "logits",
    "probabilities",
    "refresh",
    "retrain",
    "served",
    "zero_shot",
]

LEARNER: Final = "kernel-ridge-1"
# Up to here a second thread is not worth waiting for.
_SMALL: Final = 1000
# Where the log loss of templates alone is smallest on 5,000 photos.
_ZERO_SHOT_TEMPERATURE: Final = 2.0
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
        "fill": np.full(len(poses), _fill(targets, texts), dtype=np.float32),
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
        temperature=_ZERO_SHOT_TEMPERATURE,
        settings={"template_weight": 1.0, "text_weight": 1.0, "label_weight": 0.0, "embedding_share": 0.5},
    )


def _fill(targets: Matrix, texts: Matrix | None) -> float:
    """The score of poses without template. Together they weigh as one, "something else", however many."""
    if texts is not None:
        # Where texts speak for a pose, its missing template should not speak against it.
        return LABELLED
    bare = max(1, int(np.isnan(targets).all(axis=1).sum()))
    return UNKNOWN - _ZERO_SHOT_TEMPERATURE * float(np.log(bare)) / TEMPLATE_SCALE


def retrain(train: TrainingSet, prior: Head, *, pool: Matrix | None, progress: Progress) -> Head:
    """Return R2: fitted, blended with the prior and calibrated on left-out answers.

    pool: (m, d) unlabelled photos; not needed.

    Raises:
        TooFewLabels: fewer than two poses are labelled.
        Cancelled: from `progress`.
    """
    poses = len(np.unique(train.y))
    if poses < 2:
        raise TooFewLabels(labels=len(train), poses=poses)
    progress(0.0, "train.fit")
    train, columns = _sorted(train, prior)
    candidates = []
    shares = blend.shares_to_try(train.x)
    for step, share in enumerate(shares):
        fit, out = _left_out(train, columns, len(prior.poses), share)
        candidates.append((blend.choose(prior, train, columns, out, share), fit, out))
        progress(0.1 + 0.7 * (step + 1) / len(shares), "train.fit")
    blended, fit, out = min(candidates, key=lambda candidate: candidate[0].loss)
    progress(0.85, "train.calibrate")
    head = _head(prior, train, columns, fit, blended)
    judged = blend.judged(columns)
    answers = softmax(blend.combined(head, train.x, out) / head.temperature)
    head = replace(head, conformal=conformal_scores(answers[judged], columns[judged]))
    progress(1.0, "train.calibrate")
    return head


def forget(head: Head, x: Matrix) -> Head:
    """Return the head without what it keeps of some photos; the very same head when it keeps nothing of them.

    Answers near those photos move towards the prior. Training anew without them says what it would have learnt.

    x: (m, d) features of the photos.
    """
    support = head.arrays["support"]
    if not len(support) or not len(x):
        return head
    kept = np.ones(len(support), dtype=bool)
    for row in x:
        kept &= np.abs(support - row).max(axis=1) > _SAME_ROW
    if kept.all():
        return head
    arrays = {**head.arrays, "support": support[kept], "dual": head.arrays["dual"][kept]}
    return replace(head, arrays=arrays)


def leave_one_out(head: Head, train: TrainingSet, prior: Head) -> Matrix:
    """Return out-of-sample probabilities for training rows in their order, (n, K) over the head's poses.

    Each row is answered as if it and its near-duplicates had not been taught. A row may carry a pose the head
    does not know (two were merged since): it then speaks against all others.
    """
    if head.rung == "R0" or len(train) == 0:
        return probabilities(head, train.x)
    order = np.argsort(train.photo_ids, kind="stable")
    rows, columns = _sorted(train, head)
    _, out = _left_out(rows, columns, len(head.poses), head.settings["embedding_share"])
    answers = np.empty((len(train), len(head.poses)), np.float32)
    answers[order] = softmax(blend.combined(head, rows.x, out) / head.temperature)
    return answers


def _sorted(train: TrainingSet, head: Head) -> tuple[TrainingSet, NDArray[np.int64]]:
    """The rows by photo id, and the head's column of each row's pose, -1 for a pose it does not know."""
    order = np.argsort(train.photo_ids, kind="stable")
    place = {int(pose_id): k for k, pose_id in enumerate(head.pose_ids)}
    columns = np.array([place.get(int(pose_id), -1) for pose_id in train.y[order]], dtype=np.int64)
    return (
        TrainingSet(
            x=train.x[order], y=train.y[order], photo_ids=train.photo_ids[order], groups=train.groups[order]
        ),
        columns,
    )


def _left_out(train: TrainingSet, columns: NDArray[np.int64], poses: int, share: float) -> tuple[Fit, Array]:
    targets = np.full((len(train), poses), -1.0 / poses)
    known = np.flatnonzero(columns >= 0)
    targets[known, columns[known]] += 1.0
    if len(train) <= EXACT:
        alike = kernel(train.x, train.x, embedding_share=share)
        with one_thread() if len(train) <= _SMALL else nullcontext():
            return left_out(alike, targets, train.groups)
    anchors = _anchors(columns)
    return anchored(kernel(train.x, train.x[anchors], embedding_share=share), anchors, targets)


def _anchors(columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """ANCHORS rows, taking turns among the poses so that rare ones keep all of theirs."""
    turn = np.empty(len(columns), dtype=np.int64)
    for column in np.unique(columns):
        mine = np.flatnonzero(columns == column)
        turn[mine] = np.arange(len(mine))
    return np.sort(np.argsort(turn, kind="stable")[:ANCHORS])


def _head(prior: Head, train: TrainingSet, columns: NDArray[np.int64], fit: Fit, blended: blend.Blend) -> Head:
    arrays = dict(prior.arrays)
    arrays["fill"] = blend.fill(prior, columns, weight=blend.usual_weight(prior, columns))
    arrays["counts"] = np.bincount(columns, minlength=len(prior.poses)).astype(np.float32)
    useful = found(train.x[fit.support]) | (np.abs(train.x[fit.support, 1:]).max(1) > 0)
    arrays["support"] = np.ascontiguousarray(train.x[fit.support][useful])
    arrays["dual"] = np.ascontiguousarray(fit.dual[useful], dtype=np.float32)
    return replace(
        prior,
        rung="R2",
        arrays=arrays,
        temperature=blended.temperature,
        settings={
            "template_weight": blended.template_weight,
            "text_weight": blended.text_weight,
            "label_weight": blend.LABEL_WEIGHT,
            "embedding_share": blended.embedding_share,
        },
    )
