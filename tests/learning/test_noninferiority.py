"""The test behind the gate, against values worked out by hand and against simulated truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from yogalab.learning.noninferiority import Compared, alike, bounds, likeliest, p_value

SOME = Compared(wins=6, losses=4, draws=2, same=188)


def test_the_difference_is_how_often_they_differ_times_how_that_ends() -> None:
    assert SOME.difference == pytest.approx(2 / 200)
    # Of 1,000 photos in all 30 are answered differently, 3 %: wins outnumber losses by 2 in 12.
    pooled = replace(SOME, others=800, others_differing=18)
    assert pooled.difference == pytest.approx(0.03 * 2 / 12)
    assert Compared(wins=0, losses=0, draws=0, same=9).difference == 0


def test_the_likeliest_shares_obey_the_null_and_solve_its_equation() -> None:
    win, loss = likeliest(SOME, 0.5)
    assert loss - win == pytest.approx(0.5)
    assert 6 / win + 4 / loss == pytest.approx(2 * 2 / (1 - win - loss))
    # Without draws: b/w + c/(w + m) has no root below the border, so nothing is left for draws.
    win, loss = likeliest(replace(SOME, draws=0), 0.2)
    assert (win, loss) == pytest.approx((0.4, 0.6))


def test_the_other_side_is_the_mirror_image() -> None:
    win, loss = likeliest(SOME, -0.3)
    assert likeliest(SOME.turned(), 0.3) == pytest.approx((loss, win))


def test_no_difference_among_n_photos_is_as_likely_as_that_under_the_margin() -> None:
    same = Compared(wins=0, losses=0, draws=0, same=60)
    # 0.97 ^ 60 = 0.161
    assert p_value(same, 0.03) == pytest.approx(0.161, abs=0.02)


def test_versions_that_rarely_differ_cannot_be_much_worse() -> None:
    few = Compared(wins=0, losses=1, draws=0, same=59, others=2000, others_differing=30)
    assert p_value(few, 0.03) < 0.01
    assert p_value(few, 0.01) > 0.3


def test_a_pool_of_photos_that_all_answer_alike_is_not_used() -> None:
    diluted = replace(SOME, others=5000, others_differing=10)
    assert alike(diluted) == SOME
    fitting = replace(SOME, others=5000, others_differing=280)
    assert alike(fitting) == fitting


def test_the_bounds_hold_the_truth() -> None:
    rng, missed = np.random.default_rng(2), 0
    for seed in range(50):
        # 10 % differ: 6 % losses, 3 % wins, so the truth is -3 points.
        wins, losses, draws, same = rng.multinomial(300, [0.03, 0.06, 0.01, 0.90])
        others = int(rng.binomial(1000, 0.1))
        found = Compared(wins=wins, losses=losses, draws=draws, same=same, others=1000, others_differing=others)
        low, high = bounds(found, level=0.05, seed=seed)
        assert low <= found.difference <= high
        missed += low > -0.03
    assert missed <= 6


def test_the_bound_is_where_the_p_value_reaches_the_level() -> None:
    low, _ = bounds(SOME, level=0.03)
    assert p_value(SOME, -low + 0.004) <= 0.03 < p_value(SOME, -low - 0.004)


def test_nothing_compared_shows_nothing() -> None:
    assert p_value(Compared(wins=0, losses=0, draws=0, same=0), 0.03) == 1.0
