"""Made-up photos by the thousand: skeletons of drawn people, each moved a little, no picture behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from yogalab.errors import UnreadablePhoto
from yogalab.lab.parts import Parts
from yogalab.poses import body
from yogalab.poses.figures import figure
from yogalab.poses.postures import postures
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import CanonicalPhoto, Consent, Landmarks, NewPhoto, Pose

OnStep = Callable[[int, int], None]
BATCH = 2000
PEOPLE_A_POSE = 4
# In widths of the photo: about what a pose model errs by.
SHAKE = 0.015
DEGREES = 10.0
TURN = 25.0
# How much of the room a photo shows.
METRES = 2.5


def add_crowd(parts: Parts, count: int, *, seed: int, on_step: OnStep = lambda done, total: None) -> list[str]:
    """Keep so many photos with skeletons and without files; return the slug each was drawn in, in order."""
    rng = np.random.default_rng(seed)
    people = _people(rng)
    photos = _photos(parts.landmarker.name, people, count, rng)
    done = 0
    while batch := list(islice(photos, BATCH)):
        parts.store.add_photos(batch)
        done += len(batch)
        on_step(done, count)
    return [people[number % len(people)][0] for number in range(count)]


def _photos(
    pose_model: str, people: Sequence[tuple[str, Landmarks]], count: int, rng: np.random.Generator
) -> Iterator[NewPhoto]:
    for number in range(count):
        _, person = people[number % len(people)]
        digest = hashlib.sha256(f"crowd:{number}".encode()).hexdigest()
        photo = CanonicalPhoto(
            name=f"crowd_{number:05d}.jpg",
            source_sha256=digest,
            sha256=digest,
            data=b"",
            width=640,
            height=max(1, round(640 / person.aspect)),
            decode=_no_picture,
        )
        yield NewPhoto(
            photo=photo,
            key=f"{digest[:2]}/{digest}.jpg",
            who="bench",
            source="bench",
            consent=Consent.DRAWN,
            pose_model=pose_model,
            people=(_shaken(person, rng),),
            image_hash=int(rng.integers(2**63)),
        )


def drawable() -> list[Pose]:
    """Return the poses of which there can be made-up photos."""
    return [pose for pose in builtin_poses() if pose.template and figure(pose) is not None]


def _people(rng: np.random.Generator) -> list[tuple[str, Landmarks]]:
    """Poses' slugs and somebody in each; every pose comes once before any comes again."""
    return [(pose.slug, _somebody(pose.slug, rng)) for _ in range(PEOPLE_A_POSE) for pose in drawable()]


def _somebody(slug: str, rng: np.random.Generator) -> Landmarks:
    """A body of its own, a little off the pose, seen from not quite the side."""
    loose = body.loosened(postures()[slug], rng, DEGREES)
    posture = replace(loose, turn=loose.turn + rng.uniform(-TURN, TURN))
    world = body.world(body.joints(posture, body.varied(body.Build(), rng))).astype(np.float32)
    points = np.ones((33, 4), dtype=np.float32)
    points[:, :3] = world / METRES
    points[:, :2] += 0.5
    return Landmarks(points=points, world=world, aspect=1.0, found_by="made-up")


def _shaken(person: Landmarks, rng: np.random.Generator) -> Landmarks:
    points, world = person.points.copy(), person.world.copy()
    points[:, :3] += rng.normal(0, SHAKE, (33, 3)).astype(np.float32)
    world += rng.normal(0, SHAKE, (33, 3)).astype(np.float32)
    return Landmarks(points=points, world=world, aspect=person.aspect, found_by=person.found_by)


def _no_picture(data: bytes) -> NDArray[np.uint8]:
    raise UnreadablePhoto(name="crowd")
