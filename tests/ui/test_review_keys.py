"""The review page under a coach's hands: keys, other keys, names typed, the mouse on the photo, fingers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes import AGREED, Studio
from tests.ui.browsing import BROWSER, opened
from tests.ui.fingers import Fingers
from tests.ui.keyboard import COACH, POSES
from yogalab.lab.lab import Lab
from yogalab.records import LabelKind

pytestmark = BROWSER

PHOTO = ".yl-review .yl-stage img"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
ZOOM = "() => Number(document.querySelector('.yl-review .yl-stage').style.getPropertyValue('--zoom'))"

# The photo is larger than its place, and the skeleton lies on it as before.
TOGETHER = """() => {
    const [stage, image, bones] = ['', ' > img', ' > svg']
        .map(one => document.querySelector('.yl-review .yl-stage' + one).getBoundingClientRect());
    return image.width > 1.2 * stage.width
        && ['x', 'y', 'width', 'height'].every(side => Math.abs(image[side] - bones[side]) < 0.5);
}"""


class Reviewed:
    """The page in front of a coach, and what the lab has heard of it."""

    def __init__(self, page: Any, lab: Lab, photos: Sequence[int]) -> None:
        self.page = page
        self._lab = lab
        self._photos = photos
        page.click("#yl-tab-review-button")
        page.wait_for_selector(".yl-answer")

    def kinds(self) -> list[LabelKind]:
        """What was kept so far, in the order in which it was said."""
        self.page.wait_for_selector("text=All saved")
        events = [event for photo in self._photos for event in self._lab.review.history(COACH, photo)]
        return [event.kind for event in sorted(events, key=lambda event: event.seq)]

    def next_after(self, act: Any) -> None:
        """Do what answers the photo in front; another one is there afterwards."""
        before = self.page.get_attribute(PHOTO, "src")
        act()
        self.page.wait_for_function(
            "([photo, src]) => document.querySelector(photo)?.getAttribute('src') !== src", arg=[PHOTO, before]
        )

    def answer(self, key: str) -> None:
        self.next_after(lambda: self.page.keyboard.press(key))

    def zoom(self) -> float:
        return float(self.page.evaluate(ZOOM))


def fill(lab: Lab, studio: Studio, *, each: int = 2) -> Sequence[int]:
    """Photos that all come with a guess: those kept aside to judge by may come without one."""
    lab.photos.add(COACH, [studio.draw(slug, 30, label=slug) for slug in POSES], consent=AGREED)
    drawn = [studio.draw(slug, seed) for seed in range(31, 32 + 2 * each) for slug in POSES]
    added = lab.photos.add(COACH, drawn, consent=AGREED).new
    taught = [photo for photo in added if not lab.review.card(COACH, photo).photo.holdout]
    kept = taught[: each * len(POSES)]
    lab.photos.delete(COACH, [photo for photo in added if photo not in kept])
    return kept


def test_every_key_works_after_a_click_anywhere(page: Any, lab: Lab, studio: Studio) -> None:
    review = Reviewed(page, lab, fill(lab, studio))
    keyboard = page.keyboard
    # The tab that was clicked would be pressed again by Enter and Space.
    page.click("#yl-tab-review-button")
    review.answer("Enter")
    page.click("#yl-tab-check-button")
    page.click(".yl-check button >> nth=0")
    page.click("#yl-tab-review-button")
    review.answer(" ")
    page.click(".yl-review button:has-text('Skeleton')")
    page.wait_for_selector(".yl-review.is-boneless")
    review.answer(" ")
    page.click(PHOTO)
    keyboard.press("s")
    page.wait_for_selector(".yl-review:not(.is-boneless)")
    review.answer("n")
    page.click(".yl-who")
    keyboard.press("1")
    keyboard.press("Escape")
    review.answer("x")
    assert review.kinds() == [
        LabelKind.POSE,
        LabelKind.SKIP,
        LabelKind.SKIP,
        LabelKind.NOT_A_POSE,
        LabelKind.NOBODY,
    ]
    keyboard.press("b")
    page.wait_for_selector("button[aria-pressed=true]:has-text('Wrong skeleton')")
    keyboard.type("tree")
    page.wait_for_selector(".yl-found li.is-active:has-text('Tree')")
    review.answer("Enter")
    review.next_after(lambda: page.click(".yl-answer >> nth=1"))
    assert review.kinds()[5:] == [LabelKind.WRONG_SKELETON, LabelKind.POSE, LabelKind.POSE]

    for held in ("Control+c", "Alt+1", "Control+Enter"):
        keyboard.press(held)
    src = page.get_attribute(PHOTO, "src")
    review.answer("Control+z")
    review.answer("2")
    assert page.get_attribute(PHOTO, "src") == src
    review.answer("ArrowLeft")
    review.answer("ArrowRight")
    review.answer("u")
    sides = page.locator(".yl-side").all_inner_texts()
    for key in ("m", ","):
        keyboard.press(key)
        assert page.locator(".yl-side").all_inner_texts() != sides
        sides = page.locator(".yl-side").all_inner_texts()
    keyboard.press("?")
    page.wait_for_selector("dialog[open] :text('the body larger')")
    keyboard.press("1")
    keyboard.press("Escape")
    assert review.kinds()[8:] == [LabelKind.UNDO, LabelKind.POSE, LabelKind.UNDO]


def test_other_keys_are_chosen_by_pressing_them_and_stay(page: Any, lab: Lab, studio: Studio) -> None:
    # More than the page holds before it is loaded anew.
    review = Reviewed(page, lab, fill(lab, studio, each=4))
    keyboard = page.keyboard

    def choose(words: str, key: str) -> None:
        page.click(f".yl-remap-list li:has-text('{words}') button")
        keyboard.press(key)

    keyboard.press("?")
    page.click("dialog button:text-is('Choose other keys')")
    choose("skip this photo", "3")
    page.wait_for_selector("dialog :text('3 cannot be chosen')")
    keyboard.press("Control+k")
    page.wait_for_selector("dialog :text('One key by itself')")
    keyboard.press("k")
    page.wait_for_selector("dialog :text('K is now for “skip this photo”')")
    choose("nobody in the photo", "n")
    page.wait_for_selector("dialog :text('N is already for “somebody, but no pose”')")
    keyboard.press("Enter")
    page.wait_for_selector("dialog :text('N is now for “nobody in the photo”')")
    choose("this list", "Escape")
    page.click("dialog button:text-is('Done')")
    assert review.kinds() == []

    page.reload()
    page.wait_for_selector("text=Choose photos")
    page.click("#yl-tab-review-button")
    for code, hint, shortcut in (("Skip", "K", "k"), ("Nobody there", "N", "n"), ("Not a pose", "X", "x")):
        button = page.locator(f".yl-marks button:has-text('{code}')")
        assert (button.locator("kbd").inner_text(), button.get_attribute("aria-keyshortcuts")) == (
            hint,
            shortcut,
        )
    for key in ("k", "n", "x"):
        review.answer(key)
    keyboard.press(" ")
    assert review.kinds() == [LabelKind.SKIP, LabelKind.NOBODY, LabelKind.NOT_A_POSE]
    keyboard.press("?")
    assert page.locator(".yl-keys dt:has-text('K') + dd").inner_text() == "skip this photo"
    page.click("dialog button:text-is('Choose other keys')")
    page.click("dialog button:text-is('All as they were')")
    page.click("dialog button:text-is('Done')")
    review.answer(" ")
    assert review.kinds()[3:] == [LabelKind.SKIP]
    assert page.evaluate("localStorage.getItem('yogalab.keys')") is None


def test_a_name_is_found_without_the_network_and_a_misspelled_one_with_it(
    page: Any, lab: Lab, studio: Studio
) -> None:
    review = Reviewed(page, lab, fill(lab, studio))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))

    def searched() -> list[str]:
        return [data for data in asked if '"search"' in data]

    # A command's letter with Shift begins a name; the name is Sanskrit.
    page.keyboard.press("Shift+N")
    page.keyboard.type("avasana", delay=0)
    page.wait_for_selector(".yl-found li.is-active:has-text('Boat')")
    assert searched() == []
    review.answer("Enter")
    page.keyboard.type("warior 3")
    page.wait_for_selector(".yl-found li.is-active:has-text('Warrior III')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    review.answer("Enter")
    assert len(searched()) == 1
    page.click(".yl-search input")
    page.keyboard.type("nxbu 12?")
    page.keyboard.press("Escape")
    assert review.kinds() == [LabelKind.POSE, LabelKind.POSE]

    # The photo under the mouse: nearer, moved, and whole again at the next one.
    assert review.zoom() == 1
    page.hover(PHOTO)
    page.mouse.wheel(0, -400)
    page.wait_for_selector(".yl-stage.is-zoomed")
    before = page.locator(PHOTO).bounding_box()
    page.mouse.down()
    page.mouse.move(400, 500, steps=3)
    page.mouse.up()
    assert page.locator(PHOTO).bounding_box() != before
    page.keyboard.press("Escape")
    assert review.zoom() == 1
    page.keyboard.press("z")
    assert review.zoom() > 1.2
    assert page.get_attribute("button:has-text('Larger')", "aria-pressed") == "true"
    page.wait_for_function(TOGETHER)
    review.answer("1")
    assert review.zoom() == 1


def test_a_finger_answers_only_where_it_means_to(
    browser: Any, lab: Lab, studio: Studio, tmp_path: Path
) -> None:
    photos = fill(lab, studio)
    with opened(browser, lab, tmp_path, **PHONE) as page:
        review = Reviewed(page, lab, photos)
        page.evaluate("scrollTo(0, 0)")
        fingers = Fingers(page)
        # Let go too early, gone back, gone astray: nothing is meant.
        fingers.swipe((-20, 0), (20, 0))
        fingers.press(((-100, 0),))
        fingers.drag(((-100, 0),), ((100, 0),))
        page.wait_for_selector(".yl-swipe.is-right.is-ready:has-text('let go')")
        fingers.drag(((100, 0),), ((-90, 0),))
        fingers.lift()
        fingers.swipe((-90, 90), (90, -90))
        assert page.locator(".yl-swipe").count() == 0
        assert review.kinds() == []
        first = page.locator(".yl-answer b >> nth=0").inner_text()
        review.next_after(lambda: fingers.swipe((-100, 0), (100, 5)))
        page.wait_for_selector(f"text=Last: {first}")
        review.next_after(lambda: fingers.swipe((100, 0), (-100, 5)))
        review.next_after(lambda: fingers.swipe((0, 110), (5, -80)))
        assert review.kinds() == [LabelKind.POSE, LabelKind.SKIP, LabelKind.UNDO]
        fingers.pinch(((-20, 0), (20, 0)), ((-100, 0), (100, 0)))
        assert review.zoom() > 2
        # One finger moves a photo that is near, and does not answer.
        fingers.swipe((-100, 0), (100, 0))
        for tap in range(2):
            fingers.swipe((tap, 0), (tap, 0), steps=1)
        page.wait_for_function(f"({ZOOM})() === 1")
        review.next_after(lambda: page.tap(".yl-answer >> nth=1"))
        # A finger that draws the page down scrolls it.
        page.evaluate("scrollTo(0, 200)")
        fingers.swipe((0, 20), (0, 120))
        assert review.kinds()[3:] == [LabelKind.POSE]
