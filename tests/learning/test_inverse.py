"""Rows that come and go leave the inverse that solving anew gives."""

from __future__ import annotations

import numpy as np

from tests.learning.test_ridge import N, problem
from yogalab.learning.inverse import Inverse
from yogalab.learning.ridge import RIDGE, inverse


def test_rows_added_to_the_inverse_and_taken_away_again() -> None:
    alike, _ = problem()
    some = Inverse()
    some.grow(alike[:0, :20], alike[:20, :20])
    some.grow(alike[:20, 20:], alike[20:, 20:])
    np.testing.assert_allclose(some.matrix, inverse(alike), atol=1e-10)
    kept = np.array([0, 23, 2, 3, 4, 22, 6])
    some.shrink(kept)
    np.testing.assert_allclose(some.matrix, inverse(alike[np.ix_(kept, kept)]), atol=1e-6)


def test_it_grows_from_nothing_row_by_row_and_back() -> None:
    alike, _ = problem(1)
    some = Inverse()
    for row in range(N):
        some.grow(alike[:row, [row]], alike[[row]][:, [row]])
    np.testing.assert_allclose(some.matrix @ (alike + RIDGE * np.eye(N)), np.eye(N), atol=1e-6)
    some.shrink(np.arange(0))
    assert some.matrix.shape == (0, 0)
    some.grow(alike[:0, :2], alike[:2, :2])
    np.testing.assert_allclose(some.matrix, inverse(alike[:2, :2]), atol=1e-10)


def test_what_it_held_before_more_room_was_needed_is_still_there() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(150, 3))
    alike = np.exp(-((points[:, None] - points[None]) ** 2).sum(-1)).astype(np.float32)
    some = Inverse()
    some.grow(alike[:0, :60], alike[:60, :60])
    some.grow(alike[:60, 60:], alike[60:, 60:])
    np.testing.assert_allclose(some.matrix, inverse(alike), atol=1e-6)
