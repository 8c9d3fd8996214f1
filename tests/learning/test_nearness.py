"""How far labels reach: computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.bodies import NOBODY, photos
from yogalab.learning.features import features
from yogalab.learning.kernel import kernel, own
from yogalab.learning.nearness import crowd, likeness, merged, unexplored


def test_a_photo_is_wholly_like_itself_whatever_its_kernel_is() -> None:
    x = photos(("tree", "boat"), 3).x
    mine = own(x, embedding_share=0.0)
    np.testing.assert_allclose(mine, kernel(x, x, embedding_share=0.0).diagonal(), rtol=1e-4)
    # One leg lifted: less than whole even with itself, because the mirror image counts half.
    assert mine[0] < 0.9
    alike = likeness(kernel(x, x, embedding_share=0.0), mine, mine)
    np.testing.assert_allclose(alike.diagonal(), 1, rtol=1e-4)


def test_nobody_is_like_nobody() -> None:
    x = features([NOBODY, NOBODY], dim=0)
    mine = own(x, embedding_share=0.0)
    assert (likeness(kernel(x, x, embedding_share=0.0), mine, mine) == 0).all()


def test_near_labels_count_by_their_squares() -> None:
    near, touching = crowd(np.array([[0.5, 0.8], [0.0, 0.0]]))
    assert near == pytest.approx([0.25 + 0.64, 0])
    assert touching == pytest.approx([0.5**12 + 0.8**12, 0])


def test_unexplored_is_whole_without_labels_half_among_two_and_nothing_at_a_labelled_photo() -> None:
    near, touching = np.array([0.0, 2.0, 2.0, 8.0, 5.0]), np.array([0.0, 0.0, 0.5, 0.0, 1.3])
    # 8 / 2 = 4, 4^1.5 = 8
    assert unexplored(near, touching) == pytest.approx([1, 1 / 2, 1 / 4, 1 / 9, 0])


def test_labels_that_came_and_went_leave_a_photo_unexplored_despite_rounding() -> None:
    left = np.array([0.3 + 0.6 - 0.3 - 0.6])
    assert left[0] < 0
    assert unexplored(left, left) == pytest.approx([1])


def test_what_no_label_has_touched_is_answered_by_the_prior_as_it_is() -> None:
    known, f = np.array([[-0.1, -3.0]]), np.array([[0.2, -0.2]])
    far = merged(known, 0 * f, np.ones(1), prior_weight=8, label_weight=10)
    np.testing.assert_allclose(far, known)
    at_a_label = merged(known, f, np.zeros(1), prior_weight=8, label_weight=10)
    np.testing.assert_allclose(at_a_label, 10 * f)
    # (8 * 0.5 * known + 10 f) / (1 + 7 * 0.5)
    between = merged(known, f, np.array([0.5]), prior_weight=8, label_weight=10)
    np.testing.assert_allclose(between, [[(-0.4 + 2) / 4.5, (-12 - 2) / 4.5]])
