"""What speaks for a guess, in figures a coach can check by eye."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from yogalab.poses.figures import figure
from yogalab.poses.geometry import DESCRIPTORS
from yogalab.poses.taxonomy import builtin_poses
from yogalab.poses.telling import of_person, tellings
from yogalab.poses.templates import target_matrix
from yogalab.records import Matrix, Pose, Tellings
from yogalab.ui import present

POSES = {pose.slug: pose for pose in builtin_poses()}
WARRIOR = replace(
    POSES["warrior_2"],
    template={"knee_lo": 110, "knee_hi": 170, "feet": 2.2, "ank_hi": -1, "elb_lo": 165, "elb_hi": 168},
)
OTHER = replace(WARRIOR, template={"knee_lo": 110, "feet": 0.3})


def body(**figures: float) -> Matrix:
    """A body that fits the warrior but for these figures."""
    given = {**WARRIOR.template, **figures}
    return np.array([given.get(name, 0.0) for name in DESCRIPTORS], dtype=np.float32)


def test_what_fits_and_tells_the_pose_from_its_rival_comes_first() -> None:
    told = tellings(body(), WARRIOR, [OTHER])
    assert told.fits[0].part == "feet"
    assert len(told.fits) == 2 and told.strays == ()


def test_the_figure_that_strays_most_speaks_against() -> None:
    told = tellings(body(knee_lo=160.0), WARRIOR, [OTHER])
    assert [(one.part, one.measured, one.target) for one in told.strays] == [("knee.front", 160.0, 110.0)]
    assert present.tellings(told)["strays"] == ["front knee 160°, usually 110°"]


def test_two_sides_that_should_be_alike_are_one_figure_by_the_worse_side() -> None:
    told = tellings(body(elb_lo=100.0, elb_hi=167.0), WARRIOR)
    assert [(one.part, one.measured) for one in told.strays] == [("elb.both", 100.0)]


def test_heights_and_distances_are_told_without_figures() -> None:
    assert present.tellings(tellings(body(feet=1.0), WARRIOR))["strays"] == ["feet closer together than usual"]


def test_a_pose_without_template_or_a_photo_without_a_person_has_nothing_to_tell() -> None:
    assert tellings(body(), replace(WARRIOR, template={})) == Tellings()
    assert of_person(None, [WARRIOR]) == Tellings()
    assert of_person(figure(WARRIOR), []) == Tellings()


@pytest.mark.parametrize("pose", POSES.values(), ids=lambda pose: pose.slug)
def test_every_figure_of_every_pose_has_its_words(pose: Pose) -> None:
    targets = np.nan_to_num(target_matrix([pose])[0][0])
    for one in pose.template:
        place = DESCRIPTORS.index(one)
        for off in (-100.0, 0.0, 100.0):
            strayed = targets.copy()
            strayed[place] += off
            told = present.tellings(tellings(strayed, pose))
            assert all(words for words in (*told["fits"], *told["strays"]))
            assert len(told["strays"]) == (off != 0)
