"""Templates name poses from figures alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.learning.bodies import POSES, person
from yogalab.poses.figures import figure
from yogalab.poses.geometry import DESCRIPTORS, describe
from yogalab.poses.taxonomy import builtin_poses
from yogalab.poses.templates import (
    drafts,
    expanded,
    explain,
    like_body,
    misfits,
    target_matrix,
    template_scores,
    tolerances,
)
from yogalab.records import Matrix


def world_of(slug: str) -> Matrix:
    drawn = figure(POSES[slug])
    assert drawn is not None
    return drawn.world


def test_every_pose_ships_with_a_template_of_known_descriptors() -> None:
    assert (tolerances() > 0).all()
    for pose in builtin_poses():
        assert len(pose.template) >= 8, pose.slug
        assert pose.template.keys() == drafts()[pose.slug].keys() <= set(DESCRIPTORS)


def test_a_pair_names_the_smaller_and_the_larger_side() -> None:
    assert expanded({"knee": [90, 170], "feet": 2}, "here") == {"knee_lo": 90, "knee_hi": 170, "feet": 2}


def test_an_unknown_descriptor_is_named_with_its_place() -> None:
    with pytest.raises(ValueError, match="tree names no known descriptor: nose_hi, nose_lo"):
        expanded({"nose": [1, 2]}, "tree")


def test_the_smaller_side_is_never_measured_larger() -> None:
    for pose in builtin_poses():
        for name, value in pose.template.items():
            if name.endswith("_lo"):
                assert value <= pose.template.get(name.replace("_lo", "_hi"), value), (pose.slug, name)


def test_one_photo_defines_a_pose_that_its_own_body_fits_exactly() -> None:
    someone = person("tree", 1).landmarks
    assert someone is not None
    mine = replace(POSES["tree"], template=like_body(someone))
    values, limits = target_matrix([POSES["warrior_2"], POSES["tree"], mine])
    bodies = describe(np.stack([someone.world, world_of("tree")]))
    scores = template_scores(bodies, values, limits)
    assert scores[0, 2] == pytest.approx(0, abs=1e-6)
    assert scores[1].argmax() != 0


def test_a_score_is_minus_the_mean_of_squared_distances_in_tolerances() -> None:
    values = np.full((3, len(DESCRIPTORS)), np.nan, dtype=np.float32)
    values[0, 0], values[0, 1] = 10, 100
    values[1, 0] = 0
    limits = np.full(len(DESCRIPTORS), 20, dtype=np.float32)
    body = np.zeros((1, len(DESCRIPTORS)), dtype=np.float32)
    body[0, 0], body[0, 1] = 30, 0
    # (20/20)² = 1 and (100/20)² = 25, counted as 9; (30/20)² = 2.25; no template.
    np.testing.assert_allclose(template_scores(body, values, limits)[0], [-5, -2.25, np.nan])
    np.testing.assert_allclose(misfits(body, values, limits)[0, :2, :2], [[1, 9], [2.25, np.nan]])


def test_a_pose_without_template_is_free_everywhere() -> None:
    values, _ = target_matrix([replace(POSES["tree"], template={}), POSES["tree"]])
    assert np.isnan(values[0]).all()
    assert np.nansum(values[1]) == pytest.approx(sum(POSES["tree"].template.values()), rel=1e-5)


def test_drawn_bodies_are_named_by_their_templates() -> None:
    slugs = sorted(POSES)
    people = [person(slug, seed, degrees=6) for slug in slugs for seed in range(4)]
    world = np.stack([one.landmarks.world for one in people if one.landmarks is not None])
    values, limits = target_matrix([POSES[slug] for slug in slugs])
    best = template_scores(describe(world), values, limits).argmax(axis=1)
    assert (best == np.repeat(np.arange(len(slugs)), 4)).mean() > 0.7


def test_an_explanation_names_the_figure_that_strays_most_first() -> None:
    warrior = replace(POSES["warrior_2"], template=drafts()["warrior_2"])
    values, _ = target_matrix([warrior])
    body = np.nan_to_num(values[0])
    body[DESCRIPTORS.index("knee_lo")] += 50
    worst = explain(body, warrior)[0]
    assert (worst.descriptor, worst.target, worst.measured) == ("knee_lo", 110.0, 160.0)
    assert worst.off == pytest.approx(2.0)
