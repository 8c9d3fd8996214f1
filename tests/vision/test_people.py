"""How a skeleton was seen."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vision.sightings import someone
from yogalab.vision.people import clarity, distances, overlap, prominence


def test_who_is_hardly_in_view_counts_less() -> None:
    assert prominence(someone(0.5, 0.5, 0.5, 0.9), 1.0) > prominence(someone(0.5, 0.5, 0.5, 0.55), 1.0)
    assert prominence(someone(0.5, 0.5, 0.5, 0.2), 1.0) == 0


def test_the_large_one_in_the_middle_is_prominent() -> None:
    near, far, aside = someone(0.5, 0.5, 0.8), someone(0.4, 0.4, 0.2), someone(0.95, 0.5, 0.7)
    assert prominence(near, 1.5) > prominence(aside, 1.5) > prominence(far, 1.5)


def test_clarity_by_hand() -> None:
    points = someone(0.5, 0.5, 0.5, 0.0)
    points[:16, 3] = 0.8  # the other half is out of the picture, which does not count
    assert clarity(points) == pytest.approx(np.log(0.8 / 0.2), abs=1e-5)
    points[:8, 3] = 0.6
    assert clarity(points) == pytest.approx(np.log(0.7 / 0.3), abs=1e-5)


def test_distances_by_hand() -> None:
    # In heights of a photo twice as wide as high both span 0.3 by 0.4, a diagonal of 0.5; they are 0.1 apart.
    one = np.ones((33, 4), np.float32)
    one[:, 0], one[:, 1] = np.linspace(0.1, 0.25, 33), np.linspace(0.2, 0.6, 33)
    one[11, :2], one[32, :2] = (0.1, 0.2), (0.25, 0.6)
    other = one.copy()
    other[:, 0] += 0.05
    apart = distances(np.stack([one, other]), 2.0)
    np.testing.assert_allclose(apart, [[0, 0.2], [0.2, 0]], atol=1e-5)


def test_the_face_does_not_bring_bodies_together() -> None:
    one, other = someone(0.5, 0.5, 0.8), someone(0.5, 0.5, 0.8)
    other[:11, :2] += 0.3
    assert distances(np.stack([one, other]), 1.0)[0, 1] == 0


def test_overlap_by_hand() -> None:
    one = np.ones((33, 4), np.float32)
    one[:, 0], one[:, 1] = np.linspace(0.0, 0.4, 33), np.linspace(0.0, 1.0, 33)
    other = one.copy()
    other[:, 0] += 0.2
    # They share half of each: 0.2 of 0.6.
    assert overlap(one, other) == pytest.approx(1 / 3)
    other[:, 0] += 0.3
    assert overlap(one, other) == 0
    other[:4, 3], other[4:, 3] = 0.9, 0.1
    assert overlap(other, other) == pytest.approx(1)
