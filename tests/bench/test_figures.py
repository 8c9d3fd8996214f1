"""Means and intervals against values worked out by hand."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest

from yogalab.bench.figures import (
    Figure,
    Row,
    of_draw,
    of_photos,
    over_draws,
    over_photos,
    over_seeds,
    rank,
    student,
)


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


def test_the_luck_of_a_seed_widens_the_interval() -> None:
    rng = np.random.default_rng
    photos = rng(0).random((4, 200)) < 0.5
    alike = over_seeds(photos[:1].repeat(4, axis=0).astype(float), rng(1))
    lucky = over_seeds(np.concatenate([photos[:2], photos[2:] | True]).astype(float), rng(1))
    assert alike.high - alike.low < 0.15 < lucky.high - lucky.low
    assert over_seeds(np.ones((3, 5)), rng(1)) == Figure(mean=1.0, low=1.0, high=1.0)


def test_answers_are_ranked_and_none_is_given_where_nothing_is_known() -> None:
    scores = np.array([[0.1, 0.7, 0.2], [0.5, 0.1, 0.4]], np.float32)
    ranked = rank(scores, np.array([True, False]))
    assert ranked.tolist() == [[1, 2, 0], [-1, -1, -1]]


def column(*answers: int) -> np.ndarray:
    return np.array(answers)[:, None]


def test_learners_are_compared_on_the_same_photos_of_each_draw() -> None:
    y = np.array([0, 0, 1])
    draws = [
        {"ours": column(0, 0, 1), "theirs": column(0, 1, 1)},
        {"ours": column(0, 0, 0), "theirs": column(1, 1, 1)},
    ]
    rows = over_draws([of_draw(one, y, test="all", shots=2, baseline="theirs") for one in draws])
    ours, theirs = rows
    assert (ours.draws, ours.photos, ours.shots) == (2, 3, 2)
    assert ours.top1.mean == pytest.approx((1 + 2 / 3) / 2)
    assert theirs.top1.mean == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert ours.ahead is not None and ours.ahead.mean == pytest.approx(1 / 3)
    assert theirs.ahead is None
    # Recall of pose 0 is 1 then 1, of pose 1 it is 1 then 0.
    assert ours.macro_recall == pytest.approx((1 + 0.5) / 2)


def test_a_pose_among_the_first_five_counts_there_only() -> None:
    ranked = np.array([[3, 1, 2], [0, 1, 2], [-1, -1, -1]])
    (row,) = of_draw({"ours": ranked}, np.array([1, 0, 2]), test="all", shots=1, baseline="theirs")
    assert row.top1.mean == pytest.approx(1 / 3)
    assert row.top5 == pytest.approx(2 / 3)
    assert row.ahead is None


def test_a_row_comes_back_from_json_as_it_was() -> None:
    y = np.array([0, 1, 1, 0])
    answers = {"ours": column(0, 1, 1, 1), "theirs": column(0, 0, 1, 1)}
    rows = of_photos(answers, y, test="all", shots=None, baseline="theirs", rng=np.random.default_rng(0))
    assert rows[0].ahead is not None and rows[0].ahead.mean == 0.25
    assert [Row.read(json.loads(json.dumps(asdict(row)))) for row in rows] == rows
