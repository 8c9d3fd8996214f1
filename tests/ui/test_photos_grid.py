"""The grid in a browser: thousands of photos and few nodes; many named at once, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes import AGREED, Studio
from tests.ui.browsing import BROWSER, opened
from tests.ui.keyboard import COACH
from yogalab.bench.crowd import add_crowd
from yogalab.lab.answer_columns import Status
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.records import Consent, LabelKind

pytestmark = BROWSER

SLUGS = ("tree", "warrior_2", "downward_dog", "boat", "chair")


def place_of(page: Any) -> tuple[int, int]:
    """(position, set size) of the tile that has the focus."""
    told = page.evaluate(
        "() => { const e = document.activeElement.closest('.yl-tile');"
        " return [Number(e?.getAttribute('aria-posinset')), Number(e?.getAttribute('aria-setsize'))] }"
    )
    return told[0], told[1]


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def named_tree(lab: Lab) -> int:
    tree = lab.poses.pose(COACH, "tree").id
    return lab.photos.grid(COACH, PhotoFilter(pose=tree, status=Status.LABELLED), count=0).total


def test_two_thousand_photos_are_walked_to_the_end_with_few_of_them_in_the_page(
    browser: Any, lab: Lab, tmp_path: Path
) -> None:
    add_crowd(lab._parts, 2000, seed=1)
    lab.warm()
    with opened(browser, lab, tmp_path) as page:
        page.wait_for_selector(".yl-tile:not(.is-empty)")
        page.focus(".yl-tile-photo >> nth=0")
        assert place_of(page) == (1, 2000)
        press(page, "ArrowRight", "ArrowDown")
        columns = place_of(page)[0] - 2
        assert columns >= 4
        press(page, "End")
        assert place_of(page) == (2000, 2000)
        # The place is there at once and keeps the focus while its photo comes.
        page.wait_for_function("() => document.activeElement.ariaLabel?.includes('crowd_00000')")
        assert page.evaluate("() => document.querySelectorAll('.yl-tile').length") < 150
        box = page.evaluate("() => document.activeElement.getBoundingClientRect().toJSON()")
        assert box["top"] >= 0 and box["bottom"] <= 860
        # As long as a page that had all of them in it.
        height = page.evaluate("() => document.querySelector('.yl-grid').offsetHeight")
        row = page.evaluate("() => document.querySelector('.yl-tile').offsetHeight")
        assert height > 2000 / columns * row
        press(page, "ArrowUp", "Space")
        here = place_of(page)[0]
        assert here == 2000 - columns
        press(page, "PageUp", "PageUp", "PageUp", "Shift+Space")
        page.wait_for_function(
            "n => document.querySelector('.yl-picked').innerText.includes(n)",
            arg=str(here - place_of(page)[0] + 1),
        )
        # Scrolled away by hand, the photo with the focus still hears its keys.
        before = place_of(page)[0]
        page.evaluate("() => window.scrollTo(0, 0)")
        page.wait_for_selector(".yl-tile[aria-posinset='1']:not(.is-empty)")
        press(page, "ArrowRight")
        assert place_of(page)[0] == before + 1
        # Another page and back: the same photos are in front.
        scroll = page.evaluate("() => window.scrollY")
        page.wait_for_function(
            "at => JSON.parse(sessionStorage['yogalab.photos'] ?? '{}').scroll === at", arg=scroll
        )
        page.click("#yl-tab-models-button")
        page.wait_for_selector(".yl-models .yl-version, .yl-models button")
        page.click("#yl-tab-photos-button")
        page.wait_for_function("at => Math.abs(window.scrollY - at) < 5", arg=scroll)


def test_picked_photos_are_named_at_once_and_all_taken_back_by_one_click(
    page: Any, lab: Lab, studio: Studio
) -> None:
    ids = lab.photos.add(COACH, [studio.draw(s, n) for n in range(1, 7) for s in SLUGS], consent=AGREED).new
    lab.photos._parts.store.set_group(ids[2:4], ids[2])
    lab.review.label(COACH, ids[0], "boat")
    page.reload()
    page.wait_for_selector(f".yl-tile[aria-setsize='{len(ids) - 1}']:not(.is-empty)")
    assert page.locator(".yl-copies").all_inner_texts() == ["×\u20092"]
    page.select_option("#yl-f-status", "waiting")
    page.wait_for_selector(".yl-chosen:has-text('waiting')")
    page.wait_for_selector(f".yl-tile[aria-setsize='{len(ids) - 2}']")
    page.focus(".yl-tile-photo >> nth=3")
    press(page, "Control+a")
    page.wait_for_selector(f".yl-picked:has-text('{len(ids) - 1} picked')")
    page.fill(".yl-pick-name input", "tree")
    page.wait_for_selector(".yl-pick-name .yl-found li.is-active:has-text('Tree')")
    press(page, "Enter")
    page.wait_for_selector(f".yl-picked.is-done:has-text('{len(ids) - 1} photos named Tree.')")
    # None waits any more: the list says so, and how to see all.
    page.wait_for_selector("h2:text-is('No photo fits')")
    assert named_tree(lab) == len(ids) - 1
    page.click(".yl-picked.is-done button:text-is('Undo')")
    page.wait_for_selector(f".yl-notice:has-text('{len(ids) - 1} photos are as they were.')")
    assert named_tree(lab) == 0
    kinds = [[event.kind for event in lab.review.history(COACH, photo)] for photo in ids]
    assert kinds == [[LabelKind.POSE], *[[LabelKind.POSE, LabelKind.UNDO]] * (len(ids) - 1)]
    page.click(".yl-chips button:text-is('Show all')")
    page.wait_for_selector(f".yl-tile[aria-setsize='{len(ids) - 1}']")
    # Looked at one by one: what was said is there, struck through, and the arrow key goes on.
    page.click(".yl-tile-photo >> nth=0")
    page.wait_for_selector(".yl-history del:text-is('Tree')")
    first = page.get_attribute("dialog .yl-stage img", "src")
    press(page, "ArrowRight")
    page.wait_for_function(
        "src => document.querySelector('dialog .yl-stage img')?.getAttribute('src') !== src", arg=first
    )
    press(page, "Escape")
    assert place_of(page)[0] == 2
    consent_is_taken_back_and_given_again(page, lab, ids)


def consent_is_taken_back_and_given_again(page: Any, lab: Lab, ids: Sequence[int]) -> None:
    """Recorded for all that are picked, found again, and as it was at one click."""
    press(page, "Control+a")
    page.click(f".yl-picked:has-text('{len(ids)} picked') button:text-is('Consent…')")
    page.wait_for_selector("dialog p:has-text('So far: They agreed.')")
    # What is recorded is the one that stands out, and Enter chooses it.
    assert page.evaluate("() => [document.activeElement.value, document.activeElement.ariaCurrent]") == [
        "agreed",
        "true",
    ]
    page.click("dialog .yl-choice:has-text('They do not agree')")
    page.wait_for_selector(f".yl-picked.is-done:has-text('{len(ids)} photos: They do not agree.')")
    page.select_option("#yl-f-status", "unagreed")
    page.wait_for_selector(".yl-chosen:has-text('consent missing')")
    page.wait_for_selector(f".yl-tile[aria-setsize='{len(ids) - 1}']")
    assert {photo.consent for photo in lab._parts.store.photos()} == {Consent.WITHDRAWN}
    page.click(".yl-picked.is-done button:text-is('Undo')")
    page.wait_for_selector(f".yl-notice:has-text('{len(ids)} photos are as they were.')")
    page.wait_for_selector("h2:text-is('No photo fits')")
    page.click(".yl-chips button:text-is('Show all')")
    # One alone, where it is looked at.
    page.click(".yl-tile-photo >> nth=0")
    page.click("dialog:has-text('Whether the people shown agree: They agreed.') button:text-is('Consent…')")
    page.click("dialog .yl-choice:has-text('They said yes to publishing, too')")
    page.wait_for_selector("dialog :text('agree: They said yes to publishing, too.')")
    assert sorted(photo.consent for photo in lab._parts.store.photos())[-2:] == [Consent.AGREED, Consent.PUBLIC]
