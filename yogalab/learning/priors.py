"""What is believed before any label: joint-angle templates, and CLIP's view of each pose's sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from yogalab.learning.features import descriptors, found, layout_of
from yogalab.poses.templates import template_scores
from yogalab.records import Matrix

# A template's score, a mean of squares from 0 to -9, times this is a logit (softmax of score / 0.25).
TEMPLATE_SCALE: Final = 4.0
# CLIP's own logit scale: its image-text softmax was trained at 100.
TEXT_SCALE: Final = 100.0

# The score a pose without template is given. Below what a body in a known pose gets from its own template
# (nine in ten are above), so it wins only where nothing fits; a labelled pose stands closer.
UNKNOWN: Final = -3.5
LABELLED: Final = -2.5


def prior_logits(
    arrays: Mapping[str, Matrix], x: Matrix, *, template_weight: float, text_weight: float
) -> Matrix:
    """Return the prior's logits, (n, K); 0 throughout where a photo shows neither skeleton nor embedding.

    arrays: a head's; `targets` (K, D) and `tolerances` (D,) as in `yogalab.poses.templates`, `fill` (K,) the
    score of poses without template, and `texts` (K, dim) unit vectors where an encoder is there.
    """
    targets = arrays["targets"]
    logits = np.zeros((len(x), len(targets)), dtype=np.float32)
    seen = found(x)
    if seen.any():
        scores = template_scores(descriptors(x[seen]), targets, arrays["tolerances"])
        fits = np.where(np.isnan(scores), arrays["fill"], scores)
        logits[seen] = np.float32(TEMPLATE_SCALE * template_weight) * fits
    if "texts" in arrays:
        embeddings = x[:, layout_of(x.shape[1]).embedding]
        logits += np.float32(TEXT_SCALE * text_weight) * (embeddings @ arrays["texts"].T)
    return logits


def weight_beside(labels_per_pose: float) -> float:
    """Return how much the prior counts beside labels: all with one label a pose, fading as they grow.

    Chosen on draws from the 25 poses: the best weights were 1, .6, .3, .2 and .1 at 1, 2, 5, 10 and 20 labels.
    """
    return float(max(labels_per_pose, 1.0) ** -0.75)
