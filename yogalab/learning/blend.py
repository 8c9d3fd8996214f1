"""How much templates, texts and labels count, and how sure their sum may be: chosen on left-out answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from yogalab.learning.calibration import log_loss
from yogalab.learning.features import found, layout_of
from yogalab.learning.priors import LABELLED, prior_logits, weight_beside
from yogalab.learning.ridge import Array
from yogalab.records import Head, Matrix, TrainingSet

# f lies between 0 and 1; times this it is a logit that can overrule the prior.
LABEL_WEIGHT: Final = 10.0
# With one label a pose, answers are about as sure as they are right at this temperature.
USUAL_TEMPERATURE: Final = 2.0
# The usual weights count as much as this many judged labels against what the coach's own labels ask for.
_TRUST: Final = 50.0
# Logarithms of how far labels may move a weight or the temperature from its usual value.
_FADES_TO: Final = -4.0
_GROWS_TO: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """Weights of the parts, the temperature of their sum, and the left-out log loss they reach."""

    template_weight: float
    text_weight: float
    embedding_share: float
    temperature: float
    loss: float


def shares_to_try(x: Matrix) -> tuple[float, ...]:
    """Return the shares of the embedding in the kernel that are worth trying on these photos."""
    layout = layout_of(x.shape[1])
    with_embedding = layout.dim > 0 and bool(np.abs(x[:, layout.embedding]).max(initial=0) > 0)
    if not with_embedding:
        return (0.0,)
    return (0.25, 0.5, 0.75) if found(x).any() else (1.0,)


def nameable(head: Head) -> NDArray[np.bool_]:
    """Return which poses the prior can name by itself, (K,): those with a template or a text."""
    known = ~np.isnan(head.arrays["targets"]).all(axis=1)
    if "texts" in head.arrays:
        known |= np.abs(head.arrays["texts"]).max(axis=1) > 0
    return np.asarray(known)


def untaught(head: Head, columns: NDArray[np.int64]) -> int:
    """Return how many poses only the prior knows: it has a template or a text for them, and no label came."""
    known = nameable(head)
    known[np.unique(columns)] = False
    return int(known.sum())


def labels_per_pose(columns: NDArray[np.int64], *, untaught: int) -> float:
    """Return the geometric mean of labels over the poses: one rich pose does not make many labels.

    A pose that only the prior knows counts as one label: were it left out, a few well labelled poses would
    silence the prior, and with it every pose that nobody has labelled yet.
    """
    counts = np.bincount(columns)
    counts = counts[counts > 0]
    return float(np.exp(np.log(counts).sum() / (len(counts) + untaught))) if len(counts) else 1.0


def usual_weight(head: Head, columns: NDArray[np.int64]) -> float:
    """Return how much the prior counts beside these labels as long as they do not ask for something else."""
    return weight_beside(labels_per_pose(columns, untaught=untaught(head, columns)))


def judged(columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows can be judged when left out: those whose pose has another label."""
    return np.asarray(np.bincount(columns)[columns] >= 2)


def fill(head: Head, columns: NDArray[np.int64], *, weight: float) -> Matrix:
    """Return the score of poses without template beside labels, (K,).

    A labelled one comes closer. One without a label stays where it was although templates fade to `weight`:
    labels of others are no reason to believe in it.
    """
    out = head.arrays["fill"] / np.float32(weight)
    out[np.unique(columns)] = LABELLED
    return np.asarray(out, dtype=np.float32)


def combined(head: Head, x: Matrix, f: Array) -> Array:
    """Return a head's logits with left-out f in place of its own, (n, K)."""
    prior = prior_logits(
        head.arrays,
        x,
        template_weight=head.settings["template_weight"],
        text_weight=head.settings["text_weight"],
    )
    return np.asarray(prior + head.settings["label_weight"] * f, dtype=np.float64)


def choose(head: Head, train: TrainingSet, columns: NDArray[np.int64], f: Array, share: float) -> Blend:
    """Return the blend that fits left-out answers best, held near the usual one while labels are few.

    head: the prior; f: (n, K) left-out answers of the labels.
    """
    usual = usual_weight(head, columns)
    arrays = {**head.arrays, "fill": fill(head, columns, weight=usual)}
    rows = judged(columns)
    templates = prior_logits(arrays, train.x, template_weight=1.0, text_weight=0.0).astype(np.float64)[rows]
    texts = prior_logits(arrays, train.x, template_weight=0.0, text_weight=1.0).astype(np.float64)[rows]
    labels = LABEL_WEIGHT * f[rows]
    counted = rows.sum() / (rows.sum() + _TRUST)

    def logits(log_ratios: Array) -> Array:
        weights = np.exp(log_ratios)
        sum_ = weights[0] * usual * templates + weights[1] * usual * texts + labels
        return np.asarray(sum_ / (USUAL_TEMPERATURE * weights[2]))

    def cost(log_ratios: Array) -> float:
        held = float((1 - counted) * (log_ratios**2).sum())
        return held + counted * log_loss(logits(log_ratios), columns[rows]) if rows.any() else held

    # Left-out answers speak for labelled poses only: they may not take from the prior what the others need.
    least = 0.0 if untaught(head, columns) else _FADES_TO
    bounds = [(least, _GROWS_TO), (least, _GROWS_TO), (_FADES_TO, _GROWS_TO)]
    start = np.zeros(3)
    found_ = optimize.minimize(cost, start, method="L-BFGS-B", bounds=bounds).x if rows.any() else start
    weights = np.exp(found_)
    return Blend(
        template_weight=float(weights[0] * usual),
        text_weight=float(weights[1] * usual),
        embedding_share=share,
        temperature=float(USUAL_TEMPERATURE * weights[2]),
        loss=cost(found_),
    )
