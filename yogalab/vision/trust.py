"""Which of the bodies seen are people, and how likely each skeleton is right.

BlazePose also finds bodies in noise and foliage: a box, and in it a skeleton that one look sees and the next
does not. Constants are from 5,458 photos of 25 poses and 2,000 drawn pictures without people (models/LOG.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from yogalab.records import FAINT, Landmarks, Matrix
from yogalab.skeleton import LEFT_HIP, LEFT_SHOULDER, RIGHT_HIP, RIGHT_SHOULDER
from yogalab.vision.fusion import Body
from yogalab.vision.passes import CLOSE, LOOKS, Sighting
from yogalab.vision.people import distances, overlap

MOST_PEOPLE: Final = 5
# Nine photos in ten hold somebody who is sure, and none of 2,000 pictures does.
_SURE_LOOKS: Final = 4
_SURE: Final = 8.0
# With the sure ones, people are found in 95.3 % of the photos, and phantoms in 11 of 2,000 pictures.
_CREDIBLE: Final = 3.2
# What is not credible is likelier wrong than right, however many looks agree: 37 % are right.
_FAINTEST: Final = 0.45
# Two readings of one body fill the same box, and come from different looks.
_SAME_PLACE: Final = 0.3
_SIDE_BY_SIDE: Final = 4

Confirm = Callable[[Body], Sequence[Sighting]]


def people(bodies: Sequence[Body], aspect: float, confirm: Confirm) -> tuple[Landmarks, ...]:
    """Return who is there, the heaviest first and at most five; else the faint one; else nobody.

    Another reading of somebody's body is nobody else. bodies: as `fusion.bodies` returns them; aspect: width /
    height of the photo; confirm: takes close-ups of a body, wanted only where the heaviest is in doubt.
    """
    if not bodies:
        return ()
    found: list[Body] = []
    for body in bodies:
        doubtful = not sure(body)
        if doubtful and not (body is bodies[0] and credible(body, confirm(body), aspect)):
            continue
        if all(_two(body, other) for other in found):
            found.append(body)
    if not found:
        faint = _landmarks(bodies[0], aspect, FAINT, 0)
        return (replace(faint, trust=min(faint.trust, _FAINTEST)),)
    return tuple(_landmarks(body, aspect, body.found_by, k) for k, body in enumerate(found[:MOST_PEOPLE]))


def sure(body: Body) -> bool:
    """Return whether so many looks agree, and so clearly, that it can be no phantom."""
    return body.looks >= _SURE_LOOKS and 4.0 * body.looks / len(LOOKS) + body.clarity >= _SURE


def credible(body: Body, close: Sequence[Sighting], aspect: float) -> bool:
    """Return whether a doubtful body is somebody.

    2.5 · looks/7 + clarity (at most 8) - 2 · depth + 3 · hips/trunk - 3 · distance in close-ups, at least 3.2.
    Phantoms change when the photo is turned, framed or mirrored, and are elsewhere or gone in a close-up; and
    they are deep and narrow. depth: of the body in metres. Fitted by logistic regression on the doubtful bodies
    of the photos and of 2,000 pictures.
    """
    score = (
        2.5 * body.looks / len(LOOKS)
        + min(body.clarity, 8.0)
        - 2.0 * float(np.ptp(body.world[:, 2]))
        + 3.0 * _hips_to_trunk(body.world)
        - 3.0 * _distance(body, close, aspect)
    )
    return score >= _CREDIBLE


def trust(body: Body) -> float:
    """Return how likely the skeleton is right: logistic(2.5 · looks/7 + 2.3 · share + 0.7 · clarity - 6.1).

    Clarity counts up to 6. Fitted on whether kernel ridge, taught twenty labels a pose, names the pose of a
    photo that it was not taught; cross-validated by groups of near-duplicates, what it says is off by 1.7
    points on average (models/LOG.md).
    """
    odds = 2.5 * body.looks / len(LOOKS) + 2.3 * body.share + 0.7 * min(body.clarity, 6.0) - 6.1
    return float(1 / (1 + np.exp(-odds)))


def _two(a: Body, b: Body) -> bool:
    """Whether these are two people: in different places, or seen side by side by four looks at the least."""
    together = a.looks + b.looks - len(LOOKS)
    return together >= _SIDE_BY_SIDE or overlap(a.points, b.points) < _SAME_PLACE


def _distance(body: Body, close: Sequence[Sighting], aspect: float) -> float:
    """How far the nearest body is in close-ups, their mean, in sizes of the body; 1 where none is nearer."""
    nearest = dict.fromkeys(CLOSE, 1.0)
    for one in close:
        apart = float(distances(np.stack([body.points, one.points]), aspect)[0, 1])
        nearest[one.look] = min(nearest[one.look], apart)
    return sum(nearest.values()) / len(nearest)


def _hips_to_trunk(world: Matrix) -> float:
    """The distance of the hips over the length of the trunk, both in metres; a person's is about a third."""
    hips, shoulders = world[[LEFT_HIP, RIGHT_HIP]], world[[LEFT_SHOULDER, RIGHT_SHOULDER]]
    trunk = float(np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0)))
    return float(np.linalg.norm(hips[0] - hips[1])) / max(trunk, 0.05)


def _landmarks(body: Body, aspect: float, found_by: str, person: int) -> Landmarks:
    return Landmarks(
        points=body.points,
        world=body.world,
        aspect=aspect,
        found_by=found_by,
        person=person,
        trust=trust(body),
    )
