"""A pose told in words becomes figures of a body, and no word is dropped in silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from yogalab.poses.described import described
from yogalab.poses.figures import figure
from yogalab.poses.geometry import describe
from yogalab.poses.taxonomy import builtin_poses
from yogalab.poses.templates import as_measured, drafts, target_matrix, template_scores

POSES = builtin_poses()
TOLD = {
    "tree": "Standing on one leg, the other foot against the inner thigh, palms together overhead.",
    "warrior_2": "A lunge with the front knee bent, back leg straight, arms to the sides at shoulder height.",
    "corpse": "lying on the back, legs straight, arms along the body",
    "bound_angle": "sitting upright, soles of the feet together, hands holding the feet",
    "seated_forward_bend": "sitting with the legs straight, folded forward, hands holding the feet",
    "handstand": "handstand, legs together",
    "wind_relieving": "lying on the back, knees pulled to the chest",
    "garland": "deep squat, palms together at the chest, knees wide",
}


@pytest.mark.parametrize("slug", TOLD)
def test_a_described_pose_is_found_among_all_others(slug: str) -> None:
    told = described(TOLD[slug])
    assert told.unknown == ()
    # The drawn body stands as it should, so all templates do: the others as drafted, this one as described.
    others = [replace(pose, template=drafts()[pose.slug]) for pose in POSES]
    mine = next(k for k, pose in enumerate(others) if pose.slug == slug)
    values, tolerances = target_matrix(others)
    values[mine] = target_matrix([replace(POSES[mine], template=told.template)])[0][0]
    drawn = figure(POSES[mine])
    assert drawn is not None
    scores = template_scores(describe(drawn.world[None]), values, tolerances)[0]
    assert (scores > scores[mine]).sum() < 5


def test_words_that_say_nothing_are_named_in_their_order() -> None:
    told = described("on one leg like a flamingo, frobnicating the elbows, arms overhead")
    assert told.understood == ("on one leg", "arms overhead")
    assert told.unknown == ("flamingo", "frobnicating", "elbows")


def test_what_cannot_be_measured_is_not_taken_for_understood() -> None:
    assert set(described("standing, gaze up, feet turned out").unknown) >= {"gaze", "up", "turned"}


def test_parts_overrule_the_stance_in_whatever_order_they_come() -> None:
    one, other = described("standing, knees bent"), described("knees bent, standing")
    assert one.template == other.template
    assert one.template["knee_lo"] == pytest.approx(as_measured({"knee_lo": 100})["knee_lo"])


def test_whoever_folds_forward_is_not_upright_any_more() -> None:
    upright, folded = described("sitting"), described("sitting, folded forward")
    assert "trunk" in upright.template and "trunk" not in folded.template


def test_empty_words_say_nothing() -> None:
    assert described("").template == described(" , . ").template == {}


def test_figures_are_those_a_camera_measures() -> None:
    told = described("arms straight")
    assert told.template == pytest.approx(as_measured({"elb_lo": 165, "elb_hi": 172}))
    assert np.all(np.array(list(told.template.values())) < 165)
