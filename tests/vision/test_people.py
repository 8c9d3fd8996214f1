"""Who is a person, and which one is meant."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.vision.people import chosen_first, plausibility, prominence


def someone(x: float, y: float, size: float, visibility: float = 0.9) -> np.ndarray:
    """A body around (x, y), as tall as `size` heights of the photo."""
    rng = np.random.default_rng(0)
    points = np.empty((33, 4), np.float32)
    points[:, 0] = x + (rng.random(33) - 0.5) * size / 2
    points[:, 1] = y + np.linspace(-0.5, 0.5, 33) * size
    points[:, 2], points[:, 3] = 0, visibility
    return points


WORLD = np.zeros((33, 3), np.float32)


def test_the_large_one_in_the_middle_is_meant() -> None:
    near, far, aside = someone(0.5, 0.5, 0.8), someone(0.4, 0.4, 0.2), someone(0.95, 0.5, 0.7)
    order = chosen_first([(far, WORLD), (aside, WORLD), (near, WORLD)], 1.5)
    assert [points is wanted for (points, _), wanted in zip(order, (near, aside, far), strict=True)] == [
        True
    ] * 3


def test_who_is_hardly_in_view_counts_less() -> None:
    assert prominence(someone(0.5, 0.5, 0.5, 0.9), 1.0) > prominence(someone(0.5, 0.5, 0.5, 0.55), 1.0)
    assert prominence(someone(0.5, 0.5, 0.5, 0.2), 1.0) == 0


def test_one_body_found_twice_is_one_person() -> None:
    body = someone(0.5, 0.5, 0.8)
    again = body + np.float32(0.01)
    beside = someone(0.2, 0.5, 0.8)
    assert len(chosen_first([(body, WORLD), (again, WORLD), (beside, WORLD)], 1.0)) == 2


def test_plausibility_by_hand() -> None:
    points = someone(0.5, 0.5, 0.5, 0.6)
    points[:11, 3] = 0  # the face does not count
    presence = np.full(33, 0.9, np.float32)
    presence[30] = 0.5
    # 15 * 0.6 + log(0.5 / 0.5)
    assert plausibility(points, presence) == pytest.approx(9.0, abs=1e-5)
    presence[:] = 0.9
    assert plausibility(points, presence) == pytest.approx(9 + np.log(9), abs=1e-5)
