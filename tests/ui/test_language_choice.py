"""The language of the pages in a browser: what it asks for, then what somebody chooses, in all windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.ui.browsing import BROWSER, window_at
from tests.ui.serving import serving
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.words import say, speaking

pytestmark = BROWSER
TABS = "#yl-tabs button[role=tab]"


def reads(page: Any, language: str) -> None:
    """Wait until everything on the page is in this language: what Gradio draws and what scripts draw."""
    with speaking(language):
        page.wait_for_selector(f"{TABS}:has-text('{say('tab.review')}')")
        page.wait_for_selector(f".yl-drop >> text={say('upload.choose')}")
        page.wait_for_selector(f".yl-encoder:has-text('{say('shell.no_encoder')}')")
    assert page.evaluate("document.documentElement.lang") == language


def test_a_language_is_asked_for_chosen_remembered_and_followed(browser: Any, lab: Lab, tmp_path: Path) -> None:
    with (
        serving(lab, Settings(home=tmp_path)) as address,
        window_at(browser, address, locale="de-AT") as page,
    ):
        reads(page, "de")
        other = page.context.new_page()
        other.goto(address)
        reads(other, "de")
        # Each language under its own name.
        assert page.locator(".yl-language option").all_inner_texts() == ["English", "Deutsch", "Español"]
        page.select_option(".yl-language", "es")
        reads(page, "es")
        page.reload()
        reads(page, "es")
        other.evaluate("window.dispatchEvent(new Event('focus'))")
        reads(other, "es")
