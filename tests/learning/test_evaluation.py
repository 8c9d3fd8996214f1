"""Figures against counts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from yogalab.learning.evaluation import evaluate, newcombe, wilson
from yogalab.records import PoseRef

POSES = tuple(
    PoseRef(id=i, slug=slug, name=slug) for i, slug in ((7, "tree"), (3, "boat"), (9, "crow"), (4, "bow"))
)


def sure(*columns: int) -> np.ndarray:
    p = np.full((len(columns), len(POSES)), 0.1, dtype=np.float32)
    p[np.arange(len(columns)), columns] = 0.7
    return p


def test_wilson_bounds_are_those_of_the_textbook() -> None:
    # 321 of 325, worked out in the notes: 96.9 to 99.5 %.
    low, high = wilson(321, 325)
    assert (round(low, 3), round(high, 3)) == (0.969, 0.995)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(5, 5)[1] == 1.0 and wilson(5, 5)[0] == pytest.approx(0.566, abs=1e-3)


def test_the_difference_of_two_shares_is_bounded_as_in_newcombes_table() -> None:
    # His first example: 56 of 70 and 48 of 80.
    assert newcombe(56, 70, 48, 80) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert newcombe(48, 80, 56, 70) == (pytest.approx(-0.3339, abs=5e-5), pytest.approx(-0.0524, abs=5e-5))
    assert newcombe(3, 5, 0, 0) == (-1.0, 1.0)


def test_recall_and_precision_are_counted_per_pose() -> None:
    y = np.array([7, 7, 7, 3], dtype=np.int64)
    report = evaluate(sure(0, 0, 1, 1), y, POSES)
    tree, boat = report.per_pose
    assert (report.n, report.top1) == (4, 0.75)
    assert (tree.slug, tree.n, tree.recall, tree.precision) == ("tree", 3, pytest.approx(2 / 3), 1.0)
    assert (boat.n, boat.recall, boat.precision) == (1, 1.0, 0.5)
    assert report.macro_recall == pytest.approx((2 / 3 + 1) / 2)
    assert report.interval == wilson(3, 4)


def test_top_three_counts_the_truth_in_third_place_but_not_in_fourth() -> None:
    p = np.array([[0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1]], dtype=np.float32)
    report = evaluate(p, np.array([9, 4], dtype=np.int64), POSES)
    assert (report.top1, report.top3) == (0.0, 0.5)


def test_a_pose_the_head_does_not_know_is_wrong() -> None:
    report = evaluate(sure(0, 0), np.array([7, 999], dtype=np.int64), POSES, method="leave-one-out")
    assert (report.top1, report.n, report.method) == (0.5, 2, "leave-one-out")


def test_no_photos_are_a_report_too() -> None:
    report = evaluate(sure(), np.zeros(0, dtype=np.int64), POSES)
    assert (report.n, report.top1, report.interval, report.per_pose) == (0, 0.0, (0.0, 1.0), ())


def test_a_share_lies_within_its_own_interval() -> None:
    for n in range(1, 200):
        assert wilson(n, n)[1] == 1.0
        assert wilson(0, n)[0] == 0.0
