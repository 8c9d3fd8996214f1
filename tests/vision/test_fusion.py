"""Seven looks become few bodies."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vision.sightings import sighting, someone
from yogalab.vision.fusion import bodies, fused, weight
from yogalab.vision.people import clarity, prominence


def test_three_sightings_are_fused_by_weight_and_by_visibility() -> None:
    seen = [np.full((33, 4), value, np.float32) for value in (0.1, 0.2, 0.6)]
    for points, visibility in zip(seen, (0.9, 0.3, 0.6), strict=True):
        points[:, 3] = visibility
    metres = [np.full((33, 3), value, np.float32) for value in (1.0, 2.0, 6.0)]
    given = [sighting(look, points, m) for look, points, m in zip("abc", seen, metres, strict=True)]
    one = fused(given, np.array([1.0, 3.0, 1.0]), 10.0)
    # Voices 1·0.9, 3·0.3 and 1·0.6 of 2.4: (0.1·0.9 + 0.2·0.9 + 0.6·0.6) / 2.4 = 0.2625.
    np.testing.assert_allclose(one.points[:, :3], 0.2625, atol=1e-6)
    np.testing.assert_allclose(one.world, 2.625, atol=1e-5)
    # Visibility by weight alone: (0.9 + 3·0.3 + 0.6) / 5.
    np.testing.assert_allclose(one.points[:, 3], 0.48, atol=1e-6)
    assert (one.weight, one.share, one.looks, one.found_by) == (5.0, 0.5, 3, "a")
    assert one.clarity == pytest.approx(np.log(9), abs=1e-4)
    assert one.points.dtype == one.world.dtype == np.float32


def test_each_landmark_comes_from_the_look_that_sees_it() -> None:
    left, right = someone(0.5, 0.5, 0.5), someone(0.5, 0.5, 0.5)
    left[:, 0], right[:, 0] = 0.4, 0.6
    left[:16, 3], right[16:, 3] = 0.0, 0.0
    one = fused([sighting("a", left), sighting("b", right)], np.array([1.0, 5.0]), 6.0)
    np.testing.assert_allclose(one.points[:16, 0], 0.6, atol=1e-6)
    np.testing.assert_allclose(one.points[16:, 0], 0.4, atol=1e-6)


def test_what_nobody_sees_still_has_a_place() -> None:
    points = someone(0.5, 0.5, 0.5, 0.0)
    one = fused([sighting("a", points), sighting("b", points)], np.array([1.0, 5.0]), 6.0)
    np.testing.assert_allclose(one.points, points, atol=1e-6)


def test_weight_by_hand() -> None:
    points = someone(0.5, 0.5, 0.5, 0.8)
    by_hand = np.exp(0.5 * clarity(points) + 4 * prominence(points, 1.0))
    assert weight(points, 1.0) == pytest.approx(by_hand)
    clear, clearer = someone(0.5, 0.5, 0.5, 0.999), someone(0.5, 0.5, 0.5, 0.999)
    clearer[0, 3] = 0.99999
    assert clarity(clear) > 6
    assert weight(clearer, 1.0) == pytest.approx(weight(clear, 1.0), rel=1e-3)


def test_two_that_agree_outvote_one_that_is_clearer() -> None:
    upright, upside_down = someone(0.5, 0.5, 0.8, 0.9), someone(0.5, 0.5, 0.8, 0.95)
    upside_down[:, 1] = 1 - upside_down[:, 1]
    seen = [
        sighting("first", upright),
        sighting("turn180", upside_down),
        sighting("mirror", upright + np.float32(0.01)),
    ]
    heaviest, other = bodies(seen, 1.0)
    assert (heaviest.looks, other.looks) == (2, 1)
    assert heaviest.points[0, 1] == pytest.approx(upright[0, 1] + 0.005, abs=0.002)
    assert heaviest.share + other.share == pytest.approx(1)
    assert heaviest.weight > other.weight
    np.testing.assert_array_equal(other.points, upside_down)


def test_one_look_that_sees_a_body_twice_is_one_look() -> None:
    points = someone(0.5, 0.5, 0.8)
    (only,) = bodies([sighting("first", points), sighting("first", points + np.float32(0.005))], 1.0)
    assert only.looks == 1


def test_nothing_seen_is_no_body() -> None:
    assert bodies([], 1.0) == []
