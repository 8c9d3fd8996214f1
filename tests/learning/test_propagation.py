"""Unlabelled photos teach which bodies belong together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tests.learning.bodies import NOBODY, photos, some
from yogalab.learning import ladder, propagation
from yogalab.learning.features import features
from yogalab.records import Head, Matrix

SLUGS = ("tree", "chair", "boat", "crow", "camel", "bow", "child", "goddess", "warrior_2", "cobra")


def prior() -> Head:
    return ladder.zero_shot(some(SLUGS), texts=None, dim=0, encoder=None, pose_model="studio/1")


def crowd() -> Matrix:
    return photos(SLUGS, 15, degrees=30).x


def test_belief_spreads_from_neighbour_to_neighbour() -> None:
    # Two photos, each the other's only neighbour: F = .8 S F + .2 Y with S = [[0, 1], [1, 0]].
    graph = sparse.csr_matrix(np.array([[0.0, 1.0], [1.0, 0.0]]))
    spread = propagation.spreading(graph, np.array([[1.0], [0.0]], np.float32), np.full(2, 0.8))
    # F1 = .2 / (1 - .64), F2 = .8 F1; 40 steps leave .8^41 of the way.
    assert spread[:, 0] == pytest.approx([0.2 / 0.36, 0.16 / 0.36], abs=1e-4)


def test_a_belief_that_stands_alone_among_its_like_is_corrected_by_them() -> None:
    alike = photos(("tree",), 120, degrees=4).x
    beliefs = np.tile(np.array([0.9, 0.1], np.float32), (len(alike), 1))
    beliefs[7] = (0.25, 0.75)
    crowd_ = propagation.crowd_of(alike)
    assert crowd_ is not None
    arrays = propagation.crowd_arrays(crowd_, beliefs)
    logs = answered(arrays, alike[7:8], beliefs[7:8])
    assert logs[0].argmax() == 0
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1, rtol=1e-5)


def test_a_photo_that_is_like_no_other_keeps_its_own_belief() -> None:
    trees = propagation.crowd_of(photos(("tree",), 100).x)
    assert trees is not None
    arrays = propagation.crowd_arrays(trees, np.full((100, 2), 0.5, np.float32))
    stranger = photos(("boat",), 1).x
    logs = answered(arrays, stranger * 9, np.array([[0.2, 0.8]], np.float32))
    assert logs[0].argmax() == 1


def test_a_few_photos_of_a_pose_are_not_taken_for_what_else_there_is() -> None:
    rare = photos(("warrior_2",), 3, first=800)
    x = np.concatenate([photos(("triangle", "goddess", "tree"), 40).x, rare.x])
    head = ladder.zero_shot(
        some(("triangle", "goddess", "tree", "warrior_2")),
        texts=None,
        dim=0,
        encoder=None,
        pose_model="studio/1",
    )
    assert right(ladder.with_crowd(head, propagation.crowd_of(x)), rare.x, rare.y) == 1


def test_few_photos_are_no_crowd_and_change_nothing() -> None:
    head = prior()
    assert ladder.with_crowd(head, propagation.crowd_of(photos(SLUGS, 5).x)) is head
    assert ladder.with_crowd(head, propagation.crowd_of(features([NOBODY] * 300, dim=0))) is head


def test_of_many_photos_the_same_few_stand_for_all_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propagation, "MOST", 110)
    x = crowd()
    some_, again = propagation.crowd_of(x), propagation.crowd_of(x)
    assert some_ is not None and again is not None
    assert len(some_.x) == 110
    np.testing.assert_array_equal(some_.x, again.x)


def test_the_crowd_helps_where_the_prior_alone_is_often_wrong() -> None:
    hard = photos(SLUGS, 40, degrees=70)
    head = prior()
    alone = right(head, hard.x, hard.y)
    assert right(ladder.with_crowd(head, propagation.crowd_of(hard.x)), hard.x, hard.y) > alone


def test_a_photo_outside_the_crowd_is_answered_too() -> None:
    head, test = ladder.with_crowd(prior(), propagation.crowd_of(crowd())), photos(SLUGS, 5, first=900)
    assert right(head, test.x, test.y) > 0.9


def test_training_takes_the_crowd_along_and_a_deleted_photo_out_of_it() -> None:
    train, x = photos(SLUGS, 3), crowd()
    head = ladder.retrain(train, prior(), pool=x, progress=lambda share, stage: None)
    assert len(head.arrays["anchors"]) == len(x)
    without = ladder.forget(head, x[3:5])
    assert len(without.arrays["anchors"]) == len(without.arrays["anchor_beliefs"]) == len(x) - 2
    assert len(without.arrays["support"]) == len(train)


def right(head: Head, x: Matrix, y: np.ndarray) -> float:
    return float((head.pose_ids[ladder.probabilities(head, x).argmax(axis=1)] == y).mean())


def answered(arrays: dict[str, Matrix], x: Matrix, beliefs: Matrix) -> Matrix:
    near = propagation.reach(arrays["anchors"], x)
    return propagation.extended(arrays["anchor_beliefs"], near, beliefs)
