"""What a camera shows, steadied; by hand where it is a formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from yogalab.lab.steady import AGREED, AVERAGED, OneEuro, SteadyName, Stillness, smoothing


def test_a_sample_weighs_as_much_as_its_time_beside_the_filters() -> None:
    # tau = 1 / (2 pi 1 Hz) = 0.1592 s: after 0.1592 s half of the new sample counts.
    assert smoothing(1.0, 1 / (2 * math.pi)) == pytest.approx(0.5)
    assert smoothing(1.0, 0.1) == pytest.approx(0.1 / (0.1 + 0.15915), rel=1e-4)


def test_one_euro_by_hand() -> None:
    filtered = OneEuro(least=1.0, speed=0.5)
    assert filtered(np.array([2.0], np.float32), 0.0).tolist() == [2.0]
    # A step of 1 in 0.1 s: slope 10, filtered at 1 Hz: 0.38587 · 10; cutoff 1 + 0.5 · 3.8587 = 2.92934 Hz,
    # weight 1 / (1 + 1 / (2 pi · 2.92934 · 0.1)) = 0.64795.
    assert filtered(np.array([3.0], np.float32), 0.1)[0] == pytest.approx(2.64795, abs=1e-4)


def test_one_euro_holds_still_what_trembles_and_follows_what_moves() -> None:
    rng = np.random.default_rng(0)
    filtered = OneEuro(least=1.0, speed=0.6)
    out = [filtered(rng.normal(0, 0.2, 5).astype(np.float32), k / 15) for k in range(60)]
    assert np.std(out[20:]) < 0.65 * 0.2
    moved = [float(filtered(np.full(5, 4.0, np.float32), (60 + k) / 15)[0]) for k in range(8)]
    # A step of four tolerances is nearly there after three pictures at fifteen a second.
    assert moved[3] > 3.2


def test_a_name_is_shown_once_it_has_led_for_a_while_and_stays_through_a_blink() -> None:
    name = SteadyName()
    tree, crow = {1: 0.9, 2: 0.1}, {1: 0.1, 2: 0.9}
    shown = []
    for k in range(40):
        # One odd picture among those of a tree, then a crow for good.
        name.follow(crow if k == 12 or k >= 20 else tree, k * 0.1)
        shown.append(name.shown)
    assert shown[0] is None
    assert shown[math.ceil(AGREED / 0.1)] == 1
    assert set(shown[5:20]) == {1}
    first = shown.index(2)
    assert AGREED / 0.1 <= first - 20 <= (AGREED + AVERAGED) / 0.1
    assert set(shown[first:]) == {2}


def test_averages_of_beliefs_are_beliefs_and_poses_may_come_and_go() -> None:
    name = SteadyName()
    name.follow({1: 1.0}, 0.0)
    averaged = name.follow({2: 1.0}, 0.25)
    assert sum(averaged.values()) == pytest.approx(1)
    # Half of the window: 1 - exp(-2 · 0.25 / 0.5).
    assert averaged[2] == pytest.approx(1 - math.exp(-1))


def test_a_body_is_still_as_long_as_it_stays_near_where_it_stopped() -> None:
    still = Stillness()
    body = np.zeros(30, np.float32)
    assert [still.follow(body + 0.01 * k, 0.1 * k) for k in range(4)] == pytest.approx([0, 0.1, 0.2, 0.3])
    assert still.follow(body + 1, 0.4) == 0
    assert still.follow(body + 1, 0.9) == pytest.approx(0.5)
