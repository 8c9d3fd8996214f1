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
_TILE: Final = 512
_ROWS: Final = 1024

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """support: which rows the answer is made of, (m,); dual: (m, K), so that f(x) = k(x, support) @ dual."""

    support: NDArray[np.int64]
    dual: Array


def inverse(alike: Matrix) -> Array:
    """Return (K + ridge I)^-1, (n, n). alike: (n, n) kernel of the rows among themselves."""
    factor, _ = linalg.cho_factor(ridged(alike), lower=True, overwrite_a=True, check_finite=False)
    half, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    _mirror(half)
    return np.asarray(half.T)


def left_out(alike: Matrix, targets: Array, groups: NDArray[np.int64]) -> tuple[Fit, Array]:
    """Solve (K + ridge I) dual = targets; also return f at each row, (n, K), had its group been left out.

    alike: (n, n) kernel of the rows among themselves; targets: (n, K); groups: (n,) equal for near-duplicates.
    """
    dual, out = answers_left_out(inverse(alike), targets, groups)
    return Fit(support=np.arange(len(alike)), dual=dual), out


def answers_left_out(inverse: Array, targets: Array, groups: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return the dual, and f at each row had its group been left out, both (n, K).

    For one row: y_i - (G y)_i / G_ii with G the inverse. For a group: y - (G_gg)^-1 (G y)_g.
    """
    dual = inverse @ targets
    out = targets - dual / np.diag(inverse)[:, None]
    for rows in shared(groups):
        out[rows] = targets[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], dual[rows])
    return dual, out


def anchored(to_anchors: Matrix, anchors: NDArray[np.int64], targets: Array) -> tuple[Fit, Array]:
    """The same as `left_out` for many rows, with f spanned by a few of them (subset of regressors).

    to_anchors: (n, m) kernel of all rows to the anchors; anchors: (m,) which rows those are; targets: (n, K).
    Near-duplicates are not left out together here: among thousands of labels they hardly matter.
    """
    n, m = to_anchors.shape
    normal, right = np.zeros((m, m), order="F"), np.zeros((m, targets.shape[1]))
    for start in range(0, n, _ROWS):
        # In blocks: a second copy of thousands of rows, twice as wide, would be most of the memory.
        some = to_anchors[start : start + _ROWS].astype(np.float64)
        normal += some.T @ some
        right += some.T @ targets[start : start + _ROWS]
    normal += RIDGE * to_anchors[anchors]
    normal[np.diag_indices_from(normal)] += 1e-6
    factor = linalg.cho_factor(normal, lower=True, overwrite_a=True, check_finite=False)
    dual = linalg.cho_solve(factor, right, check_finite=False)
    out = np.empty(targets.shape)
    for start in range(0, n, _ROWS):
        rows = slice(start, start + _ROWS)
        some = to_anchors[rows].astype(np.float64)
        half = linalg.solve_triangular(factor[0], some.T, lower=True, check_finite=False)
        own = np.minimum((half * half).sum(0), 1 - 1e-6)[:, None]
        out[rows] = (some @ dual - own * targets[rows]) / (1 - own)
    return Fit(support=anchors, dual=dual), out


def ridged(alike: Matrix) -> Array:
    """Return K + ridge I, (n, n) float64 from (n, n)."""
    # In LAPACK's order: else it makes a copy for itself.
    matrix = alike.astype(np.float64, order="F")
    matrix[np.diag_indices_from(matrix)] += RIDGE
    return matrix


def _mirror(half: Array) -> None:
    """Copy what lies below the diagonal above it, in blocks: whole copies of a large matrix cost memory."""
    for start in range(0, len(half), _TILE):
        end = start + _TILE
        corner = np.tril(half[start:end, start:end])
        half[start:end, start:end] = corner + np.tril(corner, -1).T
        half[start:end, end:] = half[end:, start:end].T


def shared(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each group that has more than one. groups: (n,)."""
    order = np.argsort(groups, kind="stable")
    _, starts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    return [order[s : s + c] for s, c in zip(starts, counts, strict=True) if c > 1]
