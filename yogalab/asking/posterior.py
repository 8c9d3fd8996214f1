"""What is still unknown about photos, given those that were named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy import linalg

from yogalab.records import Matrix

# (n, d), (m, d) -> (n, m) float32: how alike rows are, 1 for the same body. The learner's own kernel.
Likeness = Callable[[Matrix, Matrix], Matrix]

_BLOCK: Final = 256


class Posterior:
    """The covariance that a Gaussian process with the learner's kernel keeps between photos after labels.

    C = K_ss - K_sl (K_ll + noise I)^-1 K_ls (Rasmussen and Williams, Gaussian Processes for Machine Learning,
    2006, equation 2.24). It depends on which photos were named, not on what they were called. The Cholesky
    factor grows with each label, so that one label more costs a product, not a solution.

    covariance: (m, m) float32 between the photos; labels: how many were taken in.
    """

    def __init__(self, x: Matrix, alike: Likeness, *, noise: float) -> None:
        """x: (m, d) features of the photos; noise: the learner's ridge."""
        self._x = x
        self._alike = alike
        self._noise = noise
        self.covariance: Matrix = alike(x, x)
        self._taught = np.zeros((0, x.shape[1]), dtype=x.dtype)
        self._factor = np.zeros((0, 0))
        self._spread = np.zeros((0, len(x)), dtype=np.float32)

    @property
    def labels(self) -> int:
        return len(self._taught)

    def learn(self, x: Matrix) -> None:
        """Take in that these photos were named. x: (n, d) features; they need not be among the photos."""
        for start in range(0, len(x), _BLOCK):
            self._extend(x[start : start + _BLOCK])

    def _extend(self, x: Matrix) -> None:
        known, new = self.labels, len(x)
        across = self._alike(self._taught, x).astype(np.float64)
        below = across
        if known:
            below = linalg.solve_triangular(self._factor, across, lower=True, check_finite=False)
        own = self._alike(x, x) + self._noise * np.eye(new) - below.T @ below
        corner = np.linalg.cholesky(own)
        fresh = self._alike(x, self._x) - below.T.astype(np.float32) @ self._spread
        fresh = linalg.solve_triangular(corner, fresh, lower=True, check_finite=False).astype(np.float32)
        factor = np.zeros((known + new, known + new))
        factor[:known, :known], factor[known:, :known], factor[known:, known:] = self._factor, below.T, corner
        self._factor = factor
        self._spread = np.concatenate([self._spread, fresh])
        self._taught = np.concatenate([self._taught, x])
        if new == 1:
            # In place, through the transposed view that BLAS calls its own order; the matrix is symmetric.
            linalg.blas.sger(-1.0, fresh[0], fresh[0], a=self.covariance.T, overwrite_a=1)
        else:
            self.covariance -= fresh.T @ fresh
