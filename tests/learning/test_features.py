"""Feature rows: what they promise to every learner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.learning.bodies import NOBODY, mirrored, person
from yogalab.learning.features import Layout, descriptors, features, found, layout_of
from yogalab.poses.geometry import describe
from yogalab.records import Encodings


def test_a_mirror_keeps_the_even_part_and_negates_the_odd_one() -> None:
    one = person("triangle", 1)
    x = features([one, mirrored(one)], dim=0)
    layout = Layout(0)
    np.testing.assert_allclose(x[0, layout.even], x[1, layout.even], atol=1e-5)
    np.testing.assert_allclose(x[0, layout.odd], -x[1, layout.odd], atol=1e-5)
    assert np.abs(x[0, layout.odd]).max() > 0.01


def test_blocks_say_which_figures_come_from_where() -> None:
    one = person("triangle", 1)
    assert one.landmarks is not None
    hidden = one.landmarks.points.copy()
    hidden[:, 3] = 0.5
    x = features([one, Encodings(landmarks=replace(one.landmarks, points=hidden))], dim=0)
    blocks = Layout(0).blocks
    assert sorted(np.concatenate(list(blocks.values()))) == list(range(1, Layout(0).odd.stop))
    # Nothing but its own block speaks of visibility; in a mirror the figures of every block stay together.
    changed = np.flatnonzero(x[0] != x[1])
    assert len(changed) and set(changed) <= set(blocks["visibility"])
    both = features([one, mirrored(one)], dim=0)
    for columns in blocks.values():
        lengths = np.linalg.norm(both[:, columns], axis=1)
        assert abs(lengths[0] - lengths[1]) < 1e-4


def test_descriptors_can_be_read_back_from_a_row() -> None:
    one = person("chair", 2)
    assert one.landmarks is not None
    np.testing.assert_allclose(
        descriptors(features([one], dim=0)), describe(one.landmarks.world[None]), rtol=1e-4, atol=1e-3
    )


def test_nobody_found_is_a_row_of_zeros_that_says_so() -> None:
    x = features([NOBODY, person("tree", 0)], dim=0)
    assert not x[0].any()
    assert found(x).tolist() == [False, True]


def test_an_embedding_stands_at_the_end_with_or_without_a_body() -> None:
    vector = np.array([0.6, 0.8], dtype=np.float32)
    x = features([Encodings(embedding=vector), person("tree", 0)], dim=2)
    layout = layout_of(x.shape[1])
    assert layout.dim == 2
    np.testing.assert_array_equal(x[:, layout.embedding], [vector, vector * 0])
    np.testing.assert_allclose(x[1, : layout.odd.stop], features([person("tree", 0)], dim=0)[0], atol=1e-6)


def test_many_rows_are_the_rows_one_by_one() -> None:
    people = [person(slug, 5) for slug in ("tree", "boat", "crow")]
    together = features(people, dim=0)
    alone = np.concatenate([features([one], dim=0) for one in people])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_no_photo_is_an_empty_matrix_of_the_right_width() -> None:
    assert features([], dim=4).shape == (0, Layout(4).width)
