"""A head applied to features: logits and probabilities."""

from __future__ import annotations

import numpy as np

from yogalab.learning.calibration import softmax
from yogalab.learning.kernel import kernel
from yogalab.learning.priors import prior_logits
from yogalab.records import Head, Matrix


def logits(head: Head, x: Matrix) -> Matrix:
    """Return a version's logits, (n, K). x: (n, d) features."""
    out = prior_logits(
        head.arrays,
        x,
        template_weight=head.settings["template_weight"],
        text_weight=head.settings["text_weight"],
    )
    support = head.arrays["support"]
    if len(support):
        alike = kernel(x, support, embedding_share=head.settings["embedding_share"])
        out += np.float32(head.settings["label_weight"]) * (alike @ head.arrays["dual"])
    return out


def probabilities(head: Head, x: Matrix) -> Matrix:
    """Return a version's calibrated probabilities, (n, K), without later labels."""
    return softmax(logits(head, x) / np.float32(head.temperature))
