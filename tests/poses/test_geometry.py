"""Descriptors against bodies small enough to measure by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.bodies import mirrored, person
from yogalab.poses.geometry import DESCRIPTORS, angle, describe


def standing() -> np.ndarray:
    """Upright, facing the camera, arms hanging, trunk and each limb's halves half a metre, hips 0.2 apart."""
    world = np.zeros((33, 3), dtype=np.float32)
    for side, x in ((0, 0.1), (1, -0.1)):
        world[11 + side] = (x, -0.5, 0)
        world[13 + side] = (x, -0.25, 0)
        world[15 + side] = (x, 0, 0)
        world[23 + side] = (x, 0, 0)
        world[25 + side] = (x, 0.5, 0)
        world[27 + side] = (x, 1.0, 0)
    world[0] = (0, -0.75, 0)
    return world


def described(world: np.ndarray) -> dict[str, float]:
    return dict(zip(DESCRIPTORS, describe(world[None])[0].tolist(), strict=True))


def test_a_standing_body_measures_as_it_was_built() -> None:
    figures = described(standing())
    expected = {
        **dict.fromkeys(("trunk", "thigh_lo", "thigh_hi", "shin_hi", "arm_hi", "shd_hi", "split"), 0),
        **dict.fromkeys(("hip_lo", "knee_lo", "knee_hi", "elb_lo"), 180),
        "headhip": 1.5,
        "kneehip": -1,
        "ank_lo": -2,
        "wr_hi": 0,
        "wrsh_hi": -1,
        "feet": 0.4,
        "hands": 0.4,
        "handfoot": 2,
        "handfoot2": 2,
        "chest": 0,
    }
    for name, value in expected.items():
        assert figures[name] == pytest.approx(value, abs=0.05), name


def test_a_right_angle_at_one_knee_shows_in_the_smaller_side_only() -> None:
    world = standing()
    world[27] = (0.1, 0.5, 0.5)
    figures = described(world)
    assert figures["knee_lo"] == pytest.approx(90, abs=0.05)
    assert figures["knee_hi"] == pytest.approx(180, abs=0.05)


def test_a_body_on_its_back_has_its_chest_up_and_one_on_its_belly_down() -> None:
    lying = standing()[:, [0, 2, 1]] * np.array([1, 1, -1], dtype=np.float32)
    assert abs(described(lying)["chest"]) == pytest.approx(1)
    turned = lying * np.array([-1, -1, 1], dtype=np.float32)
    assert described(turned)["chest"] == pytest.approx(-described(lying)["chest"])
    # Facing the camera (towards -z), tipped backwards: the head goes away from the camera, the chest up.
    back = standing()
    back = np.stack([back[:, 0], -back[:, 2], -back[:, 1]], axis=1)
    assert described(back)["chest"] == pytest.approx(1)
    assert described(back)["trunk"] == pytest.approx(90)


def test_a_body_and_its_mirror_image_are_described_alike() -> None:
    one = person("warrior_2", 3)
    other = mirrored(one)
    assert one.landmarks is not None and other.landmarks is not None
    a, b = describe(one.landmarks.world[None]), describe(other.landmarks.world[None])
    np.testing.assert_allclose(a, b, atol=1e-3)


def test_size_and_place_do_not_matter_but_gravity_does() -> None:
    world = standing()
    # Not a multiple: the shift is of all landmarks alike, the size of all lengths.
    np.testing.assert_allclose(describe((3 * world + 1)[None]), describe(world[None]), atol=2e-2)
    on_its_head = world * np.array([-1, -1, 1], dtype=np.float32)
    assert described(on_its_head)["trunk"] == pytest.approx(180, abs=0.05)


def test_a_body_without_extent_is_described_in_finite_figures() -> None:
    assert np.isfinite(describe(np.zeros((2, 33, 3), dtype=np.float32))).all()


def test_vectors_without_length_are_at_right_angles() -> None:
    zero, down = np.zeros((1, 3), np.float32), np.array([[0, 1, 0]], np.float32)
    assert angle(zero, down)[0] == pytest.approx(90)
