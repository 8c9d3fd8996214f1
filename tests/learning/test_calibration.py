"""Calibration against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.learning.calibration import (
    conformal_limit,
    conformal_scores,
    conformal_set,
    ece,
    log_loss,
    softmax,
    temperature,
)


def test_softmax_of_logs_is_the_shares_themselves() -> None:
    shares = np.array([[0.2, 0.3, 0.5]], dtype=np.float32)
    np.testing.assert_allclose(softmax(np.log(shares) + 500), shares, atol=1e-4)


def test_log_loss_is_the_mean_of_minus_log_of_the_true_share() -> None:
    logits = np.log(np.array([[0.5, 0.5], [0.9, 0.1]]))
    assert log_loss(logits, np.array([0, 1])) == pytest.approx((np.log(2) + np.log(10)) / 2)


def test_ece_is_the_gap_between_sure_and_right_bin_by_bin() -> None:
    # Two bins of equal mass: 0.6 sure and half right, 0.9 sure and all right.
    p = np.array([[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.9, 0.1]], dtype=np.float32)
    assert ece(p, np.array([0, 1, 0, 0]), bins=2) == pytest.approx(0.5 * 0.1 + 0.5 * 0.1)
    assert ece(p[:0], np.zeros(0, np.int64)) == 0


def overconfident(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Logits three times as large as the truth's."""
    true = rng.normal(0, 2, (n, 4))
    share = softmax(true)
    columns = np.array([rng.choice(4, p=row / row.sum()) for row in share])
    return 3 * true, columns


def test_the_temperature_undoes_overconfidence() -> None:
    logits, columns = overconfident(3000, np.random.default_rng(0))
    assert temperature(logits, columns, usual=1.0, trust=50) == pytest.approx(3.0, rel=0.1)


def test_with_few_rows_the_temperature_stays_near_the_usual_one() -> None:
    logits, columns = overconfident(4, np.random.default_rng(1))
    assert 0.9 < temperature(logits, columns, usual=1.0, trust=1000) < 1.1
    assert temperature(logits[:0], columns[:0], usual=1.7, trust=50) == 1.7


def test_conformal_sets_hold_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(3)
    logits, columns = overconfident(4000, rng)
    p = softmax((logits / 3).astype(np.float32))
    scores = conformal_scores(p[:2000], columns[:2000])
    assert list(scores) == sorted(scores) and len(scores) <= 400
    held = np.mean([y in conformal_set(row, scores) for row, y in zip(p[2000:], columns[2000:], strict=True)])
    assert held == pytest.approx(0.9, abs=0.02)


def test_a_conformal_set_is_what_reaches_the_limit_and_never_empty() -> None:
    row = np.array([0.2, 0.5, 0.3], dtype=np.float32)
    # Nine scores: the limit is the 9th, ceil(10 x 0.9).
    scores = (0.1, 0.1, 0.1, 0.2, 0.2, 0.3, 0.4, 0.5, 0.75)
    assert conformal_limit(scores) == 0.75
    assert conformal_limit(scores[1:]) == 1.0
    assert conformal_set(row, scores) == (1, 2)
    assert conformal_set(row, (0.01,) * 20) == (1,)


def test_a_photo_of_which_nothing_is_known_may_be_anything() -> None:
    row = np.full(5, 0.2, dtype=np.float32)
    assert conformal_set(row, (0.01,) * 20) == (0, 1, 2, 3, 4)


def test_without_scores_the_set_adds_up_to_nine_tenths() -> None:
    row = np.array([0.06, 0.6, 0.32, 0.02], dtype=np.float32)
    assert conformal_set(row, ()) == (1, 2)
    assert conformal_set(row, (0.5,)) == (1, 2, 0, 3)
