"""The closed-form left-out answers are those of really leaving out."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.learning.ridge import RIDGE, anchored, inverse, left_out

N, K = 24, 3


def problem(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(N, 4))
    alike = np.exp(-0.3 * ((points[:, None] - points[None]) ** 2).sum(-1)).astype(np.float32)
    targets = np.eye(K)[rng.integers(0, K, N)] - 1 / K
    return alike, targets


def really_left_out(alike: np.ndarray, targets: np.ndarray, rows: list[int]) -> np.ndarray:
    rest = [row for row in range(N) if row not in rows]
    square = alike[np.ix_(rest, rest)].astype(np.float64) + RIDGE * np.eye(len(rest))
    return alike[np.ix_(rows, rest)] @ np.linalg.solve(square, targets[rest])


def test_left_out_one_by_one_equals_fitting_without_each() -> None:
    alike, targets = problem()
    _, out = left_out(alike, targets, np.arange(N))
    by_hand = np.concatenate([really_left_out(alike, targets, [row]) for row in range(N)])
    np.testing.assert_allclose(out, by_hand, atol=1e-6)


def test_near_duplicates_are_left_out_together() -> None:
    alike, targets = problem()
    groups = np.arange(N)
    groups[[3, 8, 20]] = 99
    _, out = left_out(alike, targets, groups)
    np.testing.assert_allclose(out[[3, 8, 20]], really_left_out(alike, targets, [3, 8, 20]), atol=1e-6)
    np.testing.assert_allclose(out[[5]], really_left_out(alike, targets, [5]), atol=1e-6)


def test_the_fit_solves_its_equations() -> None:
    alike, targets = problem()
    fit, _ = left_out(alike, targets, np.arange(N))
    np.testing.assert_allclose((alike + RIDGE * np.eye(N)) @ fit.dual, targets, atol=1e-6)


def test_with_every_row_an_anchor_the_short_way_is_the_exact_one() -> None:
    alike, targets = problem()
    exact, exact_out = left_out(alike, targets, np.arange(N))
    short, out = anchored(alike, np.arange(N), targets)
    np.testing.assert_allclose(alike @ short.dual, alike @ exact.dual, atol=1e-3)
    np.testing.assert_allclose(out, exact_out, atol=5e-3)


def test_with_half_the_rows_as_anchors_it_is_still_close() -> None:
    alike, targets = problem()
    exact, _ = left_out(alike, targets, np.arange(N))
    short, _ = anchored(alike[:, ::2], np.arange(0, N, 2), targets)
    assert np.abs(alike[:, ::2] @ short.dual - alike @ exact.dual).mean() < 0.15
    assert short.support.tolist() == list(range(0, N, 2))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_rows_give_the_same_bits(seed: int) -> None:
    alike, targets = problem(seed)
    first, _ = left_out(alike, targets, np.arange(N))
    again, _ = left_out(alike, targets, np.arange(N))
    assert first.dual.tobytes() == again.dual.tobytes()


def test_the_inverse_solves_its_equations() -> None:
    alike, _ = problem()
    whole = inverse(alike)
    np.testing.assert_allclose(whole @ (alike + RIDGE * np.eye(N)), np.eye(N), atol=1e-6)
