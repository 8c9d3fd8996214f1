"""Bodies in poses, drawn from postures: skeletons as BlazePose would find them, without photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from yogalab import skeleton
from yogalab.learning.features import features
from yogalab.poses import body
from yogalab.poses.postures import postures
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import Encodings, Landmarks, Matrix, Pose, TrainingSet

POSES = {pose.slug: pose for pose in builtin_poses() if pose.template}
NOBODY = Encodings()


def person(slug: str, seed: int, *, degrees: float = 10.0) -> Encodings:
    """Somebody in a pose, off by about `degrees`; the same seed is the same person."""
    rng = np.random.default_rng([seed, POSES[slug].id])
    posture = body.loosened(postures()[slug], rng, degrees)
    posture = replace(posture, turn=posture.turn + rng.uniform(-25, 25))
    world = body.world(body.joints(posture, body.varied(body.Build(), rng)))
    return Encodings(landmarks=seen(world))


def seen(world: Matrix) -> Landmarks:
    """A body's landmarks in a square photo. world: (33, 3)."""
    points = np.ones((33, 4), dtype=np.float32)
    points[:, :3] = world / 2.5
    points[:, :2] += 0.5
    return Landmarks(points=points, world=world.astype(np.float32), aspect=1.0)


def mirrored(encodings: Encodings) -> Encodings:
    """The same body in a mirror."""
    before = encodings.landmarks
    assert before is not None
    mirror = list(skeleton.MIRROR)
    points, world = before.points[mirror].copy(), before.world[mirror].copy()
    points[:, 0] = 1 - points[:, 0]
    world[:, 0] *= -1
    return Encodings(landmarks=replace(before, points=points, world=world))


def photos(slugs: Sequence[str], each: int, *, first: int = 0, degrees: float = 10.0) -> TrainingSet:
    """`each` photos of every pose, labelled rightly; ids and groups start at `first`."""
    people = [person(slug, first + k, degrees=degrees) for slug in slugs for k in range(each)]
    ids = np.arange(first, first + len(people), dtype=np.int64)
    return TrainingSet(
        x=features(people, dim=0),
        y=np.array([POSES[slug].id for slug in slugs for _ in range(each)], dtype=np.int64),
        photo_ids=ids,
        groups=ids,
    )


def some(poses: Sequence[str]) -> list[Pose]:
    return [POSES[slug] for slug in poses]


def bare(pose: Pose) -> Pose:
    """The pose without its template, as one a coach made up."""
    return replace(pose, template={})
