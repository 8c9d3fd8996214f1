"""Well-known strategies that look at how photos lie more than at answers: what ours is measured beside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix

Rows = NDArray[np.int64]


def core_set(x: Matrix, centres: Rows, open_: NDArray[np.bool_], *, count: int) -> Rows:
    """Return `count` open rows, each the farthest from all centres and those chosen before it.

    Greedy k-centre (Sener and Savarese, arXiv 1708.00489). x: (n, d); centres: answered rows; the first
    open row where there is no centre yet.
    """
    near = _apart(x, x[centres]).min(axis=1, initial=np.inf)
    left, chosen = open_.copy(), []
    for _ in range(min(count, int(open_.sum()))):
        row = int(np.where(left, near, -1).argmax())
        left[row] = False
        chosen.append(row)
        near = np.minimum(near, _apart(x, x[[row]])[:, 0])
    return np.array(chosen, dtype=np.int64)


def typical(
    x: Matrix, clusters: NDArray[np.int64], answered: Rows, open_: NDArray[np.bool_], *, count: int, k: int = 5
) -> Rows:
    """Return the most typical open row of each of the largest clusters without an answer, at most `count`.

    TypiClust (Hacohen, Dekel and Weinshall, arXiv 2202.02794): typicality is one over the mean distance to the
    k nearest of the same cluster. x: (n, d); clusters: (n,) from 0, as many as answers and `count` together.
    """
    size = np.bincount(clusters).astype(np.float64)
    size[clusters[answered]] = 0
    chosen = []
    for cluster in np.argsort(-size, kind="stable")[:count]:
        mine = np.flatnonzero(clusters == cluster)
        if size[cluster] > 0 and open_[mine].any():
            worth = np.where(open_[mine], typicality(x[mine], k), -np.inf)
            chosen.append(int(mine[worth.argmax()]))
    return np.array(chosen, dtype=np.int64)


def typicality(x: Matrix, k: int) -> Matrix:
    """Return one over the mean distance of each row to its k nearest others, (n,)."""
    if len(x) < 2:
        return np.ones(len(x), dtype=np.float32)
    k = min(k, len(x) - 1)
    apart = _apart(x, x)
    np.fill_diagonal(apart, 0)
    near = np.partition(apart, k, axis=1)[:, : k + 1]
    return np.asarray(1 / (near.sum(axis=1) / k + 1e-7), dtype=np.float32)


def uncertainty_herd(
    alike: Matrix, doubt: Matrix, answered: Rows, open_: NDArray[np.bool_], *, count: int
) -> Rows:
    """Return `count` open rows that together cover best what is in doubt.

    UHerding (Bae et al., arXiv 2412.20644): each takes the largest sum_j u_j max(0, k_ij - covered_j); with
    u = 1 it is MaxHerding (arXiv 2407.12212). alike: (n, n) kernel; doubt: (n,).
    """
    covered = alike[answered].max(axis=0) if len(answered) else np.zeros(len(alike), np.float32)
    rows = np.flatnonzero(open_)
    near, chosen = alike[rows], []
    left = np.ones(len(rows), dtype=bool)
    for _ in range(min(count, len(rows))):
        gain = np.where(left, np.maximum(near - covered, 0) @ doubt, -1)
        best = int(gain.argmax())
        left[best] = False
        chosen.append(rows[best])
        covered = np.maximum(covered, near[best])
    return np.array(chosen, dtype=np.int64)


def _apart(x: Matrix, z: Matrix) -> NDArray[np.float64]:
    """(n, m) Euclidean distances."""
    left, right = x.astype(np.float64), z.astype(np.float64)
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)))
