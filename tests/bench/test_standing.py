"""How learners stand beside each other: shares, intervals and leads."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.bench.standing import standings


def test_a_lead_is_told_with_the_interval_of_the_same_photos() -> None:
    y = np.repeat(np.arange(2), 50)
    worse = y.copy()
    worse[:10] = 1
    half, full = standings({"half": worse, "full": y}, y, asked="all", baseline="half", seed=0)
    assert (half.learner, half.n, half.ahead) == ("half", 100, None)
    assert half.top1.mean == pytest.approx(0.9)
    # Wilson's bounds for 90 of 100, by hand: (0.9 + 1.9208/100 -+ 1.96 sqrt(0.09/100 + 0.9604/10000)) / 1.0384.
    assert (half.top1.low, half.top1.high) == (pytest.approx(0.8256, abs=1e-3), pytest.approx(0.9448, abs=1e-3))
    # Ten of the first pose's fifty are wrong.
    assert half.macro_recall == pytest.approx((40 / 50 + 1) / 2)
    assert full.ahead is not None and full.ahead.mean == pytest.approx(0.1)
    assert 0.03 < full.ahead.low < 0.07 and 0.14 < full.ahead.high < 0.18


def test_nothing_is_said_of_no_photos() -> None:
    none = np.zeros(0, np.int64)
    assert standings({"any": none}, none, asked="all", baseline="any", seed=0) == ()
