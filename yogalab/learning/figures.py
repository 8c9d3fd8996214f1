"""What a card draws of a judging: what was taken for what, how sure against how right, photo by photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.calibration import BINS
from yogalab.learning.evaluation import columns_of
from yogalab.records import Matrix, PoseRef

# A card is read, not searched: more pairs say little more.
_MOST_PAIRS: Final = 400


def figures(
    mine: Matrix, theirs: Matrix, y: NDArray[np.int64], poses: Sequence[PoseRef]
) -> dict[str, dict[str, Any]]:
    """Return what JSON can hold of a candidate's answers beside those of the version before.

    confusion: `slugs` that were shown or named, and `counts` of [shown, named, photos] by their places;
    reliability: bins of equal mass as in `calibration.ece`: how many `photos`, how `sure`, how often `right`;
    paired: on the same photos, `n`, how many only the new one has right (`gained`), only the old one (`lost`),
    and the same `poses` by pose, [slug, n, gained, lost].

    mine, theirs: (n, K) out-of-sample probabilities over `poses`; y: (n,) pose ids.
    """
    columns = columns_of(y, poses)
    best, before = _best(mine), _best(theirs)
    return {
        "confusion": _confusion(best, columns, poses),
        "reliability": _reliability(mine, best == columns),
        "paired": _paired(best == columns, before == columns, columns, poses),
    }


def _best(probabilities: Matrix) -> NDArray[np.int64]:
    return probabilities.argmax(axis=1) if len(probabilities) else np.zeros(0, dtype=np.int64)


def _confusion(best: NDArray[np.int64], columns: NDArray[np.int64], poses: Sequence[PoseRef]) -> dict[str, Any]:
    known = columns >= 0
    pairs, photos = np.unique(np.stack([columns[known], best[known]], axis=1), axis=0, return_counts=True)
    kept = np.sort(np.argsort(-photos, kind="stable")[:_MOST_PAIRS])
    pairs, photos = pairs[kept], photos[kept]
    seen = np.unique(pairs)
    place = {int(column): place for place, column in enumerate(seen)}
    return {
        "slugs": [poses[int(column)].slug for column in seen],
        "counts": [
            [place[int(shown)], place[int(named)], int(count)]
            for (shown, named), count in zip(pairs, photos, strict=True)
        ],
    }


def _reliability(probabilities: Matrix, right: NDArray[np.bool_]) -> dict[str, Any]:
    if not len(right):
        return {"photos": [], "sure": [], "right": []}
    sure = probabilities.max(axis=1)
    parts = np.array_split(np.argsort(sure, kind="stable"), min(BINS, len(right)))
    return {
        "photos": [len(part) for part in parts],
        "sure": [round(float(sure[part].mean()), 4) for part in parts],
        "right": [round(float(right[part].mean()), 4) for part in parts],
    }


def _paired(
    right: NDArray[np.bool_],
    was_right: NDArray[np.bool_],
    columns: NDArray[np.int64],
    poses: Sequence[PoseRef],
) -> dict[str, Any]:
    gained, lost = right & ~was_right, was_right & ~right
    rows = [
        [
            poses[int(column)].slug,
            *(int((columns == column)[some].sum()) for some in (slice(None), gained, lost)),
        ]
        for column in np.unique(columns[columns >= 0])
    ]
    return {"n": len(columns), "gained": int(gained.sum()), "lost": int(lost.sum()), "poses": rows}
