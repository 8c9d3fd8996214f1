"""The power law and what it promises, against curves that are known."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.asking.curve import fit, forecast

SIZES = np.array([80.0, 110, 140, 170, 200])


def test_a_power_law_is_found_again() -> None:
    law = fit(SIZES, 0.9 - 2 * SIZES**-0.5)
    assert (law.ceiling, law.slope, law.power) == (pytest.approx(0.9), pytest.approx(2.0), 0.5)
    assert law.at(400) == pytest.approx(0.9 - 2 / 20)
    assert law.gain(200, 50) == pytest.approx(2 * (200**-0.5 - 250**-0.5))


def test_a_flat_or_falling_curve_promises_nothing() -> None:
    assert fit(SIZES, np.full(5, 0.8)).gain(200, 50) == 0
    falling = fit(SIZES, 0.9 - SIZES / 1000)
    assert falling.gain(200, 50) == 0
    assert falling.at(400) == pytest.approx(0.76)


def test_a_share_is_never_above_one_or_below_nothing() -> None:
    law = fit(SIZES, 0.99 - 3000 * SIZES**-2.0)
    assert law.at(1) == 0.0
    assert fit(np.array([1.0, 2.0]), np.array([0.1, 1.0])).at(1000) == 1.0


def test_a_forecast_lies_within_its_bounds_which_widen_ahead() -> None:
    rng = np.random.default_rng(0)
    shares = 0.9 - 2 * SIZES**-0.5
    hard = rng.random(300)
    right = np.array([hard < share for share in shares])
    near, far = forecast(SIZES.astype(int).tolist(), right, [250, 800], rng=np.random.default_rng(1))
    assert (near.labels, far.labels) == (250, 800)
    assert right[-1].mean() <= near.share <= far.share
    assert near.low <= near.share <= near.high
    assert far.high - far.low > near.high - near.low
    # Twenty photos that were always right are no certainty.
    (sure,) = forecast([10, 20], np.ones((2, 20), dtype=bool), [70], rng=np.random.default_rng(0))
    assert sure.share == 1 and sure.low < 0.95
    again = forecast(SIZES.astype(int).tolist(), right, [250, 800], rng=np.random.default_rng(1))
    assert again == [near, far]
