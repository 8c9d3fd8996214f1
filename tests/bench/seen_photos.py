"""A small data set with embeddings: bodies, and vectors in which poses differ as much as a test wants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.bench.bodies import drawn_bodies
from yogalab.bench.collection import Collection
from yogalab.bench.embeddings import Embeddings

DIM = 8


def embedded_bodies(each: int = 12, *, noise: float = 0.3, seed: int = 0) -> Collection:
    """Three poses with a split: two photos in three train, the others test.

    An encoder sees each pose as a direction of its own, strayed from by `noise`; texts lie on the directions.
    """
    bench = drawn_bodies(each)
    rng = np.random.default_rng(seed)
    directions = unit(rng.normal(size=(len(bench.poses), DIM)))
    photos = unit(directions[bench.y] + noise * rng.normal(size=(len(bench.y), DIM)) / DIM**0.5)
    split = np.where(np.arange(len(bench.y)) % 3 < 2, "train", "test")
    seen = Embeddings(encoder="made-up/1", photos=photos, texts=directions)
    return replace(bench, split=split).seen_by(seen)


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
