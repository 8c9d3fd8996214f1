"""The likenesses that are kept, and what is read off them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.learning.bodies import photos
from yogalab.learning.blend import unexplored_left_out
from yogalab.learning.columns import Columns
from yogalab.learning.kernel import kernel, own

X = photos(("tree", "chair", "boat"), 40, degrees=30).x
SHARE = 0.0


def filled(rows: list[int], *, room: int = 0) -> Columns:
    columns = Columns(X, embedding_share=SHARE, room=room)
    columns.append(np.array(rows))
    return columns


def taken(columns: Columns) -> list[int]:
    return [block.nbytes for block in columns._blocks]


def test_no_label_takes_the_memory_of_all_that_may_come_alone() -> None:
    columns = Columns(X, embedding_share=SHARE, room=640)
    counts = []
    for row in range(12):
        columns.append(np.array([row]))
        counts.append(len(taken(columns)))
    assert counts == [2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]
    # Many that come at once do as much as one after the other.
    assert len(taken(filled(list(range(12)), room=640))) == 10
    # Photos that come take nothing ahead of the labels.
    early = filled([0], room=640)
    early.moved(np.concatenate([X, X[:1]]), np.append(np.arange(len(X)), -1), X[[0]], room=640)
    assert len(taken(early)) == 2


def test_the_first_labels_take_the_memory_of_all_that_may_come() -> None:
    columns = Columns(X, embedding_share=SHARE, room=100)
    assert taken(columns) == []
    columns.append(np.array([0]))
    first = taken(columns)
    assert sum(first) >= 100 * len(X) * 4
    columns.append(np.arange(1, 100))
    columns.keep(np.arange(3))
    columns.append(np.arange(50, 110))
    assert taken(columns) == first
    # Beyond what was foreseen there is room all the same.
    columns.append(np.arange(70))
    assert len(taken(columns)) > len(first)


def test_other_photos_take_as_much_as_they_need() -> None:
    columns = filled([0, 1], room=100)
    fewer = X[: len(X) // 2]
    columns.moved(fewer, np.arange(len(fewer)), X[[0, 1]], room=64)
    assert taken(columns) == [64 * len(fewer) * 4]
    np.testing.assert_allclose(columns.at(np.arange(4)), kernel(X[:4], X[:2], embedding_share=SHARE), atol=1e-5)


@pytest.mark.parametrize("groups", [np.arange(9), np.array([0, 0, 1, 2, 3, 3, 3, 4, 5])])
def test_labels_are_as_unexplored_without_their_own_say_as_when_left_out(
    groups: NDArray[np.int64],
) -> None:
    rows = np.array([0, 1, 2, 40, 41, 42, 43, 80, 81])
    columns = filled([5, *rows.tolist(), 7])
    columns.keep(np.arange(1, 10))
    alike = kernel(X[rows], X[rows], embedding_share=SHARE)
    mine = own(X[rows], embedding_share=SHARE)
    expected = unexplored_left_out(alike, mine, mine, groups, groups)
    assert 0 < expected.min() < expected.max()
    np.testing.assert_allclose(columns.unexplored_left_out(rows, groups), expected, atol=1e-5)
