"""What anyone would write on landmarks in ten lines of scikit-learn: the thing to beat."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from yogalab import skeleton as body
from yogalab.bench.sights import Sights
from yogalab.poses.geometry import angle
from yogalab.records import Matrix

# (at, from, to): elbows, shoulders, hips, knees, ankles, and arms against the shoulders' line.
_JOINTS: Final = (
    *((13, 11, 15), (14, 12, 16), (11, 23, 13), (12, 24, 14), (23, 11, 25), (24, 12, 26)),
    *((25, 23, 27), (26, 24, 28), (27, 25, 31), (28, 26, 32), (15, 13, 19), (16, 14, 20)),
)
_C: Final = 10.0


def landmark_svm(
    sights: Sights, train: NDArray[np.int64], y: NDArray[np.int64], test: NDArray[np.int64], *, poses: int
) -> Matrix:
    """Return how much an RBF support vector machine speaks for each pose on test rows, (len(test), poses).

    Features: hip-centred, scaled landmarks, world landmarks, 12 joint angles, visibility; mirrored copies are
    added to the training photos. train, test: rows; y: (n,) classes of all rows.
    """
    x = landmark_features(sights.points, sights.world, sights.aspect)
    mirrored = landmark_features(*mirror_image(sights.points[train], sights.world[train]), sights.aspect[train])
    model = make_pipeline(StandardScaler(), SVC(C=_C, gamma="scale"))
    model.fit(np.concatenate([x[train], mirrored]), np.concatenate([y[train], y[train]]))
    votes = model.decision_function(x[test])
    if votes.ndim == 1:
        votes = np.stack([-votes, votes], axis=1)
    out = np.full((len(test), poses), -np.inf, dtype=np.float32)
    out[:, model.classes_] = votes
    return out


def landmark_features(points: Matrix, world: Matrix, aspect: Matrix) -> Matrix:
    """(n, 210): 66 flat coordinates, 99 in space, 12 angles in radians, 33 visibilities."""
    flat = points[:, :, :2] * np.stack([aspect, np.ones_like(aspect)], axis=1)[:, None]
    flat = flat - flat[:, [body.LEFT_HIP, body.RIGHT_HIP]].mean(axis=1, keepdims=True)
    trunk = np.linalg.norm(flat[:, [body.LEFT_SHOULDER, body.RIGHT_SHOULDER]].mean(axis=1), axis=-1)
    size = np.maximum(np.maximum(2.5 * trunk, np.linalg.norm(flat, axis=-1).max(axis=1)), 1e-6)
    angles = [angle(world[:, a] - world[:, at], world[:, b] - world[:, at]) for at, a, b in _JOINTS]
    parts = (
        (flat / size[:, None, None]).reshape(len(points), -1),
        world.reshape(len(points), -1),
        np.radians(np.stack(angles, axis=1)),
        points[:, :, 3],
    )
    return np.asarray(np.concatenate(parts, axis=1), dtype=np.float32)


def mirror_image(points: Matrix, world: Matrix) -> tuple[Matrix, Matrix]:
    """Return the landmarks of the same photos seen in a mirror. points: (n, 33, 4); world: (n, 33, 3)."""
    mirror = list(body.MIRROR)
    points, world = points[:, mirror].copy(), world[:, mirror].copy()
    points[:, :, 0] = 1 - points[:, :, 0]
    world[:, :, 0] *= -1
    return points, world
