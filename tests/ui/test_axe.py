"""Every page and dialog, light and dark, wide and small: nothing shuts anybody out, by axe-core's rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import AGREED, Studio
from tests.ui.browsing import BROWSER, PATIENCE, window_at
from tests.ui.serving import serving
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.settings import Settings
from yogalab.ui.scripts import address
from yogalab.words import say

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

pytestmark = BROWSER
COACH = Coach(id="coach", name="Coach", role=Role.OWNER)
BEN = Coach(id="ben", name="Ben", role=Role.OWNER)
LOOKS = {
    "light, wide": {"color_scheme": "light"},
    "dark, small": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}
GRAVE = {"serious", "critical"}


def found(page: Any, where: str) -> list[str]:
    """What shuts somebody out: rule, place, and what is wrong with it."""
    # Colours that are still on their way are neither the old nor the new ones.
    page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))")
    options = {"resultTypes": ["violations"]}
    violations = axe.Axe().run(page, options=options).response["violations"]
    return [
        f"{where}: {one['id']} ({one['impact']}) at {node['target'][0]}: {node['failureSummary']}"
        for one in violations
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def tour(page: Any) -> Iterator[str]:
    """Go from page to page; yields the name of what is in front, ready to be looked at."""
    page.wait_for_selector(".yl-tile")
    yield "photos"
    page.locator(".yl-tile-photo").first.click()
    page.wait_for_selector("dialog[open] .yl-history, dialog[open] h3")
    yield "a photo large"
    page.keyboard.press("Escape")
    page.click(".yl-who")
    page.wait_for_selector("dialog[open] #yl-name")
    yield "the name"
    page.keyboard.press("Escape")
    show(page, "review", ".yl-answer")
    yield "review"
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    yield "all keys"
    page.keyboard.press("Escape")
    show(page, "check", f".yl-check >> text=/{say('check.disagreements')}/")
    page.click(f".yl-check >> text=/{say('check.disagreements')}/")
    page.wait_for_selector(".yl-check img")
    yield "check"
    show(page, "models", ".yl-version")
    yield "models"
    show(page, "poses", ".yl-poses li")
    yield "poses"
    show(page, "live", ".yl-live button")
    yield "live"


def show(page: Any, tab: str, sign: str) -> None:
    page.evaluate(
        "([tab, core]) => import(new URL(core, document.baseURI)).then(core => core.goTo(tab))",
        [tab, address("core.js")],
    )
    page.wait_for_selector(sign)


def filled(lab: Lab, studio: Studio) -> None:
    """Photos of three poses, a version, something to check and something to name."""
    named = [studio.draw(slug, seed, label=slug) for slug in ("tree", "boat") for seed in range(3)]
    added = lab.photos.add(COACH, named, consent=AGREED)
    lab.photos.add(COACH, [studio.draw("camel", seed) for seed in range(3)], consent=AGREED)
    lab.review.label(BEN, added.new[0], "camel")
    lab.versions.train(COACH)


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_shuts_anybody_out(look: str, browser: Any, lab: Lab, studio: Studio, tmp_path: Path) -> None:
    with serving(lab, Settings(home=tmp_path)) as address:
        with window_at(browser, address, newcomer=True, **LOOKS[look]) as page:
            page.wait_for_selector(".yl-welcome li")
            page.wait_for_selector(f"text={say('photos.none')}")
            grave = found(page, "welcome, no photos")
        filled(lab, studio)
        with window_at(browser, address, **LOOKS[look]) as page:
            for where in tour(page):
                grave += found(page, where)
    assert grave == []


def test_nobody_is_shut_out_at_the_door(browser: Any, lab: Lab, tmp_path: Path) -> None:
    grave: list[str] = []
    with serving(lab, Settings(home=tmp_path, password="nine lives of a cat")) as address:
        for look in LOOKS.values():
            context = browser.new_context(**look)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(f"{address}/login")
            page.fill("#name", "Anna")
            page.fill("#password", "wrong")
            page.click("form button")
            page.wait_for_selector("[role=alert]")
            grave += found(page, "login")
            context.close()
    assert grave == []
