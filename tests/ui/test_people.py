"""Two people in one photo, and a skeleton that is wrong, on the review page in a real browser."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.fakes import AGREED, POSES, Studio, studio_lab
from tests.ui.browsing import BROWSER
from tests.ui.keyboard import COACH, go_to
from yogalab.lab.lab import Lab
from yogalab.poses.figures import draw_person
from yogalab.records import CanonicalPhoto, LabelKind, Landmarks, Upload

pytestmark = BROWSER

PLACE = (0.0, 0.5)


class Pair(Studio):
    """Draws somebody in a tree on the left and somebody in a boat on the right, and finds both."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Landmarks] = []

    def photo(self) -> Upload:
        halves = []
        for number, slug in enumerate(("tree", "boat")):
            pixels, body = draw_person(POSES[slug], np.random.default_rng(number))
            halves.append(Image.fromarray(pixels).resize((480, 480)))
            points = body.points * np.array([0.5, 1, 0.5, 1], np.float32)
            points[:, 0] += PLACE[number]
            self.found.append(replace(body, points=points, aspect=2.0, person=number))
        both = Image.new("RGB", (960, 480))
        for number, half in enumerate(halves):
            both.paste(half, (480 * number, 0))
        file = io.BytesIO()
        both.save(file, "PNG")
        return Upload(name="pair.png", data=file.getvalue())

    def people(self, photo: CanonicalPhoto) -> tuple[Landmarks, ...]:
        return tuple(self.found)


@pytest.fixture
def studio() -> Pair:
    return Pair()


@pytest.fixture
def lab(tmp_path: Path, studio: Pair) -> Lab:
    return studio_lab(tmp_path / "lab", studio=studio)[0]


def tap(page: Any, body: Landmarks) -> None:
    """Press on a body: between its hips."""
    box = page.locator(".yl-review .yl-stage img").bounding_box()
    x, y = body.points[[23, 24], :2].mean(axis=0).tolist()
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def test_another_person_is_turned_to_by_key_and_by_hand_and_named(page: Any, lab: Lab, studio: Pair) -> None:
    (photo,) = lab.photos.add(COACH, [studio.photo()], consent=AGREED).new
    go_to(page, "Review")
    page.wait_for_selector("text=2 people: the one drawn in full is judged.")
    assert page.inner_text(".yl-answer b >> nth=0") == "Tree"
    page.keyboard.press("p")
    page.wait_for_selector("text=number 2 is judged now")
    assert page.inner_text(".yl-answer b >> nth=0") == "Boat"
    # Why it is asked was said of the other one.
    assert page.inner_text(".yl-review .yl-why") == ""
    page.context.set_offline(True)
    tap(page, studio.found[0])
    page.wait_for_selector("text=Turning to somebody else needs the lab")
    # Naming goes on; the answer waits with whom it is about, also over a reload.
    page.keyboard.press("1")
    page.wait_for_selector("text=No connection: 1 answer waits")
    page.context.set_offline(False)
    page.reload()
    go_to(page, "Review")
    page.wait_for_selector("text=All saved")
    (said,) = lab.review.history(COACH, photo)
    assert (said.person, said.pose_id) == (1, POSES["boat"].id)
    page.keyboard.press("u")
    page.wait_for_selector("text=number 2 is judged now")
    tap(page, studio.found[0])
    page.wait_for_selector("text=2 people: the one drawn in full is judged.")
    assert page.inner_text(".yl-answer b >> nth=0") == "Tree"
    page.click(".yl-review button:has-text('Another person')")
    page.wait_for_selector("text=number 2 is judged now")
    assert page.locator(".yl-review .yl-skeleton > g:not(.is-other)").count() == 1


def test_a_wrong_skeleton_is_set_aside_and_taken_back_while_the_photo_stays(
    page: Any, lab: Lab, studio: Pair
) -> None:
    (photo,) = lab.photos.add(COACH, [studio.photo()], consent=AGREED).new
    go_to(page, "Review")
    page.wait_for_selector(".yl-answer")
    drawn_in_full = page.locator(".yl-review .yl-skeleton > g:not(.is-other)")
    for again in ("b", "u"):
        page.keyboard.press("b")
        page.wait_for_selector("text=there is nothing to guess by")
        assert drawn_in_full.count() == 0
        assert page.locator("button[aria-pressed=true]:has-text('Wrong skeleton')").count() == 1
        page.keyboard.press(again)
        page.wait_for_selector(".yl-answer >> nth=0")
        assert drawn_in_full.count() == 1
    page.keyboard.press("b")
    page.wait_for_selector("text=there is nothing to guess by")
    page.keyboard.press("/")
    page.keyboard.type("chair")
    page.wait_for_selector(".yl-found li.is-active:has-text('Chair')")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=All photos are answered")
    page.wait_for_selector("text=All saved")
    kinds = [event.kind for event in lab.review.history(COACH, photo)]
    wrong, undo = LabelKind.WRONG_SKELETON, LabelKind.UNDO
    assert kinds == [wrong, undo, wrong, undo, wrong, LabelKind.POSE]
    label = lab.review.card(COACH, photo).label
    assert label is not None and label.embedding_only and label.pose_id == POSES["chair"].id
    # The answer goes first, then what was said against the skeleton, also after a reload.
    page.reload()
    go_to(page, "Review")
    page.wait_for_selector("text=All photos are answered")
    page.keyboard.press("u")
    page.wait_for_selector("text=there is nothing to guess by")
    page.keyboard.press("u")
    page.wait_for_selector(".yl-answer >> nth=0")
