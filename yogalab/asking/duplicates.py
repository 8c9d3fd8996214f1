"""Photos of the same moment: copies, resized, compressed anew, mirrored, or the next frame of a series.

A skeleton cannot see pixels and a hash cannot see a body, so both must agree: skeletons alone chain people
in the same pose together, hashes alone studios with the same backdrop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from yogalab import skeleton as body
from yogalab.records import Matrix

# Root mean square distance of landmarks in lengths of the figure. At 0.03 clusters of different people chain.
SAME_BODY: Final = 0.02
# Differing bits of 64 in the difference hash; unrelated photos differ in about half.
SAME_PICTURE: Final = 12
# Without a body to confirm, only a picture that is all but equal.
SAME_PICTURE_ALONE: Final = 3

_ONES = np.array([bin(value).count("1") for value in range(1 << 16)], dtype=np.uint8)


def is_sibling(
    image_hash: int,
    skeleton: Matrix | None,
    hashes: NDArray[np.uint64],
    skeletons: Sequence[Matrix | None],
) -> NDArray[np.bool_]:
    """Return which known photos show the same moment as a new one, (n,).

    image_hash: 64-bit difference hash; skeleton: (33, 4) landmarks, None where nobody was found;
    hashes: (n,); skeletons: n of them.
    """
    out = np.zeros(len(hashes), dtype=bool)
    if len(hashes) == 0:
        return out
    own = np.uint64(image_hash)
    bits = _bits_apart(own, hashes)
    turned = _bits_apart(mirrored_hash(own), hashes)
    for row in np.flatnonzero(np.minimum(bits, turned) <= SAME_PICTURE):
        other = skeletons[int(row)]
        out[row] = (bits[row] <= SAME_PICTURE and _same_body(skeleton, other, bits[row])) or (
            turned[row] <= SAME_PICTURE and _same_body(_mirrored(skeleton), other, turned[row])
        )
    return out


def group(hashes: NDArray[np.uint64], skeletons: Sequence[Matrix | None]) -> NDArray[np.int64]:
    """Return a group number per photo, (n,): photos linked directly or through others share one."""
    rows, columns = [], []
    for row in range(len(hashes)):
        twins = np.flatnonzero(is_sibling(int(hashes[row]), skeletons[row], hashes[:row], skeletons[:row]))
        rows.append(np.full(len(twins), row))
        columns.append(twins)
    i = np.concatenate(rows) if rows else np.zeros(0, int)
    j = np.concatenate(columns) if columns else np.zeros(0, int)
    links = coo_matrix((np.ones(len(i)), (i, j)), shape=(len(hashes), len(hashes)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def mirrored_hash(image_hash: np.uint64) -> np.uint64:
    """Return the difference hash of the mirror image: each row turned round, and darker-than-next negated."""
    bits = np.unpackbits(np.array([image_hash], dtype=">u8").view(np.uint8)).reshape(8, 8)
    return np.uint64(np.packbits(1 - bits[:, ::-1]).view(">u8")[0])


def _bits_apart(image_hash: np.uint64, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    words = (hashes ^ image_hash).view(np.uint16).reshape(len(hashes), 4)
    return np.asarray(_ONES[words].sum(axis=1, dtype=np.int64))


def _same_body(skeleton: Matrix | None, other: Matrix | None, bits: int) -> bool:
    if skeleton is None or other is None:
        return skeleton is other and bits <= SAME_PICTURE_ALONE
    apart = _sized(skeleton) - _sized(other)
    return bool(np.sqrt((apart * apart).sum(axis=1).mean()) < SAME_BODY)


def _sized(skeleton: Matrix) -> Matrix:
    """(33, 2) from the hips, in lengths of the figure."""
    xy = skeleton[:, :2] - skeleton[[body.LEFT_HIP, body.RIGHT_HIP], :2].mean(axis=0)
    return np.asarray(xy / max(float(np.linalg.norm(xy, axis=1).max()), 1e-6))


def _mirrored(skeleton: Matrix | None) -> Matrix | None:
    if skeleton is None:
        return None
    turned = skeleton[list(body.MIRROR)].copy()
    turned[:, 0] = 1 - turned[:, 0]
    return turned
