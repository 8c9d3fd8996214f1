"""Photos that are asked without a guess, guesses switched off, and how it goes today, in a browser."""

from __future__ import annotations

from typing import Any

from tests.fakes import AGREED, Studio
from tests.ui.browsing import BROWSER
from tests.ui.keyboard import COACH, POSES, answer, slug_in_front
from yogalab.lab.lab import Lab
from yogalab.records import LabelEvent, LabelKind

pytestmark = BROWSER

PHOTO = ".yl-review .yl-stage img"
OWN = ".yl-answers.is-own .yl-answer"
GUESSED = ".yl-answers:not(.is-own) .yl-answer"


class Sitting:
    """A coach at the page, and what the lab has heard from there."""

    def __init__(self, page: Any, lab: Lab) -> None:
        self.page, self._lab = page, lab
        self.explained: list[str] = []
        page.on("request", self._hear)
        page.click("#yl-tab-review-button")
        page.wait_for_selector(".yl-answer")

    def _hear(self, request: Any) -> None:
        if '"explain"' in (request.post_data or ""):
            self.explained.append(request.post_data)

    def name(self) -> LabelEvent:
        """Name the photo in front rightly; return what was kept, once it is."""
        page, photo = self.page, int(self.page.get_attribute(PHOTO, "src").split("?")[0].split("/")[-1])
        answer(page, self._lab, slug_in_front(page))
        page.wait_for_function(
            "([image, photo]) => !document.querySelector(image)?.src.includes(`/photo/${photo}?`)",
            arg=[PHOTO, photo],
        )
        page.wait_for_selector("text=All saved")
        return self._lab.review.history(COACH, photo)[-1]


def fill(lab: Lab, studio: Studio) -> None:
    lab.photos.add(COACH, [studio.draw(slug, 30, label=slug) for slug in POSES], consent=AGREED)
    new = lab.photos.add(
        COACH, [studio.draw(slug, seed) for seed in (31, 32, 33) for slug in POSES], consent=AGREED
    ).new
    # Kept aside to judge by: those are what is asked at random.
    lab._parts.store.set_holdout(new[:12])


def test_a_photo_without_a_guess_is_named_before_the_guess_is_told(page: Any, lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    sitting = Sitting(page, lab)
    for _ in range(10):
        if page.is_visible(OWN):
            break
        sitting.name()
    page.wait_for_selector("text=This one without a guess")
    asked = len(sitting.explained)
    assert "%" not in page.inner_text(".yl-review-body")
    assert page.locator(".yl-votes li").count() == 0
    names = page.locator(f"{OWN} b").all_inner_texts()
    assert names and len(names) == len(set(names))

    # Nobody agrees to what nobody suggested.
    src = page.get_attribute(PHOTO, "src")
    page.keyboard.press("Enter")
    page.wait_for_selector(".yl-search input:focus")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.get_attribute(PHOTO, "src") == src
    assert len(sitting.explained) == asked
    first = sitting.name()
    assert first.details["sample"] == "hidden" and first.details["guess"] and first.shown == ()
    page.wait_for_selector(".yl-last:has-text('The computer thought')")

    # Taken back, it is asked with the guess, and what is said then is no longer said without one.
    page.keyboard.press("u")
    page.wait_for_selector(GUESSED)
    assert page.get_attribute(PHOTO, "src").split("?")[0] == src.split("?")[0]
    again = sitting.name()
    assert (again.photo_id, again.kind, again.details) == (first.photo_id, LabelKind.POSE, {})
    assert again.shown[0].pose_id == first.details["guess"]


def test_guesses_stay_off_as_long_as_a_coach_wants(page: Any, lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    sitting = Sitting(page, lab)
    if not page.is_visible(GUESSED):
        sitting.name()
    page.keyboard.press("g")
    page.wait_for_selector("text=Suggestions are off")
    assert page.get_attribute("button:has-text('Suggestions')", "aria-pressed") == "false"
    assert page.locator(GUESSED).count() == 0
    for _ in range(3):
        kept = sitting.name()
        assert (kept.shown, kept.details) == ((), {})
    page.reload()
    page.click("#yl-tab-review-button")
    page.wait_for_selector("text=Suggestions are off")
    # The poses named so far are at hand, by name.
    page.wait_for_selector(OWN)
    names = page.locator(f"{OWN} b").all_inner_texts()
    assert names == sorted(names)
    explained = len(sitting.explained)
    src = page.get_attribute(PHOTO, "src")
    page.keyboard.press("1")
    page.wait_for_function(
        "([image, src]) => document.querySelector(image).getAttribute('src') !== src", arg=[PHOTO, src]
    )
    page.wait_for_selector(f"text=Last: {names[0]}")
    assert len(sitting.explained) == explained

    page.wait_for_selector(".yl-tally:has-text('today')")
    today = int(page.inner_text(".yl-tally").split()[0])
    assert today >= 4
    page.click(".yl-target")
    page.keyboard.type(str(today + 2))
    page.keyboard.press("Enter")
    page.wait_for_selector(f".yl-target:text-is('2 left to {today + 2}')")
    for key in ("x", "n"):
        page.keyboard.press(key)
    page.wait_for_selector(f".yl-target.is-reached:text-is('{today + 2} for today are done')")
    page.keyboard.press(" ")
    page.keyboard.press("u")
    page.keyboard.press("u")
    page.wait_for_selector(f".yl-target:text-is('1 left to {today + 2}')")
    page.click("button:has-text('Suggestions')")
    page.wait_for_selector("text=Suggestions are off", state="detached")
