"""The drawn figures: each is its own pose, as a skeleton, as a little picture and as a drawn person."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from yogalab import skeleton
from yogalab.poses import body
from yogalab.poses.figures import draw_person, figure, figure_svg
from yogalab.poses.geometry import describe
from yogalab.poses.postures import postures
from yogalab.poses.taxonomy import builtin_poses
from yogalab.poses.templates import drafts, shipped, target_matrix, template_scores
from yogalab.records import Matrix, Pose

POSES = builtin_poses()
DRAWN = [pose for pose in POSES if figure(pose) is not None]
# Drawn bodies stand as poses are drafted; the tuned templates are what a camera makes of bodies.
SHAPED = [replace(pose, template=drafts()[pose.slug]) for pose in POSES]
UNKNOWN = Pose(id=900, slug="lizard", name="Lizard")


def scores(worlds: Matrix) -> Matrix:
    values, tolerances = target_matrix(SHAPED)
    return template_scores(describe(worlds), values, tolerances)


def world_of(pose: Pose) -> Matrix:
    drawn = figure(pose)
    assert drawn is not None
    return drawn.world


def test_every_pose_is_drawn_and_has_a_template() -> None:
    assert {pose.slug for pose in POSES} == {pose.slug for pose in DRAWN} == set(drafts()) == set(shipped())


def test_every_figure_is_of_a_pose() -> None:
    assert set(postures()) <= {pose.slug for pose in POSES}


@pytest.mark.parametrize("pose", SHAPED, ids=lambda pose: pose.slug)
def test_a_figure_fits_its_own_template_best(pose: Pose) -> None:
    best = SHAPED[int(scores(world_of(pose)[None])[0].argmax())]
    assert best.slug == pose.slug


def test_figures_fit_what_a_camera_measures_too() -> None:
    values, tolerances = target_matrix(POSES)
    worlds = describe(np.stack([world_of(pose) for pose in POSES]))
    order = (-template_scores(worlds, values, tolerances)).argsort(axis=1)
    ranks = (order == np.arange(len(POSES))[:, None]).argmax(axis=1)
    assert (ranks == 0).mean() > 0.9
    assert (ranks < 4).all()


def test_figures_still_fit_when_somebody_else_takes_the_pose() -> None:
    rng = np.random.default_rng(8)
    right = []
    for number, pose in enumerate(SHAPED):
        worlds = [
            body.world(
                body.joints(body.loosened(postures()[pose.slug], rng, 8), body.varied(body.Build(), rng))
            )
            for _ in range(8)
        ]
        right.append(float((scores(np.stack(worlds)).argmax(1) == number).mean()))
    assert np.mean(right) > 0.9
    # Scale and cockerel differ by how far the hands lift the hips.
    assert min(right) > 0.3


def test_a_figure_in_the_mirror_scores_the_same() -> None:
    worlds = np.stack([world_of(pose) for pose in SHAPED])
    mirrored = worlds[:, list(skeleton.MIRROR)] * np.array([-1, 1, 1], dtype=np.float32)
    assert scores(mirrored) == pytest.approx(scores(worlds), abs=1e-3)


def test_a_figure_lies_within_its_picture() -> None:
    for pose in DRAWN:
        drawn = figure(pose)
        assert drawn is not None
        assert drawn.points.shape == (33, 4) and drawn.found_by == "drawn"
        assert drawn.points[:, :2].min() > 0 and drawn.points[:, :2].max() < 1
        assert (drawn.visibility == 1).all()


def test_a_pose_without_figure_is_absence_not_an_error() -> None:
    assert figure(UNKNOWN) is None
    assert figure_svg(UNKNOWN) == ""
    with pytest.raises(ValueError, match="lizard"):
        draw_person(UNKNOWN, np.random.default_rng(0))


# --- the little picture ---------------------------------------------------------------------------


@pytest.mark.parametrize("pose", DRAWN, ids=lambda pose: pose.slug)
def test_the_little_picture_is_in_the_colour_of_the_text_around_it(pose: Pose) -> None:
    svg = figure_svg(pose, 40)
    root = ElementTree.fromstring(svg)
    assert root.get("fill") == "currentColor"
    assert (root.get("width"), root.get("height")) == ("40", "40")
    assert root.get("aria-label") == pose.name
    # Black and white are for masks only.
    drawn = re.sub(r"<defs>.*</defs>", "", svg)
    assert "#fff" not in drawn and "#000" not in drawn and "stroke" not in drawn
    # Nine of them fit on a page without a thought.
    assert len(svg) < 16_000


def test_two_pictures_on_a_page_do_not_share_names_of_masks() -> None:
    names = [set(re.findall(r' id="([^"]+)"', figure_svg(pose, size))) for pose in DRAWN for size in (40, 200)]
    assert sum(map(len, names)) == len(set().union(*names))


def test_every_mask_and_shape_that_is_used_is_there() -> None:
    for pose in DRAWN:
        svg = figure_svg(pose)
        there = set(re.findall(r' id="([^"]+)"', svg))
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= there


# --- drawn people ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pose", DRAWN, ids=lambda pose: pose.slug)
def test_a_drawn_person_fills_the_picture_and_carries_a_skeleton(pose: Pose) -> None:
    pixels, landmarks = draw_person(pose, np.random.default_rng(pose.id))
    height, width = pixels.shape[:2]
    assert pixels.dtype == np.uint8 and pixels.shape[2] == 3
    assert landmarks.aspect == pytest.approx(width / height)
    assert landmarks.points.dtype == landmarks.world.dtype == np.float32
    assert landmarks.points[:, :2].min() > 0 and landmarks.points[:, :2].max() < 1
    size = np.ptp(landmarks.points[:, :2], axis=0).max()
    assert 0.4 < size < 0.95


def test_picture_and_world_are_one_body() -> None:
    _, landmarks = draw_person(DRAWN[0], np.random.default_rng(3))
    flat = landmarks.points[:, :2] * (landmarks.aspect, 1)
    offsets = flat - flat[[skeleton.LEFT_HIP, skeleton.RIGHT_HIP]].mean(0)
    scale = (offsets * landmarks.world[:, :2]).sum() / (landmarks.world[:, :2] ** 2).sum()
    assert offsets == pytest.approx(landmarks.world[:, :2] * scale, abs=1e-4)


def test_the_same_generator_draws_the_same_person_and_another_another() -> None:
    (first, one), (again, two), (other, three) = (
        draw_person(DRAWN[0], np.random.default_rng(n)) for n in (1, 1, 2)
    )
    assert (first == again).all() and (one.points == two.points).all()
    assert first.shape != other.shape or (first != other).any()
    assert (one.world != three.world).any()


def test_the_body_is_drawn_where_its_skeleton_is() -> None:
    pose = next(pose for pose in DRAWN if pose.slug == "tree")
    for seed in range(6):
        pixels, landmarks = draw_person(pose, np.random.default_rng(seed))
        height, width = pixels.shape[:2]
        at = (landmarks.points[:, :2] * (width, height)).astype(int)
        elbow = pixels[at[skeleton.LEFT_ELBOW, 1], at[skeleton.LEFT_ELBOW, 0]].astype(float)
        # Arms are raised into the bare wall: the wall beside the picture's edge has another colour.
        wall = pixels[at[skeleton.LEFT_ELBOW, 1], 3].astype(float)
        assert np.abs(elbow - wall).max() > 20


def test_drawn_people_are_mostly_recognised_by_their_templates() -> None:
    rng = np.random.default_rng(5)
    worlds = np.stack([draw_person(pose, rng)[1].world for pose in SHAPED[::3]])
    right = scores(worlds).argmax(1) == np.arange(0, len(SHAPED), 3)
    assert right.mean() > 0.85
