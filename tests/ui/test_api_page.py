"""The page for programmers in a browser: a token is made, used, and taken back; nobody is shut out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.browsing import BROWSER, window_at
from tests.ui.serving import serving
from tests.ui.test_axe import LOOKS, found
from yogalab.client import Lab as Client
from yogalab.client import LabError
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.words import say

pytestmark = BROWSER


def test_a_token_is_made_used_and_taken_back_and_everybody_can_read_the_page(
    browser: Any, lab: Lab, tmp_path: Path
) -> None:
    grave: list[str] = []
    with serving(lab, Settings(home=tmp_path)) as address:
        for number, (name, look) in enumerate(LOOKS.items()):
            with window_at(browser, address, **look) as page:
                page.click(".yl-who")
                page.click(f"text={say('shell.programs')}")
                page.wait_for_selector(f".tokens li >> text={say('api.token_none')}")
                page.focus(".tokens input")
                page.keyboard.type(f"<b>script</b> {number}")
                page.keyboard.press("Enter")
                key = page.inner_text(".fresh code")
                assert Client(address, token=key).me().role == "viewer"
                page.wait_for_selector(f".tokens li >> text=<b>script</b> {number}")
                grave += found(page, f"programs, {name}")
                # Nothing is wider than the window, code aside, which scrolls in its box.
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
                page.click(f"text={say('api.token_drop')}")
                page.wait_for_selector(f".tokens li >> text={say('api.token_none')}")
                assert page.locator(".fresh code").count() == 0
            with pytest.raises(LabError):
                Client(address, token=key).me()
    assert grave == []
