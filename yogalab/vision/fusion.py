"""Many sightings of one photo become few bodies: those that agree are joined, the heaviest group first.

Looking again and averaging is test-time augmentation, which pose estimators do with the mirrored photo (Newell
et al., Stacked Hourglass Networks, arXiv 1603.06937). Here looks may disagree about what is head and what is
feet, and a mean of two readings is no body: so they vote before they are averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix
from yogalab.vision.passes import Sighting
from yogalab.vision.people import clarity, distances, prominence

# Sightings nearer than this, in sizes of the body, are one reading of one body.
_SAME: Final = 0.2
# Clarity beyond this says nothing more.
_CLEAREST: Final = 6.0
_CLARITY: Final = 0.5
_PROMINENCE: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """One reading of one body, joined from the sightings that agree.

    points: (33, 4); world: (33, 3), as in Landmarks.
    weight: the sum of its sightings' weights; share: that in shares of all sightings in the photo.
    looks: how many looks saw it so. clarity: of the clearest sighting, whose look is `found_by`.
    """

    points: Matrix
    world: Matrix
    weight: float
    share: float
    looks: int
    clarity: float
    found_by: str


def weight(points: Matrix, aspect: float) -> float:
    """Return what a sighting's voice counts: exp(0.5 · clarity, at most 6, + 4 · prominence).

    points: (33, 4) as in Landmarks; aspect: width / height of the photo.
    """
    clear = min(clarity(points), _CLEAREST)
    return float(np.exp(_CLARITY * clear + _PROMINENCE * prominence(points, aspect)))


def bodies(sightings: Sequence[Sighting], aspect: float) -> list[Body]:
    """Return the readings that the sightings amount to, the heaviest first.

    The sighting with most weight nearby, its own included, is joined with those nearby; so on with the rest.
    aspect: width / height of the photo.
    """
    if not sightings:
        return []
    weights = np.array([weight(one.points, aspect) for one in sightings])
    near = distances(np.stack([one.points for one in sightings]), aspect) < _SAME
    left = np.ones(len(sightings), bool)
    groups: list[NDArray[np.int64]] = []
    while left.any():
        votes = np.where(left, (near & left) @ weights, -np.inf)
        group = np.flatnonzero(near[votes.argmax()] & left)
        groups.append(group)
        left[group] = False
    total = float(weights.sum())
    joined = [fused([sightings[k] for k in group], weights[group], total) for group in groups]
    return sorted(joined, key=lambda body: -body.weight)


def fused(sightings: Sequence[Sighting], weights: NDArray[np.float64], total: float) -> Body:
    """Return one body from sightings of it: each landmark where those are that see it, by weight.

    Where none sees a landmark, which is never quite so, the weights alone count.
    weights: (n,), one a sighting; total: of all sightings in the photo.
    """
    points = np.stack([one.points for one in sightings]).astype(np.float64)
    worlds = np.stack([one.world for one in sightings]).astype(np.float64)
    shares = weights / weights.sum()
    voices = shares[:, None] * np.maximum(points[:, :, 3], 1e-9)
    voices = (voices / voices.sum(axis=0))[:, :, None]
    place = (points[:, :, :3] * voices).sum(axis=0)
    visibility = shares @ points[:, :, 3]
    clear = [clarity(one.points) for one in sightings]
    best = int(np.argmax(clear))
    return Body(
        points=np.column_stack([place, visibility]).astype(np.float32),
        world=(worlds * voices).sum(axis=0).astype(np.float32),
        weight=float(weights.sum()),
        share=float(weights.sum()) / total,
        looks=len({one.look for one in sightings}),
        clarity=clear[best],
        found_by=sightings[best].look,
    )
