"""The side of a pose is read off the body, and turns round in a mirror."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.learning.bodies import mirrored, person
from yogalab import skeleton as body
from yogalab.poses.sides import clearer_side, rules, side_of
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import Landmarks, Matrix

POSES = {pose.slug: pose for pose in builtin_poses()}


def standing() -> Matrix:
    """A body upright: hips at the origin, y downward, left is at larger x."""
    world = np.zeros((33, 3), dtype=np.float32)
    for left, height in ((body.LEFT_SHOULDER, -0.5), (body.LEFT_KNEE, 0.45), (body.LEFT_ANKLE, 0.9)):
        world[left], world[left + 1] = (0.1, height, 0), (-0.1, height, 0)
    world[body.LEFT_HIP], world[body.RIGHT_HIP] = (0.1, 0, 0), (-0.1, 0, 0)
    world[body.NOSE] = (0, -0.7, 0)
    return world


def test_the_lifted_foot_is_the_side() -> None:
    world = standing()
    assert clearer_side(world, "lifted_foot") is None
    world[body.LEFT_ANKLE, 1] -= 0.3
    assert clearer_side(world, "lifted_foot") == "left"


def test_the_bent_knee_is_the_side() -> None:
    world = standing()
    # The right foot is drawn up to the left knee.
    world[body.RIGHT_KNEE], world[body.RIGHT_ANKLE] = (-0.4, 0.3, 0), (0.1, 0.45, 0)
    assert clearer_side(world, "bent_knee") == "right"
    assert clearer_side(world, "high_knee") == "right"


def test_the_lower_hand_and_the_nearer_foot_are_the_side() -> None:
    world = standing()
    world[body.LEFT_WRIST], world[body.RIGHT_WRIST] = (0.5, -0.6, 0), (-0.5, 0.6, 0)
    assert clearer_side(world, "low_hand") == "right"
    world[body.NOSE] = (0.6, 0.6, 0)
    assert clearer_side(world, "near_foot") == "left"


def test_a_body_without_any_figures_has_no_side() -> None:
    assert clearer_side(np.full((33, 3), np.nan), "bent_knee") is None


def test_every_rule_is_of_a_one_sided_pose() -> None:
    assert all(POSES[slug].sided for slug in rules())


@pytest.mark.parametrize("slug", ["tree", "warrior_2", "half_moon", "warrior_3", "triangle"])
def test_a_drawn_body_has_a_side_and_its_mirror_image_the_other(slug: str) -> None:
    seen = person(slug, 3, degrees=3.0)
    assert seen.landmarks is not None
    side, turned = side_of(POSES[slug], seen.landmarks), side_of(POSES[slug], _of(mirrored(seen).landmarks))
    assert {side, turned} == {"left", "right"}


def test_a_pose_of_two_sides_alike_has_none() -> None:
    seen = _of(person("tree", 0).landmarks)
    assert side_of(POSES["plank"], seen) is None
    assert side_of(replace(POSES["tree"], slug="my_tree"), seen) is None


def _of(landmarks: Landmarks | None) -> Landmarks:
    assert landmarks is not None
    return landmarks
