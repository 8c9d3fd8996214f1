"""What embeddings are worth by themselves: a logistic regression, its strength chosen on left-out photos."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.preprocessing import StandardScaler

from yogalab.learning.calibration import log_loss
from yogalab.records import Matrix

STRENGTHS: Final = (1e-3, 1e-2, 1e-1, 1.0)
# Where nothing can be left out, one label a pose.
_USUAL: Final = 1e-1
_FOLDS: Final = 3
_STEPS: Final = 200
# A pose without a label cannot be answered; finite, so that it can be added to other log-probabilities.
NEVER: Final = -30.0

Columns = NDArray[np.int64]


def probe(x: Matrix, samples: Matrix, y: Columns, *, poses: int, strength: float) -> Matrix:
    """Return log-probabilities of a linear probe (CLIP, arXiv 2103.00020, section 3.2), (m, poses).

    x: (m, d) to answer; samples: (n, d) labelled; y: (n,) their columns, of two poses at least. strength: the
    inverse of the penalty on the weights. Each figure is centred and scaled by `samples` first, as an encoder's
    own units say nothing.
    """
    scaler = StandardScaler().fit(samples)
    model = LogisticRegression(C=strength, max_iter=_STEPS)
    with warnings.catch_warnings():
        # Cut off after enough steps: the last digits of a baseline decide nothing.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaler.transform(samples), y)
    out = np.full((len(x), poses), NEVER, dtype=np.float32)
    sure = model.predict_proba(scaler.transform(x))
    out[:, model.classes_] = np.maximum(np.log(np.maximum(sure, np.finfo(np.float64).tiny)), NEVER)
    return out


def chosen_strength(samples: Matrix, y: Columns, groups: Columns, *, poses: int, seed: int = 0) -> float:
    """Return the strength of least left-out log loss, near-duplicates left out together.

    One label a pose leaves nothing to choose with, and gives the usual strength. groups: (n,).
    """
    folds = min(_FOLDS, int(np.bincount(y)[np.unique(y)].min()), len(np.unique(groups)))
    if folds < 2:
        return _USUAL
    loss = {strength: left_out_loss(samples, y, groups, strength, poses, folds, seed) for strength in STRENGTHS}
    return min(STRENGTHS, key=lambda strength: loss[strength])


def left_out_loss(
    samples: Matrix, y: Columns, groups: Columns, strength: float, poses: int, folds: int, seed: int
) -> float:
    """Return the log loss of a probe on labelled photos that it was not taught, over `folds` parts of them."""
    out = np.full((len(y), poses), NEVER, dtype=np.float32)
    with warnings.catch_warnings():
        # A pose whose copies all stand together is missing in some parts; its photos then count as wrong.
        warnings.simplefilter("ignore", UserWarning)
        parts = list(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(samples, y, groups))
    for taught, asked in parts:
        if len(np.unique(y[taught])) > 1:
            out[asked] = probe(samples[asked], samples[taught], y[taught], poses=poses, strength=strength)
    return log_loss(out.astype(np.float64), y)
