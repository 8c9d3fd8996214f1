"""How much prior and labels count, and how sure their sum may be: chosen on left-out answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.calibration import log_loss
from yogalab.learning.features import found, layout_of
from yogalab.learning.nearness import crowd, likeness, merged, unexplored
from yogalab.learning.ridge import Array
from yogalab.records import Matrix

# f lies between 0 and 1; times this it is a logit.
LABEL_WEIGHT: Final = 10.0
# How much the prior's log-probabilities count beside labels. Results hardly move from 5 to 12 (models/LOG.md).
PRIOR_WEIGHT: Final = 8.0
# Where the prior can name nothing, it should not make labels hesitant either.
NO_PRIOR: Final = 1.0
# Answers between prior and labels are about as sure as they are right at this temperature.
USUAL_TEMPERATURE: Final = 1.2
# The usual figures count as much as this many judged labels against what the coach's own labels ask for.
_TRUST: Final = 50.0
# Logarithms of how far labels may move the prior's weight, and the temperature, from the usual.
_PRIOR_MOVES: Final = 1.1
_TEMPERATURE_MOVES: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """What was chosen, and the left-out log loss it reaches.

    embedding_share: how much of the kernel is the embedding's.
    """

    prior_weight: float
    embedding_share: float
    temperature: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeftOut:
    """What is known of labelled photos without their own labels.

    known: (n, K) the prior's log-probabilities; f: (n, K) the regression's left-out answers; unexplored: (n,).
    """

    known: Matrix
    f: Array
    unexplored: NDArray[np.float64]

    def logits(self, prior_weight: float) -> Array:
        """(n, K) before the temperature."""
        both = merged(self.known, self.f, self.unexplored, prior_weight=prior_weight, label_weight=LABEL_WEIGHT)
        return np.asarray(both, dtype=np.float64)


def shares_to_try(x: Matrix) -> tuple[float, ...]:
    """Return the shares of the embedding in the kernel that are worth trying on these photos."""
    layout = layout_of(x.shape[1])
    with_embedding = layout.dim > 0 and bool(np.abs(x[:, layout.embedding]).max(initial=0) > 0)
    if not with_embedding:
        return (0.0,)
    return (0.25, 0.5, 0.75) if found(x).any() else (1.0,)


def judged(columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows can be judged when left out: those whose pose has another label. -1: no pose, never."""
    known = columns >= 0
    counts = np.bincount(columns[known], minlength=1)
    return np.asarray(known & (counts[np.where(known, columns, 0)] >= 2))


def unexplored_left_out(
    alike: Matrix, own: Matrix, own_labels: Matrix, groups: NDArray[np.int64], label_groups: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how unexplored labelled photos would be without their own labels and those of their copies, (n,).

    alike: (n, m) kernel to the labels; own: (n,), own_labels: (m,) each with itself; groups: (n,),
    label_groups: (m,) equal for near-duplicates.
    """
    others = likeness(alike, own, own_labels)
    others[groups[:, None] == label_groups] = 0
    return unexplored(*crowd(others))


def choose(
    left_out: LeftOut, columns: NDArray[np.int64], rows: NDArray[np.bool_], *, prior_weight: float, share: float
) -> Blend:
    """Return the blend that fits left-out answers best, held near the usual one while labels are few.

    columns: (n,) the poses that the labels name; rows: (n,) which can be judged; prior_weight: the usual one;
    share: the embedding's.
    """
    seen = LeftOut(known=left_out.known[rows], f=left_out.f[rows], unexplored=left_out.unexplored[rows])
    counted = rows.sum() / (rows.sum() + _TRUST)

    def cost(log_ratios: Array) -> Any:
        held: float = (1 - counted) * (log_ratios**2).sum()
        if not rows.any():
            return held
        weights = np.exp(log_ratios)
        logits = seen.logits(prior_weight * weights[0]) / (USUAL_TEMPERATURE * weights[1])
        return held + counted * log_loss(logits, columns[rows])

    from scipy import optimize  # noqa: PLC0415 - a third of what naming a pose would load, and only training chooses

    bounds = [(-_PRIOR_MOVES, _PRIOR_MOVES), (-_TEMPERATURE_MOVES, _TEMPERATURE_MOVES)]
    start = np.zeros(2)
    best = optimize.minimize(cost, start, method="L-BFGS-B", bounds=bounds).x if rows.any() else start
    return Blend(
        prior_weight=float(prior_weight * np.exp(best[0])),
        embedding_share=share,
        temperature=float(USUAL_TEMPERATURE * np.exp(best[1])),
        loss=cost(best),
    )
