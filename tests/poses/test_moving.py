"""Clips of a drawn person: who is in them, where, and when."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import POSES
from yogalab.poses.moving import Clip


def clip(seed: int = 0, **more: float) -> Clip:
    poses = [POSES["mountain"], POSES["tree"], POSES["warrior_2"]]
    return Clip(poses, np.random.default_rng(seed), **{"hold": 1.0, "way": 0.5, "per_second": 10.0, **more})


def test_each_pose_is_held_and_then_left_for_the_next() -> None:
    slugs = [slug for _, slug in clip().skeletons()]
    assert len(slugs) == len(clip()) == 40
    assert slugs[:10] == ["mountain"] * 10 and slugs[15:25] == ["tree"] * 10 and slugs[31:] == ["warrior_2"] * 9
    assert slugs.count(None) == 8


def test_everything_is_in_the_picture_and_the_floor_stays_where_it_is() -> None:
    points = np.stack([person.points[:, :2] for person, _ in clip().skeletons()])
    assert points.min() > 0 and points.max() < 1
    lowest = points[:, :, 1].max(axis=1)
    assert np.ptp(lowest) < 0.01


def test_the_body_moves_a_little_from_picture_to_picture_and_never_jumps() -> None:
    worlds = np.stack([person.world for person, _ in clip(per_second=30.0).skeletons()])
    steps = np.linalg.norm(np.diff(worlds, axis=0), axis=-1).max(axis=1)
    assert steps.max() < 0.2
    # Nobody stands like a statue.
    assert np.median(steps) > 1e-5


def test_equal_generators_give_equal_clips_and_pictures_fit_their_skeletons() -> None:
    one, other = (next(iter(clip(4, hold=0.2))) for _ in range(2))
    np.testing.assert_array_equal(one.pixels, other.pixels)
    assert one.pixels.shape == (480, 640, 3) and one.landmarks.aspect == pytest.approx(4 / 3)
    # Where the middle of the trunk is drawn, it is no wall.
    x, y = one.landmarks.points[[11, 12, 23, 24], :2].mean(axis=0) * (640, 480)
    wall = one.pixels[5, 320].astype(int)
    assert np.abs(one.pixels[int(y), int(x)].astype(int) - wall).sum() > 30


def test_a_pose_without_a_figure_is_named() -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="quark"):
        Clip([replace(POSES["tree"], slug="quark")], np.random.default_rng(0))
