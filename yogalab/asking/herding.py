"""Which photos to ask together: those whose labels would settle most of what is still unsure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix

# Of so many photos the best few are chosen one after another; the others stay far behind.
SHORTLIST: Final = 100
# Rows at a time, so that their squares stay in a core's cache.
_BLOCK: Final = 64
_NOTHING: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worth:
    """What a label on each photo would teach, (m,) each.

    reach: how much variance of all photos it takes away; gain: the same, each photo counted by its doubt.
    """

    reach: Matrix
    gain: Matrix


def worth(covariance: Matrix, doubt: Matrix, *, noise: float) -> Worth:
    """Return sum_j u_j C_ij^2 / (C_ii + noise) for each photo i, and the same with all u_j = 1.

    A label on i takes C_ij^2 / (C_ii + noise) off the variance at j (Cohn, Ghahramani and Jordan, Active
    learning with statistical models, JAIR 4, 1996, section 3); counting each j by the doubt about its answer is
    what uncertainty herding does for kernel coverage (Bae et al., arXiv 2412.20644).

    covariance: (m, m); doubt: (m,) 0 to 1.
    """
    weights = np.column_stack([np.ones_like(doubt), doubt]).astype(np.float32)
    taken = np.empty((len(covariance), 2), dtype=np.float32)
    for start in range(0, len(covariance), _BLOCK):
        part = covariance[start : start + _BLOCK]
        taken[start : start + _BLOCK] = (part * part) @ weights
    taken /= (np.diagonal(covariance) + np.float32(noise))[:, None]
    return Worth(reach=taken[:, 0], gain=taken[:, 1])


def herd(
    covariance: Matrix, doubt: Matrix, first: Worth, open_: NDArray[np.bool_], *, count: int, noise: float
) -> NDArray[np.int64]:
    """Return at most `count` open photos, each the best once those before it are answered.

    A variance does not depend on what the answer is, so no answer need be awaited: photos alike are not asked
    together. Ties go to the first. first: the `worth` of all; open_: (m,) which may be asked.
    """
    rows = np.flatnonzero(open_)
    rows = rows[np.argsort(-first.gain[rows], kind="stable")[:SHORTLIST]]
    left = covariance[rows]
    # The squares of what is all but nothing are denormal numbers: a hundred times slower to work with.
    left[np.abs(left) < _NOTHING] = 0
    doubts = doubt.astype(np.float32)
    alive = np.ones(len(rows), dtype=bool)
    chosen = []
    own = np.arange(len(rows))
    for _ in range(min(count, len(rows))):
        variance = left[own, rows] + np.float32(noise)
        # Not by BLAS: with a second thread it waits for the other core at every step.
        gain = np.where(alive, np.einsum("ij,ij,j->i", left, left, doubts) / variance, -np.inf)
        best = int(gain.argmax())
        chosen.append(rows[best])
        alive[best] = False
        left -= np.outer(left[:, rows[best]] / variance[best], left[best])
    return np.array(chosen, dtype=np.int64)
