"""Pose classification as MediaPipe publishes it: nearest neighbours, sifted twice.

Source: MediaPipe's solutions page "Pose Classification" and its notebook (classes FullBodyPoseEmbedder and
PoseClassifier), with the figures set there. A body is 23 vectors between joints; the 30 samples whose worst
coordinate differs least are kept, and of these the 10 that differ least on average vote.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from yogalab import skeleton as body
from yogalab.bench.figures import RANKS, Ranked
from yogalab.records import Matrix

BY_WORST: Final = 30
BY_MEAN: Final = 10
# Depth is the least certain of the three.
AXES: Final = np.array([1.0, 1.0, 0.2], dtype=np.float32)
_TORSO: Final = 2.5

# From, to. Hip to wrist stands in it twice, as published.
_ARM: Final = ((11, 13), (12, 14), (13, 15), (14, 16))
_LEG: Final = ((23, 25), (24, 26), (25, 27), (26, 28))
_WHOLE_LIMBS: Final = ((11, 15), (12, 16), (23, 27), (24, 28))
_FAR: Final = ((23, 15), (24, 16), (11, 27), (12, 28), (23, 15), (24, 16))
_ACROSS: Final = ((13, 14), (25, 26), (15, 16), (27, 28))
_PAIRS: Final = (*_ARM, *_LEG, *_WHOLE_LIMBS, *_FAR, *_ACROSS)
_AS_IT_IS: Final = np.array([1, 1, 1], dtype=np.float32)
_MIRRORED: Final = np.array([-1, 1, 1], dtype=np.float32)


def embed(points: Matrix, aspect: Matrix) -> Matrix:
    """Return the vectors between joints, (n, 23, 3), in sizes of the body.

    points: (n, 33, 4) landmarks in image units; aspect: (n,) width over height.
    """
    pixels = points[:, :, :3] * np.stack([aspect, np.ones_like(aspect), aspect], axis=1)[:, None]
    hips = pixels[:, [body.LEFT_HIP, body.RIGHT_HIP]].mean(axis=1, keepdims=True)
    centred = pixels - hips
    shoulders = centred[:, [body.LEFT_SHOULDER, body.RIGHT_SHOULDER]].mean(axis=1)
    torso = np.linalg.norm(shoulders[:, :2], axis=-1)
    farthest = np.linalg.norm(centred[:, :, :2], axis=-1).max(axis=1)
    size = np.maximum(np.maximum(_TORSO * torso, farthest), 1e-6)
    ends = np.array(_PAIRS)
    vectors = np.concatenate([shoulders[:, None], centred[:, ends[:, 1]] - centred[:, ends[:, 0]]], axis=1)
    return np.asarray(vectors / size[:, None, None], dtype=np.float32)


def nearest(samples: Matrix, y: NDArray[np.int64], queries: Matrix) -> Ranked:
    """Return the poses that most of the nearest samples show; among equals the one of the nearest comes first.

    samples: (n, 23, 3) as `embed` gives them; y: (n,) their columns; queries: (m, 23, 3).
    Columns after the last one that got a vote are -1.
    """
    weighted = (samples * AXES).reshape(len(samples), -1)
    # A query is tried as it is and as its mirror image, which in the published code is x negated and no more.
    views = [(queries * signs * AXES).reshape(len(queries), -1) for signs in (_AS_IT_IS, _MIRRORED)]
    # The largest and the mean difference of a coordinate, each to the nearer of the two views: (m, n).
    worst = np.minimum(*(cdist(view, weighted, "chebyshev") for view in views))
    mean = np.minimum(*(cdist(view, weighted, "cityblock") for view in views))
    kept = np.argsort(worst, axis=1, kind="stable")[:, :BY_WORST]
    order = np.argsort(np.take_along_axis(mean, kept, axis=1), axis=1, kind="stable")[:, :BY_MEAN]
    out = np.full((len(queries), RANKS), -1, dtype=np.int64)
    for row, votes in enumerate(y[np.take_along_axis(kept, order, axis=1)]):
        ranked = _by_votes(votes)[:RANKS]
        out[row, : len(ranked)] = ranked
    return out


def _by_votes(votes: NDArray[np.int64]) -> list[int]:
    """Columns by votes, the earliest voter's first among equals."""
    columns, first, counts = np.unique(votes, return_index=True, return_counts=True)
    return [int(columns[k]) for k in np.lexsort((first, -counts))]
