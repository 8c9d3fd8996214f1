"""Many people in one pose: alike enough to be in it, different enough to learn from."""

from __future__ import annotations

import numpy as np

from yogalab import skeleton
from yogalab.poses.geometry import DESCRIPTORS, describe
from yogalab.poses.postures import postures
from yogalab.poses.variety import people


def test_people_differ_and_are_still_in_the_pose() -> None:
    seen = people(postures()["tree"], 60, np.random.default_rng(0))
    world = np.stack([one.world for one in seen])
    assert world.shape == (60, 33, 3)
    figures = describe(world)
    bent, straight = DESCRIPTORS.index("knee_lo"), DESCRIPTORS.index("knee_hi")
    assert np.median(figures[:, bent]) < 90 < 140 < np.median(figures[:, straight])
    assert figures[:, bent].std() > 5


def test_the_origin_lies_between_the_hips_and_the_photo_shows_the_same_body() -> None:
    for one in people(postures()["warrior_2"], 5, np.random.default_rng(1)):
        hips = one.world[[skeleton.LEFT_HIP, skeleton.RIGHT_HIP]]
        np.testing.assert_allclose(hips.mean(0), 0, atol=1e-6)
        along = [np.corrcoef(one.points[:, axis], one.world[:, axis])[0, 1] for axis in (0, 1)]
        assert min(along) > 0.9
        assert (one.visibility == 1).all()


def test_cameras_stand_anywhere_around_and_half_the_people_are_mirrored() -> None:
    seen = people(postures()["warrior_2"], 80, np.random.default_rng(2))
    # Warrior II looks along the left arm; from left shoulder to right, as the camera sees it.
    across = np.array([one.world[12] - one.world[11] for one in seen])
    heading = np.degrees(np.arctan2(across[:, 2], across[:, 0])) % 360
    assert (np.histogram(heading, bins=4, range=(0, 360))[0] > 5).all()
    knee = np.array([[_angle(one.world, k) for k in (0, 1)] for one in seen])
    assert 0.3 < (knee[:, 0] < knee[:, 1]).mean() < 0.7


def test_the_same_seed_draws_the_same_people() -> None:
    first, again = (people(postures()["boat"], 3, np.random.default_rng(5)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.world, other.world)


def _angle(world: np.ndarray, side: int) -> float:
    hip, knee, ankle = (world[at + side] for at in (23, 25, 27))
    up, down = hip - knee, ankle - knee
    return float(np.degrees(np.arccos(up @ down / np.linalg.norm(up) / np.linalg.norm(down))))
