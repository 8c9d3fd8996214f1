"""The photos a lab's prior learns from: the same ones whenever the same photos are there."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.bodies import photos
from yogalab.lab.crowd import LabCrowd, first_photos
from yogalab.records import Matrix

SLUGS = ("tree", "chair", "boat", "crow", "camel", "bow")
X = photos(SLUGS, 20).x
IDS = np.arange(1, len(X) + 1)


def encoded(x: Matrix) -> Matrix:
    """Rows with a vector of the picture."""
    vectors = np.random.default_rng(0).normal(size=(len(x), 8)).astype(np.float32)
    return np.hstack([x, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)])


def without_vectors(x: Matrix) -> Matrix:
    bare = x.copy()
    bare[:, -8:] = 0
    return bare


def test_the_lab_learns_from_more_of_its_photos_step_by_step() -> None:
    assert [first_photos(n) for n in (0, 99, 100, 124, 125, 156, 157)] == [0, 0, 100, 100, 125, 125, 156]


def test_few_photos_more_leave_the_crowd_as_it_is() -> None:
    crowd = LabCrowd()
    before = crowd.follow(IDS[:100], X[:100])
    assert before is not None
    assert crowd.follow(IDS, X) is before


@pytest.mark.parametrize("gone", [0, 50, 99])
def test_a_deleted_photo_is_no_longer_in_it(gone: int) -> None:
    crowd = LabCrowd()
    crowd.follow(IDS, X)
    after = crowd.follow(np.delete(IDS, gone), np.delete(X, gone, axis=0))
    assert after is not None
    assert not (after.x == X[gone]).all(axis=1).any()


def test_vectors_that_come_later_are_learnt_from_as_if_they_had_been_there() -> None:
    x = encoded(X)
    followed = LabCrowd()
    followed.follow(IDS, without_vectors(x))
    late, anew = followed.follow(IDS, x), LabCrowd().follow(IDS, x)
    assert late is not None and anew is not None
    np.testing.assert_array_equal(late.x, anew.x)
