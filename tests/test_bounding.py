"""What part of a photo is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.bounding import bounding_box, close_up
from yogalab.records import Landmarks


def test_the_box_holds_the_visible_landmarks_only() -> None:
    points = np.zeros((33, 4), np.float32)
    points[:10] = (0.2, 0.3, 0, 0.9)
    points[10:20] = (0.6, 0.7, 0, 0.9)
    points[20:] = (0.99, 0.01, 0, 0.1)
    box = bounding_box(_landmarks(points, trust=0.9))
    assert box == pytest.approx([0.2, 0.3, 0.6, 0.7])


@pytest.mark.parametrize(("trust", "visibility"), [(0.2, 0.9), (0.9, 0.1)])
def test_a_body_that_is_hardly_there_has_no_box(trust: float, visibility: float) -> None:
    points = np.tile(np.array([0.5, 0.5, 0, visibility], np.float32), (33, 1))
    assert bounding_box(_landmarks(points, trust=trust)) is None


def test_nobody_has_no_box_and_all_of_the_photo_is_looked_at() -> None:
    assert bounding_box(None) is None
    assert close_up(None, 1.5) == pytest.approx([0, 0, 1, 1])


def test_a_close_up_has_a_fifth_of_room_around_the_body() -> None:
    assert close_up(np.array([0.4, 0.4, 0.6, 0.6], np.float32), 1.0) == pytest.approx([0.38, 0.38, 0.62, 0.62])


def test_a_lying_body_is_not_stretched_to_a_square() -> None:
    # In a photo twice as wide as high: 0.8 x 0.1 of it is 1.6 x 0.1 heights; with room 1.92 x 0.12; the shorter
    # side becomes 0.75 x 1.92 = 1.44 heights, around the body's middle at 0.5.
    shown = close_up(np.array([0.1, 0.45, 0.9, 0.55], np.float32), 2.0)
    assert shown == pytest.approx([0.02, -0.22, 0.98, 1.22])


def _landmarks(points: np.ndarray, *, trust: float) -> Landmarks:
    return Landmarks(
        points=points, world=np.zeros((33, 3), np.float32), aspect=1.0, found_by="first", trust=trust
    )
