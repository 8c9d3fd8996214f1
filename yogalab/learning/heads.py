"""A head applied to features: logits and probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.calibration import softmax
from yogalab.learning.features import assurance
from yogalab.learning.kernel import kernel, own
from yogalab.learning.nearness import crowd, likeness, merged, unexplored
from yogalab.learning.priors import beliefs
from yogalab.learning.propagation import Graph
from yogalab.records import Head, Matrix

# Photos whose likeness to all labels is worked out at once.
_BATCH: Final = 4096


def logits(head: Head, x: Matrix, *, reached: Graph | None = None) -> Matrix:
    """Return a version's logits, (n, K), less sure where the skeleton may be wrong.

    x: (n, d) features; reached: (n, a) of `propagation.reach` to the head's anchors, where the caller kept it.
    """
    out = beliefs(head, x, reached=reached)
    for rows, alike, u in _beside_labels(head, x):
        f = alike @ head.arrays["dual"]
        out[rows] = merged(
            out[rows],
            f,
            u,
            prior_weight=head.settings["prior_weight"],
            label_weight=head.settings["label_weight"],
        )
    out *= assurance(x)[:, None]
    return out


def leeway(head: Head, x: Matrix) -> NDArray[np.float64]:
    """Return at which factor the prior's beliefs are in a version's logits, (n,). x: (n, d) features."""
    out = np.ones(len(x))
    for rows, _, u in _beside_labels(head, x):
        weight = head.settings["prior_weight"]
        out[rows] = weight * u / (1 + (weight - 1) * u)
    return out


def probabilities(head: Head, x: Matrix) -> Matrix:
    """Return a version's calibrated probabilities, (n, K), without later labels."""
    return softmax(logits(head, x) / np.float32(head.temperature))


def _beside_labels(head: Head, x: Matrix) -> Iterator[tuple[slice, Matrix, NDArray[np.float64]]]:
    """Batches of photos: which, their kernel to the labels, and how unexplored they are."""
    support, share = head.arrays["support"], head.settings["embedding_share"]
    if not len(support):
        return
    kept = own(support, embedding_share=share)
    for start in range(0, len(x), _BATCH):
        rows = slice(start, start + _BATCH)
        alike = kernel(x[rows], support, embedding_share=share)
        near = crowd(likeness(alike, own(x[rows], embedding_share=share), kept))
        yield rows, alike, unexplored(*near)
