"""The order in which photos are asked about, and the reason for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.strategies import margin, two_best
from yogalab.records import Asked, Matrix

RANDOM_SHARE: Final = 0.12
# Below this the best pose is hardly better than a guess: the photo is unlike what the model knows.
_STRANGE: Final = 0.35
# Above this lead a photo is asked only because all others were.
_CLEAR: Final = 0.9

Strategy = Callable[[Matrix], Matrix]


def rank(
    ids: NDArray[np.int64],
    probabilities: Matrix,
    *,
    pose_ids: NDArray[np.int64],
    groups: NDArray[np.int64],
    settled: NDArray[np.bool_],
    holdout: NDArray[np.bool_],
    seed: int,
    strategy: Strategy = margin,
    random_share: float = RANDOM_SHARE,
    limit: int = 500,
) -> tuple[Asked, ...]:
    """Return the photos to ask next, the first one first, at most `limit`.

    Photos for teaching come by `strategy`; about every eighth slot is a hold-out photo in random order, so that
    what versions are judged on was never chosen by what they know. Copies of a photo that was answered or is
    asked already come after all others, as do photos in which nothing was seen.

    ids: (n,) photo ids; probabilities: (n, K) calibrated, over `pose_ids` (K,); groups: (n,) equal for
    near-duplicates; settled, holdout: (n,).
    """
    open_ = ~settled
    chance = _chance(ids, seed)
    worth = strategy(probabilities) if len(ids) else np.zeros(0, np.float32)
    unseen = np.ptp(probabilities, axis=1) < 1e-6 if probabilities.size else np.zeros(len(ids), bool)
    known = np.isin(groups, groups[settled])
    teaching = _in_order(open_ & ~holdout, (ids, -worth, known, unseen), groups)
    checking = _in_order(open_ & holdout, (ids, chance, known), groups)
    order, is_check = _interleave(teaching, checking, random_share)
    order, is_check = order[:limit], is_check[:limit]
    reasons = _reasons(probabilities[order], pose_ids, unseen[order])
    return tuple(
        Asked(photo_id=photo_id, reason="ask.check")
        if check
        else Asked(photo_id=photo_id, reason=code, data=data)
        for photo_id, check, (code, data) in zip(ids[order].tolist(), is_check.tolist(), reasons, strict=True)
    )


def _reasons(
    probabilities: Matrix, pose_ids: NDArray[np.int64], unseen: NDArray[np.bool_]
) -> list[tuple[str, dict[str, object]]]:
    """A code and its blanks for each row; poses are given by id, their names are the page's."""
    if probabilities.shape[1] < 2:
        return [("ask.new", {})] * len(probabilities)
    rows = np.arange(len(probabilities))
    best, next_ = two_best(probabilities)
    first, second = probabilities[rows, best], probabilities[rows, next_]
    code = np.select(
        [unseen, first < _STRANGE, first - second > _CLEAR], ["unseen", "strange", "sure"], "unsure"
    )
    filled = zip(
        code.tolist(),
        pose_ids[best].tolist(),
        pose_ids[next_].tolist(),
        np.rint(100 * first).astype(int).tolist(),
        np.rint(100 * second).astype(int).tolist(),
        strict=True,
    )
    return [
        (f"ask.{kind}", {"first": a, "second": b, "first_percent": p, "second_percent": q})
        for kind, a, b, p, q in filled
    ]


def _in_order(
    rows: NDArray[np.bool_], keys: tuple[NDArray[np.generic], ...], groups: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Rows sorted by keys, the last key first; of near-duplicates the first stays, the others go to the end."""
    mine = np.flatnonzero(rows)
    mine = mine[np.lexsort(tuple(key[mine] for key in keys))]
    _, first = np.unique(groups[mine], return_index=True)
    copy = np.ones(len(mine), dtype=bool)
    copy[first] = False
    return np.concatenate([mine[~copy], mine[copy]])


def _interleave(
    teaching: NDArray[np.int64], checking: NDArray[np.int64], share: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Put one check after every (1 - share) / share photos for teaching; what is left over follows."""
    if share <= 0:
        checking = checking[:0]
    every = (1 - share) / share if share > 0 else np.inf
    place = np.concatenate([np.arange(len(teaching)), every * (np.arange(len(checking)) + 1) - 0.5])
    rows = np.concatenate([teaching, checking])
    is_check = np.arange(len(rows)) >= len(teaching)
    order = np.argsort(place, kind="stable")
    return rows[order].astype(np.int64), is_check[order]


def _chance(ids: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """A fixed random number for each photo (splitmix64): the order of checks stays as labels come in."""
    with np.errstate(over="ignore"):
        z = ids.astype(np.uint64) + np.uint64(seed % 2**63) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))
