"""Strategies against values worked out by hand."""

from __future__ import annotations

import numpy as np

from yogalab.asking.strategies import doubt, entropy, margin, two_best

ROWS = np.array([[0.5, 0.5, 0], [0.7, 0.2, 0.1], [1, 0, 0], [0.4, 0.3, 0.3]], dtype=np.float32)


def test_margin_is_one_minus_the_lead() -> None:
    np.testing.assert_allclose(margin(ROWS), [1, 0.5, 0, 0.9], atol=1e-6)


def test_doubt_is_what_is_missing_to_certainty() -> None:
    np.testing.assert_allclose(doubt(ROWS), [0.5, 0.3, 0, 0.6], atol=1e-6)


def test_entropy_is_one_for_no_idea_and_none_for_certainty() -> None:
    even = np.full((1, 3), 1 / 3, dtype=np.float32)
    np.testing.assert_allclose(entropy(np.concatenate([even, ROWS[2:3]])), [1, 0], atol=1e-5)
    np.testing.assert_allclose(entropy(ROWS[:1]), np.log(2) / np.log(3), atol=1e-5)


def test_the_two_best_are_first_and_second_and_ties_go_to_the_lower_column() -> None:
    first, second = two_best(ROWS)
    assert first.tolist() == [0, 0, 0, 0]
    assert second.tolist() == [1, 1, 1, 1]


def test_a_single_pose_leaves_no_margin() -> None:
    np.testing.assert_array_equal(margin(np.ones((2, 1), np.float32)), [0, 0])
