"""What labels leave unknown, against the textbook formula."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.asking.herding import herd, worth
from yogalab.asking.posterior import Posterior
from yogalab.records import Matrix

NOISE = 0.1


def alike(a: Matrix, b: Matrix) -> Matrix:
    apart = ((a[:, None] - b[None]) ** 2).sum(-1)
    return np.exp(-apart).astype(np.float32)


def line(*places: float) -> Matrix:
    return np.array(places, dtype=np.float32)[:, None]


def solved(x: Matrix, taught: Matrix) -> Matrix:
    across = alike(x, taught).astype(float)
    inner = alike(taught, taught) + NOISE * np.eye(len(taught))
    return np.asarray(alike(x, x) - across @ np.linalg.solve(inner, across.T))


def test_one_label_by_hand() -> None:
    posterior = Posterior(line(0, 1), alike, noise=NOISE)
    posterior.learn(line(0))
    near = np.exp(-1)
    expected = [[1 - 1 / 1.1, near - near / 1.1], [near - near / 1.1, 1 - near**2 / 1.1]]
    np.testing.assert_allclose(posterior.covariance, expected, atol=1e-6)


@pytest.mark.parametrize("steps", [(40,), (1,) * 40, (3, 1, 36)])
def test_labels_one_by_one_and_all_at_once_leave_the_same(steps: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2)).astype(np.float32)
    taught = np.concatenate([x[:10], rng.normal(size=(30, 2)).astype(np.float32)])
    posterior = Posterior(x, alike, noise=NOISE)
    done = 0
    for step in steps:
        posterior.learn(taught[done : done + step])
        done += step
    assert posterior.labels == 40
    np.testing.assert_allclose(posterior.covariance, solved(x, taught), atol=1e-5)


def test_the_same_photo_twice_is_no_trouble() -> None:
    posterior = Posterior(line(0, 2), alike, noise=NOISE)
    posterior.learn(line(0, 0, 0))
    np.testing.assert_allclose(posterior.covariance, solved(line(0, 2), line(0, 0, 0)), atol=1e-6)


def test_worth_is_the_variance_a_label_takes_away_counted_by_doubt() -> None:
    covariance = np.array([[1, 0.5], [0.5, 0.9]], dtype=np.float32)
    value = worth(covariance, np.array([1, 0.5], dtype=np.float32), noise=NOISE)
    np.testing.assert_allclose(value.reach, [1.25 / 1.1, 1.06 / 1.0], rtol=1e-6)
    np.testing.assert_allclose(value.gain, [1.125 / 1.1, 0.655 / 1.0], rtol=1e-6)


def chosen(x: Matrix, doubt: list[float], count: int, *, shut: tuple[int, ...] = ()) -> list[int]:
    covariance = alike(x, x)
    doubts = np.array(doubt, dtype=np.float32)
    open_ = ~np.isin(np.arange(len(x)), shut)
    value = worth(covariance, doubts, noise=NOISE)
    return herd(covariance, doubts, value, open_, count=count, noise=NOISE).tolist()


def test_photos_of_two_crowds_are_asked_before_two_of_the_same() -> None:
    assert chosen(line(0, 0.1, 0.2, 9, 9.1), [1] * 5, 2) == [1, 3]


def test_where_answers_are_clear_nothing_is_asked_first() -> None:
    assert chosen(line(0, 0.1, 0.2, 9, 9.1), [0.1, 0.1, 0.1, 1, 1], 1) == [3]


def test_only_open_photos_are_chosen_and_never_twice() -> None:
    assert sorted(chosen(line(0, 0.1, 0.2, 9, 9.1), [1] * 5, 9, shut=(1, 3))) == [0, 2, 4]


def test_each_choice_is_the_best_once_those_before_are_answered() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(50, 2)).astype(np.float32)
    doubt = rng.random(50).astype(np.float32)
    first = chosen(x, doubt.tolist(), 5)
    posterior = Posterior(x, alike, noise=NOISE)
    for place, row in enumerate(first):
        gain = worth(posterior.covariance, doubt, noise=NOISE).gain
        gain[first[:place]] = -1
        assert row == int(gain.argmax())
        posterior.learn(x[[row]])
