"""What is usually done with CLIP's vectors and a few labels: the baselines where an encoder is there."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from yogalab.records import Matrix

# CLIP's logit scale (arXiv 2103.00020, section 2.5) and Tip-Adapter's defaults (arXiv 2111.03930, section 4.1).
SCALE: Final = 100.0
ALPHA: Final = 1.0
BETA: Final = 5.5
# Strength of the probe as in CLIP's own example of it.
_C: Final = 0.316


def zero_shot(x: Matrix, texts: Matrix) -> Matrix:
    """Return s x·T, the logits of CLIP itself (arXiv 2103.00020, section 3.1), (m, K).

    x: (m, d) photos and texts: (K, d) sentences as unit vectors.
    """
    return np.asarray(SCALE * (x @ texts.T), dtype=np.float32)


def tip_adapter(x: Matrix, texts: Matrix, samples: Matrix, y: NDArray[np.int64]) -> Matrix:
    """Return s x·T + a exp(-b (1 - x·X)) Y, Tip-Adapter without training (arXiv 2111.03930, eq. 4), (m, K).

    samples: (n, d) labelled photos as unit vectors; y: (n,) their columns. Nothing is tuned: a and b are the
    paper's.
    """
    cached = np.exp(-BETA * (1 - x @ samples.T)) @ np.eye(len(texts), dtype=np.float32)[y]
    return np.asarray(zero_shot(x, texts) + ALPHA * cached, dtype=np.float32)


def linear_probe(x: Matrix, samples: Matrix, y: NDArray[np.int64], poses: int) -> Matrix:
    """Return log probabilities of a logistic regression on the vectors (arXiv 2103.00020, section 3.2), (m, K).

    As `tip_adapter`; poses: K. A pose without a label gets the lowest.
    """
    model = LogisticRegression(C=_C, max_iter=1000).fit(samples, y)
    out = np.full((len(x), poses), -np.inf, dtype=np.float32)
    out[:, model.classes_] = model.predict_log_proba(x)
    return out
