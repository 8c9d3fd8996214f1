"""The skeleton drawn, as SVG and into pixels."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from yogalab import overlay
from yogalab.overlay import FAINT, LEFT, MIDDLE, RIGHT, svg
from yogalab.records import Landmarks
from yogalab.skeleton import BONES, INDEX, LANDMARKS
from yogalab.vision.overlay import draw

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def skeleton() -> Landmarks:
    points = np.empty((LANDMARKS, 4), np.float32)
    points[:, 0] = np.linspace(0.1, 0.9, LANDMARKS)
    points[:, 1] = np.linspace(0.9, 0.1, LANDMARKS) ** 2
    points[:, 2], points[:, 3] = 0, 0.9
    points[INDEX["left_ankle"], 3] = 0.49
    return Landmarks(points=points, world=np.zeros((LANDMARKS, 3), np.float32), aspect=1.5)


def test_every_landmark_and_bone_is_drawn(skeleton: Landmarks) -> None:
    tree = ET.fromstring(svg(skeleton, 300, 200))
    assert tree.get("viewBox") == "0 0 300 200"
    assert len(tree.findall(f"{SVG}circle")) == LANDMARKS
    assert len(tree.findall(f"{SVG}g")) == len(BONES)
    nose = next(dot for dot in tree.iter(f"{SVG}circle") if dot.get("data-name") == "nose")
    assert (float(nose.get("cx", "")), float(nose.get("cy", ""))) == (30.0, pytest.approx(162.0))


def test_sides_differ_in_colour_and_hidden_parts_are_faint(skeleton: Landmarks) -> None:
    dots = {dot.get("data-name"): dot for dot in ET.fromstring(svg(skeleton, 300, 200)).iter(f"{SVG}circle")}
    assert dots["left_knee"].get("fill") == LEFT
    assert dots["right_knee"].get("fill") == RIGHT
    assert dots["nose"].get("fill") == MIDDLE
    assert dots["left_knee"].get("opacity") == "1"
    assert dots["left_ankle"].get("opacity") == f"{FAINT:g}"
    assert overlay.opacity(skeleton.points, INDEX["left_knee"], INDEX["left_ankle"]) == FAINT
    assert overlay.colour(INDEX["left_hip"], INDEX["right_hip"]) == MIDDLE


def test_every_stroke_has_a_halo_for_light_backgrounds(skeleton: Landmarks) -> None:
    for group in ET.fromstring(svg(skeleton, 300, 200)).findall(f"{SVG}g"):
        halo, bone = group.findall(f"{SVG}path")
        assert halo.get("stroke") == overlay.HALO
        assert float(halo.get("stroke-width", "")) > float(bone.get("stroke-width", ""))


def test_titles_are_escaped_and_nobody_is_an_empty_picture(skeleton: Landmarks) -> None:
    tree = ET.fromstring(svg(skeleton, 300, 200, title='<b> "tree" & co'))
    assert tree.get("aria-label") == '<b> "tree" & co'
    assert len(ET.fromstring(svg(None, 300, 200))) == 0


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_it_can_be_read_on_any_background(skeleton: Landmarks, shade: int) -> None:
    pixels = np.full((200, 300, 3), shade, np.uint8)
    drawn = np.asarray(draw(pixels, skeleton)).astype(int)
    assert drawn.shape == pixels.shape
    changed = np.abs(drawn - shade).max(axis=2)
    assert (changed > 90).sum() > 300
    assert (pixels == shade).all()
    assert np.array_equal(np.asarray(draw(pixels, None)), pixels)
