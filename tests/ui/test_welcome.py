"""Somebody's first visit: drawn people by one click, a few names, a version; then never again unasked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.ui.browsing import BROWSER, window_at
from tests.ui.keyboard import answer
from tests.ui.serving import serving
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.words import say

CARD = ".yl-welcome"
pytestmark = BROWSER


def test_the_first_visit_leads_from_drawn_people_to_a_version(
    browser: Any, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fewer than a coach gets: one of each pose comes with its name, and three are left to name.
    monkeypatch.setattr("yogalab.ui.routes.DRAWN", 13)
    with (
        serving(lab, Settings(home=tmp_path)) as address,
        window_at(browser, address, newcomer=True) as page,
    ):
        step = page.locator(f"{CARD} li[aria-current=step]")
        assert say("welcome.photos") in step.inner_text()
        page.click(f"text={say('welcome.drawn_go')}")
        page.wait_for_selector(".yl-upload progress")
        # It ends where the next step is done.
        page.wait_for_selector(f".yl-review >> text={say('review.question')}")
        assert say("welcome.name", n=3) in step.inner_text()
        for left in (2, 1, 0):
            stage = page.wait_for_selector(".yl-review .yl-stage img")
            photo, name = stage.get_attribute("src"), stage.get_attribute("alt")
            answer(page, lab, re.sub(r"drawn_\d+_\d+_|\.png", "", name))
            if left:
                page.wait_for_selector(f".yl-review .yl-stage img:not([src='{photo}'])")
        page.wait_for_selector(f"{CARD} li[aria-current=step]:has-text('{say('welcome.teach')}')")
        # A reload changes nothing: the steps are those that were done.
        page.reload()
        page.click(f"{CARD} >> text={say('welcome.teach_go')}")
        page.click(f".yl-models >> text={say('models.train')}")
        page.click(f"text={say('welcome.finished_go')}")
        page.reload()
        page.wait_for_selector("text=Choose photos")
        page.wait_for_function("document.querySelector('.yl-encoder')?.textContent")
        assert page.locator(CARD).is_hidden()
        page.click(f"[aria-label='{say('welcome.open')}']")
        page.wait_for_selector(f"{CARD} >> text={say('welcome.finished')}")
        assert page.evaluate("document.activeElement.id") == "yl-welcome"
        page.click(f"[aria-label='{say('welcome.close')}']")
        assert page.locator(CARD).is_hidden()
