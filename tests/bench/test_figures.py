"""Means and intervals against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.bench.figures import over_draws, over_photos, student


def test_students_interval_of_three_values() -> None:
    # Mean 2, standard deviation 1, t(0.975, 2) = 4.3027, divided by the root of 3.
    figure = student(np.array([1.0, 2.0, 3.0]))
    assert figure.mean == 2
    assert figure.high - 2 == pytest.approx(4.3027 / 3**0.5, rel=1e-4)
    assert 2 - figure.low == pytest.approx(4.3027 / 3**0.5, rel=1e-4)


def test_one_draw_has_no_interval() -> None:
    figure = student(np.array([0.4]))
    assert (figure.mean, figure.low, figure.high) == (0.4, 0.4, 0.4)


def test_the_bootstrap_of_a_share_is_close_to_the_binomial() -> None:
    figure = over_photos(np.arange(400) < 300, np.random.default_rng(0))
    assert figure.mean == 0.75
    assert figure.low == pytest.approx(0.75 - 1.96 * (0.75 * 0.25 / 400) ** 0.5, abs=0.01)


def test_learners_are_compared_on_the_same_photos_of_each_draw() -> None:
    y = np.array([0, 0, 1, 1])
    test = np.array([0, 1, 2])
    draws = [
        ({"ours": np.array([0, 0, 1]), "theirs": np.array([0, 1, 1])}, test),
        ({"ours": np.array([0, 0, 0]), "theirs": np.array([1, 1, 1])}, test),
    ]
    ours, theirs = over_draws(draws, y, shots=2, baseline="theirs")
    assert ours.top1.mean == pytest.approx((1 + 2 / 3) / 2)
    assert theirs.top1.mean == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert ours.ahead is not None and ours.ahead.mean == pytest.approx(1 / 3)
    assert theirs.ahead is None
    # Recall of pose 0 is 1 then 1, of pose 1 it is 1 then 0.
    assert ours.macro_recall == pytest.approx((1 + 0.5) / 2)
