"""Kernel ridge regression on one-hot labels, with the answers each row would get had it been left out.

ProKeR (Bendou et al., CVPR 2025) with the prior kept apart; left-out answers by the classical formula for
linear smoothers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from yogalab.records import Matrix

RIDGE: Final = 0.1
# Above this many rows the exact solution takes too long for a click; then `ANCHORS` of them stand for all.
EXACT: Final = 4000
ANCHORS: Final = 2000

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """support: which rows the answer is made of, (m,); dual: (m, K), so that f(x) = k(x, support) @ dual."""

    support: NDArray[np.int64]
    dual: Array


def left_out(alike: Matrix, targets: Array, groups: NDArray[np.int64]) -> tuple[Fit, Array]:
    """Solve (K + ridge I) dual = targets; also return f at each row, (n, K), had its group been left out.

    alike: (n, n) kernel of the rows among themselves; targets: (n, K); groups: (n,) equal for near-duplicates.

    For one row: y_i - (G y)_i / G_ii with G = (K + ridge I)^-1. For a group: y - (G_gg)^-1 (G y)_g.
    """
    factor, _ = linalg.cho_factor(_ridged(alike), lower=True, overwrite_a=True, check_finite=False)
    inverse, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    dual = inverse @ targets
    out = targets - dual / np.diag(inverse)[:, None]
    for rows in _shared(groups):
        out[rows] = targets[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], dual[rows])
    return Fit(support=np.arange(len(alike)), dual=dual), out


def anchored(to_anchors: Matrix, anchors: NDArray[np.int64], targets: Array) -> tuple[Fit, Array]:
    """The same as `left_out` for many rows, with f spanned by a few of them (subset of regressors).

    to_anchors: (n, m) kernel of all rows to the anchors; anchors: (m,) which rows those are; targets: (n, K).
    Near-duplicates are not left out together here: among thousands of labels they hardly matter.
    """
    spread = to_anchors.astype(np.float64)
    normal = spread.T @ spread + RIDGE * spread[anchors]
    normal[np.diag_indices_from(normal)] += 1e-6
    factor = linalg.cho_factor(normal, lower=True, overwrite_a=True, check_finite=False)
    dual = linalg.cho_solve(factor, spread.T @ targets, check_finite=False)
    half = linalg.solve_triangular(factor[0], spread.T, lower=True, check_finite=False)
    own = np.minimum((half * half).sum(0), 1 - 1e-6)[:, None]
    return Fit(support=anchors, dual=dual), (spread @ dual - own * targets) / (1 - own)


def _ridged(alike: Matrix) -> Array:
    matrix = alike.astype(np.float64)
    matrix[np.diag_indices_from(matrix)] += RIDGE
    return matrix


def _shared(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows of each group that has more than one."""
    order = np.argsort(groups, kind="stable")
    _, starts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    return [order[s : s + c] for s, c in zip(starts, counts, strict=True) if c > 1]
