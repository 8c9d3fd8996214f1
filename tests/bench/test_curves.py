"""What learning curves say, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.bench.curves import labels_to, summed_up

PLACES = np.array([0, 25, 50])


def test_a_goal_between_two_points_is_reached_in_between() -> None:
    curve = np.array([0.2, 0.6, 0.8])
    assert labels_to(0.4, PLACES, curve) == pytest.approx(12.5)
    assert labels_to(0.8, PLACES, curve) == 50
    assert labels_to(0.1, PLACES, curve) == 0
    assert labels_to(0.9, PLACES, curve) == float("inf")


def curve(*top1: float) -> dict[str, tuple[float, float]]:
    return {str(place): (value, value / 2) for place, value in zip(PLACES.tolist(), top1, strict=True)}


def test_areas_leads_and_labels_needed() -> None:
    curves = {
        "random": [curve(0.0, 0.5, 0.8), curve(0.2, 0.5, 0.8)],
        "quick": [curve(0.0, 0.8, 0.9), curve(0.2, 0.8, 0.9)],
    }
    random, quick = summed_up(curves, [0.8, 0.8])
    assert (random.name, random.ahead, quick.name) == ("random", None, "quick")
    assert random.area.mean == pytest.approx(0.65)
    assert quick.ahead is not None and quick.ahead.mean == pytest.approx(0.2)
    assert quick.macro == pytest.approx(0.425)
    # 90 % of 0.8 is 0.72: at 22.5 of 25 labels, and at 25 + 25 * .22 / .3 for random (less in the second draw).
    assert quick.ninety.labels == pytest.approx((22.5 + 25 * 0.52 / 0.6) / 2)
    assert random.ninety.labels == pytest.approx(25 + 25 * 0.22 / 0.3)
    assert quick.ninety.over_random == pytest.approx(quick.ninety.labels / random.ninety.labels)
    assert (quick.below, quick.below_at) == (pytest.approx(0.1), 50)


def test_a_curve_that_never_gets_there_counts_with_its_last_labels() -> None:
    (only,) = summed_up({"random": [curve(0.0, 0.1, 0.2)]}, [0.9])
    assert (only.ninety.labels, only.ninety.reached) == (50, 0)
