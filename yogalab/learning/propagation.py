"""What a coach's unlabelled photos teach: bodies alike are most likely in the same pose.

Label spreading (Zhou et al., Learning with Local and Global Consistency, NeurIPS 2003) on the graph of nearest
neighbours, seeded with what the prior believes of each photo instead of labels. New photos are answered by one
step of the same rule, so that a published version needs no other photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from scipy import sparse

from yogalab.learning.features import informative, layout_of
from yogalab.learning.kernel import kernel, own
from yogalab.learning.nearness import likeness
from yogalab.records import Matrix

# Results hardly move between 5 and 20 neighbours, nor between .6 and .9 of a belief taken from them.
NEIGHBOURS: Final = 10
FROM_OTHERS: Final = 0.8
# Half of that when the likenesses of the neighbours sum up to this. Without it the few photos of a rare pose
# take the belief of whatever else there is (models/LOG.md).
ENOUGH: Final = 5.0
_STEPS: Final = 40
# Fewer photos are no crowd to learn from; of more, so many stand for all.
LEAST: Final = 100
MOST: Final = 3000
# Spread beliefs to this power, normalised, are as sure as they are right; less than this is no belief.
SHARPER: Final = 1.4
NOTHING: Final = 1e-3
# The photo itself, or one all but equal to it, is no neighbour.
SAME: Final = 1 - 1e-3
_BATCH: Final = 1024
# How much pictures count beside skeletons in telling which photos are alike.
PICTURES: Final = 0.5

# SciPy has no types.
Graph: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crowd:
    """Photos that stand for all of a lab's, and which of them are alike. Poses and labels have no part in it.

    x: (a, d) features; graph: (a, a) S, likenesses of neighbours over the roots of both degrees; root: (a,).
    """

    x: Matrix
    graph: Graph
    root: Matrix


def crowd_of(x: Matrix) -> Crowd | None:
    """Return what these photos have in common; None when they are too few. x: (n, d) features."""
    rows = np.flatnonzero(informative(x))
    if len(rows) < LEAST:
        return None
    rows = np.sort(np.random.default_rng(0).permutation(rows)[:MOST])
    chosen = np.ascontiguousarray(x[rows])
    mine = own(chosen, embedding_share=_share(chosen))
    alike = likeness(kernel(chosen, chosen, embedding_share=_share(chosen)), mine, mine)
    np.fill_diagonal(alike, 0)
    graph = _neighbours(alike)
    graph = graph.maximum(graph.T)
    root = np.sqrt(np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1e-9))
    return Crowd(x=chosen, graph=(sparse.diags(1 / root) @ graph @ sparse.diags(1 / root)).tocsr(), root=root)


def crowd_arrays(crowd: Crowd, beliefs: Matrix) -> dict[str, Matrix]:
    """Return what a head keeps of a crowd.

    anchors: (a, d) features; anchor_beliefs: (a, K) spread, over the root of the degree.

    beliefs: (a, K) the prior's probabilities.
    """
    spread = spreading(crowd.graph, beliefs, _from_others(crowd.root**2))
    return {
        "anchors": crowd.x,
        "anchor_beliefs": np.asarray(spread / crowd.root[:, None], dtype=np.float32),
    }


def spreading(graph: Graph, seeds: Matrix, share: Matrix) -> Matrix:
    """Return F of F = a S F + (1 - a) Y, (n, K), by iteration.

    graph: S (n, n); seeds: Y (n, K); share: a (n,), what each takes from others.
    """
    start, others = seeds.astype(np.float64), share[:, None]
    spread = start
    for _ in range(_STEPS):
        spread = others * (graph @ spread) + (1 - others) * start
    return np.asarray(spread, dtype=np.float32)


def reach(anchors: Matrix, x: Matrix) -> Graph:
    """Return how alike photos are to the anchors nearest to them, (n, a) sparse. x: (n, d) features.

    It depends on no pose: kept, it makes answers over other poses cheap.
    """
    share = _share(x)
    kept = own(anchors, embedding_share=share)
    parts = []
    for start in range(0, len(x), _BATCH):
        some = x[start : start + _BATCH]
        alike = kernel(some, anchors, embedding_share=share)
        mine = own(some, embedding_share=share)
        alike = likeness(alike, mine, kept)
        alike[alike >= SAME] = 0
        parts.append(_neighbours(alike))
    return sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, len(anchors)))


def extended(spread: Matrix, reach: Graph, beliefs: Matrix) -> Matrix:
    """Return the log-probabilities of photos under beliefs spread among the anchors, (n, K).

    spread: (a, K) `anchor_beliefs`; reach: (n, a); beliefs: (n, K) the prior's own probabilities, which are the
    answer where a photo is like no anchor.
    """
    degree = np.maximum(np.asarray(reach.sum(axis=1)).ravel(), 1e-9)
    near = _from_others(degree)[:, None]
    mixed = near * (reach @ spread) / np.sqrt(degree)[:, None] + (1 - near) * beliefs
    shares = mixed / np.maximum(mixed.sum(axis=1, keepdims=True), 1e-12)
    logs = SHARPER * np.log(shares + NOTHING)
    return np.asarray(logs - np.log(np.exp(logs).sum(axis=1, keepdims=True)), dtype=np.float32)


def _from_others(degree: Matrix) -> Matrix:
    """How much of a belief is taken from neighbours, (n,). degree: (n,) sums of their likenesses."""
    return FROM_OTHERS * degree / (degree + ENOUGH)


def _share(x: Matrix) -> float:
    return PICTURES if layout_of(x.shape[1]).dim else 0.0


def _neighbours(alike: Matrix) -> Graph:
    """(n, a) with the largest likenesses of each row only."""
    n, count = len(alike), min(NEIGHBOURS, alike.shape[1])
    nearest = np.argpartition(-alike, count - 1, axis=1)[:, :count]
    rows = np.repeat(np.arange(n), count)
    values = np.take_along_axis(alike, nearest, axis=1).ravel()
    return sparse.csr_matrix((values, (rows, nearest.ravel())), shape=alike.shape)
