"""Photos to ask about, as places on a line: near means alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from yogalab.asking.queue import Photos, Queue
from yogalab.records import Asked, Matrix

POSES = np.array([11, 22, 33], dtype=np.int64)
NOWHERE = 0.0


def alike(a: Matrix, b: Matrix) -> Matrix:
    return np.exp(-((a - b.T) ** 2)).astype(np.float32)


def photos(
    lead: Sequence[float],
    *,
    places: Sequence[float] | None = None,
    groups: Sequence[int] | None = None,
    settled: Sequence[int] = (),
    taught: Sequence[int] | None = None,
    holdout: Sequence[int] = (),
    named: Sequence[int] = (),
) -> Photos:
    """lead: the first pose's probability of each photo; the second gets the rest. Ids are 100, 101, …

    places: where each lies, far apart by default; NOWHERE is a photo in which nothing was seen.
    """
    n = len(lead)
    p = np.zeros((n, 3), dtype=np.float32)
    p[:, 0], p[:, 1] = lead, 1 - np.array(lead)
    rows = np.arange(n)
    where = 10.0 * (rows + 1) if places is None else np.array(places, dtype=float)
    return Photos(
        ids=rows + 100,
        x=where[:, None].astype(np.float32),
        probabilities=p,
        pose_ids=POSES,
        groups=rows if groups is None else np.array(groups),
        settled=np.isin(rows, settled),
        taught=np.isin(rows, settled if taught is None else taught),
        holdout=np.isin(rows, holdout),
        named=np.isin(POSES, named),
    )


def queue(*, seed: int = 0, random_share: float = 0.12, sample: int = 1500) -> Queue:
    return Queue(alike, noise=0.1, seed=seed, random_share=random_share, sample=sample)


def ids(asked: Sequence[Asked]) -> list[int]:
    return [one.photo_id for one in asked]


def checks(asked: Sequence[Asked]) -> list[int]:
    return [one.photo_id for one in asked if one.reason == "ask.check"]
