"""A small data set with embeddings: bodies, and vectors in which poses differ as much as a test wants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.bench.bodies import drawn_bodies
from yogalab.bench.collection import Collection, of_sights
from yogalab.bench.embeddings import Embeddings

DIM = 8


def embedded_bodies(
    each: int = 12, *, noise: float = 0.3, seed: int = 0, nobody: tuple[int, ...] = ()
) -> Collection:
    """Three poses with a split: two photos in three train, the others test.

    An encoder sees each pose as a direction of its own, strayed from by `noise`; texts lie on the directions.
    nobody: rows in which no person is found.
    """
    bench = drawn_bodies(each)
    seen = bench.sights
    hidden = np.isin(np.arange(len(bench.y)), nobody)
    sights = replace(seen, found=seen.found & ~hidden, trust=np.where(hidden, 0, seen.trust).astype(np.float32))
    split = [("train", "train", "test")[row % 3] for row in range(len(bench.y))]
    photos = [replace(photo, split=part) for photo, part in zip(bench.photos, split, strict=True)]
    return of_sights(photos, sights, "drawn/1").seen_by(vectors_of(bench, noise=noise, seed=seed))


def vectors_of(bench: Collection, *, noise: float, seed: int) -> Embeddings:
    """Return what an encoder sees that strays by `noise` from each pose's own direction."""
    rng = np.random.default_rng(seed)
    directions = unit(rng.normal(size=(len(bench.poses), DIM)))
    photos = unit(directions[bench.y] + noise * rng.normal(size=(len(bench.y), DIM)))
    return Embeddings(encoder=f"made-up/{seed}", photos=photos, texts=directions)


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
