"""Each part of a body speaks for itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.learning.bodies import POSES, person, photos, seen
from yogalab.learning.features import features, layout_of
from yogalab.learning.parts import PARTS, PartView, part_figures, part_view
from yogalab.poses import body
from yogalab.poses.geometry import DESCRIPTORS
from yogalab.poses.postures import postures
from yogalab.poses.templates import target_matrix
from yogalab.records import Encodings, Matrix, Pose

WIDTH = features([], dim=0).shape[1]


def row(*people: Encodings) -> Matrix:
    return features(people, dim=0)


def untaught(poses: list[Pose]) -> PartView:
    targets, tolerances = target_matrix(poses)
    return part_view(row(), np.zeros(0, np.int64), targets=targets, tolerances=tolerances)


def taught(slugs: list[str], each: int, *, known: bool) -> PartView:
    """A coach named `each` drawn bodies of every pose; known: the poses have their templates."""
    train = photos(slugs, each, first=50)
    targets, tolerances = target_matrix([POSES[slug] for slug in slugs])
    columns = np.repeat(np.arange(len(slugs)), each)
    targets = targets if known else np.full_like(targets, np.nan)
    return part_view(train.x, columns, targets=targets, tolerances=tolerances)


def tree_legs_warrior_arms() -> Matrix:
    """Standing upright on one leg as a tree, arms stretched to the sides as a warrior."""
    tree, warrior = postures()["tree"], postures()["warrior_2"]
    limbs = {**tree.limbs, **{name: warrior.limbs[name] for name in ("left_arm", "right_arm")}}
    return row(Encodings(landmarks=seen(body.world(body.joints(replace(tree, limbs=limbs))))))


def test_a_figure_belongs_to_the_part_it_moves_with() -> None:
    figures = part_figures(WIDTH)
    named = {
        part: {DESCRIPTORS[at] for at in np.flatnonzero(own[layout_of(WIDTH).descriptors])}
        for part, own in figures.items()
    }
    assert tuple(figures) == PARTS
    assert "headhip" in named["head"]
    assert {"elb_lo", "shd_hi", "wr_lo", "hands"} <= named["arms"]
    assert {"trunk", "chest"} <= named["torso"]
    assert {"knee_lo", "shin_hi", "feet", "split"} <= named["legs"]
    assert "handfoot" in named["arms"] & named["legs"]
    assert not named["arms"] & {"knee_lo", "trunk", "feet"}
    assert not named["legs"] & {"elb_lo", "trunk", "hands"}
    everything = np.any(list(figures.values()), axis=0)
    assert everything[1:].all() and not everything[0]


def test_a_template_speaks_through_the_part_it_names() -> None:
    targets = np.full((2, len(DESCRIPTORS)), np.nan, np.float32)
    targets[:, DESCRIPTORS.index("trunk")] = 0, 90
    tolerances = np.full(len(DESCRIPTORS), 20, np.float32)
    view = part_view(row(), np.zeros(0, np.int64), targets=targets, tolerances=tolerances)
    upright = row(Encodings(landmarks=seen(body.world(body.joints(postures()["tree"])))))
    said = view.probabilities(upright)
    for part in ("head", "arms", "legs"):
        assert said[part][0].tolist() == pytest.approx([0.5, 0.5])
    # Misfits 0 and, at most, 9: -2 (0 - 2.5) / (1 + 3) = 1.25 and -2 (9 - 2.5) / 4 = -3.25, which is 4.5 less.
    assert said["torso"][0, 0] == pytest.approx(1 / (1 + np.exp(-4.5)), abs=1e-3)


@pytest.mark.parametrize("each", [0, 1, 5])
def test_legs_say_tree_and_arms_say_warrior(each: int) -> None:
    slugs = ["bridge", "downward_dog", "tree", "warrior_2"]
    view = taught(slugs, each, known=True) if each else untaught([POSES[slug] for slug in slugs])
    said = view.probabilities(tree_legs_warrior_arms())
    assert slugs[said["legs"][0].argmax()] == "tree"
    assert slugs[said["arms"][0].argmax()] == "warrior_2"


def test_poses_without_template_are_learnt_part_by_part() -> None:
    slugs = ["boat", "bridge", "downward_dog", "tree"]
    view = taught(slugs, 6, known=False)
    for column, slug in enumerate(slugs):
        said = view.probabilities(row(*(person(slug, seed) for seed in range(6))))
        for part in ("arms", "torso", "legs"):
            assert said[part].shape == (6, len(slugs))
            assert said[part][:, column].mean() > 0.5, (slug, part)


def test_a_pose_that_nobody_labelled_or_described_is_neither_favoured_nor_ruled_out() -> None:
    slugs = ["boat", "tree"]
    train = photos(slugs, 4, first=50)
    free = np.full((3, len(DESCRIPTORS)), np.nan, np.float32)
    _, tolerances = target_matrix([POSES["tree"]])
    view = part_view(train.x, np.repeat([0, 1], 4), targets=free, tolerances=tolerances)
    for part, said in view.probabilities(row(person("tree", 1), person("boat", 1))).items():
        assert (said[:, 2] > 0.001).all(), part
        assert (said[:, 2] < 0.5).all(), part


def test_of_many_labels_only_the_newest_are_looked_at() -> None:
    train = photos(["tree"], 60)
    targets, tolerances = target_matrix([POSES["tree"], POSES["boat"]])
    view = part_view(train.x, np.zeros(60, np.int64), targets=targets, tolerances=tolerances)
    assert len(view.votes) == 40
    newest = part_view(train.x[20:], np.zeros(40, np.int64), targets=targets, tolerances=tolerances)
    for part in PARTS:
        np.testing.assert_array_equal(view.bodies[part], newest.bodies[part])
