"""A network that only ever saw drawings knows the poses that were drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.bodies import mirrored, person
from yogalab.learning.drawn import Drawn, columns_of, drawn, drawn_scores
from yogalab.learning.features import RECIPE, features, layout_of
from yogalab.poses.postures import postures

SLUGS = ("boat", "cobra", "downward_dog", "tree", "warrior_2")


def test_it_reads_the_features_of_today() -> None:
    assert drawn().recipe == RECIPE
    width = features([], dim=0).shape[1]
    visibility = set(layout_of(width).blocks["visibility"].tolist())
    for columns in drawn().inputs.values():
        assert columns.min() > 0 and columns.max() < width
        assert not visibility & set(columns.tolist())


def test_it_names_every_pose_that_is_drawn() -> None:
    assert set(drawn().slugs) == set(postures())


def test_it_names_people_whom_it_never_saw() -> None:
    people = [person(slug, seed) for slug in SLUGS for seed in range(6)]
    best = drawn_scores(features(people, dim=0), columns_of(SLUGS)).argmax(axis=1)
    assert (best == np.repeat(np.arange(len(SLUGS)), 6)).mean() > 0.85


def test_a_body_in_a_mirror_is_in_the_same_pose() -> None:
    people = [person(slug, 3) for slug in SLUGS]
    columns = columns_of(SLUGS)
    there = drawn_scores(features([mirrored(one) for one in people], dim=0), columns)
    np.testing.assert_allclose(drawn_scores(features(people, dim=0), columns), there, atol=1e-3)


def test_a_pose_nobody_drew_has_no_score_and_takes_none_from_the_others() -> None:
    x = features([person("tree", 1)], dim=0)
    alone = drawn_scores(x, columns_of(SLUGS))
    beside = drawn_scores(x, columns_of((*SLUGS, "teachers_favourite")))
    assert np.isnan(beside[0, -1])
    np.testing.assert_array_equal(alone, beside[:, :-1])
    assert alone.min() >= -6
    assert np.exp(alone).sum() == pytest.approx(1, abs=0.02)


def test_branches_are_joined_by_one_layer() -> None:
    # Row: [found | 29 descriptors | even | odd]; one branch reads column 1 and adds 1 to it twice.
    x = np.zeros((1, features([], dim=0).shape[1]), np.float32)
    x[0, 1] = 2
    network = {
        "whole.0.weight": np.array([[1.0], [-1.0]], np.float32),
        "whole.0.bias": np.array([1.0, 0.0], np.float32),
        "whole.1.weight": np.array([[1.0, 5.0]], np.float32),
        "whole.1.bias": np.array([1.0], np.float32),
        "out.weight": np.array([[1.0], [0.0]], np.float32),
        "out.bias": np.array([0.0, 3.0], np.float32),
    }
    small = Drawn(slugs=("a", "b"), recipe=RECIPE, inputs={"whole": np.array([1])}, networks=(network, network))
    # relu(2 + 1) = 3 and relu(-2) = 0; relu(3 + 0 + 1) = 4; logits 4 and 3. A mirror leaves column 1 alone.
    np.testing.assert_allclose(small.logits(x)[0], [4, 3] - np.log(np.exp(4) + np.exp(3)), rtol=1e-5)
