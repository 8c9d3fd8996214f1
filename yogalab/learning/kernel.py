"""How alike two photos are: 1 for the same body, its mirror image included, near 0 for another pose."""

from __future__ import annotations

from typing import Final

import numpy as np

from yogalab.learning.features import layout_of
from yogalab.records import Matrix

# Widths of the two bells. The skeleton's was chosen so that a typical pair of photos is e^-3.6 alike; results
# hardly move between half and double of it (models/LOG.md).
_SKELETON: Final = 0.28
# Tip-Adapter's beta (arXiv 2111.03930) on 1 - cosine.
_EMBEDDING: Final = 5.5


def kernel(x: Matrix, z: Matrix, *, embedding_share: float) -> Matrix:
    """Return the likeness of rows to rows, (n, m) from (n, d) and (m, d) features.

    The mean of Gaussians to a body and to its mirror image, plus Tip-Adapter's kernel on embeddings, weighted
    by `embedding_share`. A part that a photo lacks contributes nothing.
    """
    layout = layout_of(x.shape[1])
    alike = _bodies(x[:, layout.even], x[:, layout.odd], z[:, layout.even], z[:, layout.odd])
    alike *= x[:, :1] * z[:, 0]
    if layout.dim == 0:
        return alike
    a, b = x[:, layout.embedding], z[:, layout.embedding]
    alike *= 1 - embedding_share
    seen = (np.abs(a).max(1, initial=0) > 0)[:, None] & (np.abs(b).max(1, initial=0) > 0)
    alike += np.where(seen, embedding_share * np.exp(_EMBEDDING * (a @ b.T - 1)), 0).astype(np.float32)
    return alike


def _bodies(even: Matrix, odd: Matrix, even2: Matrix, odd2: Matrix) -> Matrix:
    """½(exp(-g |a - b|²) + exp(-g |a - mirrored b|²)), where mirroring negates `odd`."""
    lengths = (even * even).sum(1) + (odd * odd).sum(1)
    lengths2 = (even2 * even2).sum(1) + (odd2 * odd2).sum(1)
    same = even @ even2.T
    same *= 2
    same -= lengths[:, None]
    same -= lengths2
    turned = odd @ odd2.T
    turned *= 2
    same *= np.float32(_SKELETON)
    turned *= np.float32(_SKELETON)
    alike = np.exp(same + turned)
    alike += np.exp(same - turned)
    alike *= 0.5
    return np.asarray(alike, dtype=np.float32)
