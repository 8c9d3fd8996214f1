"""A small data set as the bench sees it: bodies without pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.learning.bodies import person
from yogalab.bench.collection import Collection, of_sights
from yogalab.bench.dataset import Sample
from yogalab.bench.sights import Sights

SLUGS = ("tree", "boat", "cobra")


def drawn_bodies(each: int = 6) -> Collection:
    """Bodies of three poses, some joints better seen than others."""
    rng = np.random.default_rng(0)
    people = [person(slug, seed).landmarks for slug in SLUGS for seed in range(each)]
    found = [one for one in people if one is not None]
    points = np.stack([one.points for one in found])
    points[:, :, 3] = rng.random(points.shape[:2])
    sights = Sights(
        points=points,
        world=np.stack([one.world for one in found]),
        aspect=np.ones(len(found), np.float32),
        found=np.ones(len(found), dtype=bool),
        trust=np.ones(len(found), np.float32),
        # Photos far from each other: no near-duplicates among them.
        hashes=rng.integers(2**63, size=len(found), dtype=np.uint64),
    )
    samples = [Sample(path=Path(f"{slug}_{k}.png"), pose=slug) for slug in SLUGS for k in range(each)]
    return of_sights(samples, sights, "drawn/1")
