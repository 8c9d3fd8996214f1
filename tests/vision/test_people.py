"""Who is a person, and which one is meant."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.vision.people import Sighting, chosen_first, clarity, credible, prominence


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


def test_clarity_by_hand() -> None:
    points = someone(0.5, 0.5, 0.5, 0.0)
    points[:16, 3] = 0.8  # the other half is out of the picture, which does not count
    assert clarity(points) == pytest.approx(np.log(0.8 / 0.2), abs=1e-5)
    points[:8, 3] = 0.6
    assert clarity(points) == pytest.approx(np.log(0.7 / 0.3), abs=1e-5)


def sighting(look: str, points: np.ndarray) -> Sighting:
    return Sighting(look=look, points=points, world=WORLD)


def test_a_clear_body_is_credible_and_a_dim_one_is_not() -> None:
    # log(0.999 / 0.001) - 2 is above 3.6, log(0.99 / 0.01) - 2 below.
    clear, dim = sighting("low", someone(0.5, 0.5, 0.5, 0.999)), sighting("low", someone(0.5, 0.5, 0.5, 0.99))
    assert credible([clear], 1.0) == [clear]
    assert credible([dim], 1.0) == []
    assert credible([], 1.0) == []


def test_two_looks_that_agree_are_believed() -> None:
    body = someone(0.5, 0.5, 0.5, 0.99)
    first, second = sighting("low", body), sighting("border", someone(0.502, 0.5, 0.5, 0.98))
    elsewhere = sighting("border", someone(0.1, 0.2, 0.2, 0.99))
    assert first in credible([first, second], 1.0)
    assert credible([first, elsewhere], 1.0) == []


def test_agreeing_with_oneself_is_no_agreement() -> None:
    body = someone(0.5, 0.5, 0.5, 0.99)
    assert credible([sighting("low", body), sighting("low", body + np.float32(0.005))], 1.0) == []


def test_people_of_one_look_come_together_the_most_credible_first() -> None:
    left, right = someone(0.2, 0.5, 0.5, 0.999), someone(0.8, 0.5, 0.5, 0.9999)
    seen = [sighting("low", left), sighting("low", right), sighting("border", left)]
    got = credible(seen, 1.0)
    assert {one.look for one in got} == {"low"}
    assert len(got) == 2
