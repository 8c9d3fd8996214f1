"""How alike two photos are: 1 for the same body, its mirror image included, near 0 for another pose."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.features import Layout, layout_of
from yogalab.learning.threads import one_thread

# Widths of the two bells. The skeleton's was chosen so that a typical pair of photos is e^-3.6 alike; results
# hardly move between half and double of it (models/LOG.md).
SKELETON: Final = 0.28
# Tip-Adapter's beta (arXiv 2111.03930) on 1 - cosine.
EMBEDDING: Final = 5.5
# The exponent where a photo shows nobody: exp of it is 0 in float32.
NOBODY: Final = -200.0
# Products are made in blocks of this many figures, which stay in a core's cache.
_BLOCK: Final = 1 << 17

Rows = NDArray[Any]


def kernel(x: Rows, z: Rows, *, embedding_share: float) -> Rows:
    """Return the likeness of rows to rows, (n, m) from (n, d) and (m, d) features.

    The mean of Gaussians to a body and to its mirror image, plus Tip-Adapter's kernel on embeddings, weighted
    by `embedding_share`. A part that a photo lacks contributes nothing.

    Made in the precision of the rows: in float32 the same pair differs by 5e-6 between batches of other sizes,
    in float64 it does not.
    """
    layout = layout_of(x.shape[1])
    with one_thread():
        alike = _bodies(x, z, layout)
        if layout.dim:
            alike *= 1 - embedding_share
            alike += x.dtype.type(embedding_share) * _pictures(x[:, layout.embedding], z[:, layout.embedding])
    return alike


def own(x: Rows, *, embedding_share: float) -> Rows:
    """Return the likeness of each row to itself, (n,): the diagonal of `kernel`. x: (n, d) features.

    Below 1 for a body that is not its own mirror image.
    """
    layout = layout_of(x.shape[1])
    odd = x[:, layout.odd]
    alike = 0.5 * (1 + np.exp(-4 * SKELETON * (odd * odd).sum(1))) * (x[:, 0] > 0)
    if layout.dim:
        seen = np.abs(x[:, layout.embedding]).max(1, initial=0) > 0
        alike = (1 - embedding_share) * alike + embedding_share * seen
    return np.asarray(alike, dtype=x.dtype)


def _pictures(a: Rows, b: Rows) -> Rows:
    """exp(-beta (1 - cosine)) of unit vectors, 0 where one is missing."""
    alike = np.exp(a.dtype.type(EMBEDDING) * (a @ b.T - 1))
    alike *= (np.abs(a).max(1, initial=0) > 0)[:, None]
    alike *= np.abs(b).max(1, initial=0) > 0
    return np.asarray(alike)


def _bodies(x: Rows, z: Rows, layout: Layout) -> Rows:
    """½(exp(-g |a - b|²) + exp(-g |a - mirrored b|²)), where mirroring negates the odd figures.

    With e and o the even and odd products, that is exp(2g e - g|a|² - g|b|²) · ½(exp(2g o) + exp(-2g o)).
    """
    double = x.dtype.type(2 * SKELETON)
    # Only one side is scaled: the other may be all photos of a lab, and stays where it is.
    right_even, right_odd = double * z[:, layout.even], double * z[:, layout.odd]
    left_length, right_length = _minus_length(x, layout), _minus_length(z, layout)
    alike = np.empty((len(x), len(z)), dtype=x.dtype)
    rows = max(1, _BLOCK // max(len(z), 1))
    for start in range(0, len(x), rows):
        some = slice(start, start + rows)
        part = np.matmul(x[some, layout.even], right_even.T, out=alike[some])
        part += left_length[some, None]
        part += right_length
        np.exp(part, out=part)
        turn = np.exp(x[some, layout.odd] @ right_odd.T)
        turn += 1 / turn
        part *= turn
    alike *= 0.5
    return alike


def _minus_length(x: Rows, layout: Layout) -> Rows:
    """-g |a|² of each row; so low where nobody was found that the likeness is 0."""
    body = x[:, 1 : layout.odd.stop]
    squares = np.einsum("ij,ij->i", body, body)
    return np.where(x[:, 0] > 0, -SKELETON * squares, NOBODY).astype(x.dtype)
