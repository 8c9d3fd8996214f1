"""A real Chromium, and the lab's pages in one of its windows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ui.serving import serving
from yogalab.lab.lab import Lab
from yogalab.settings import Settings

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60_000
# What a module of browser tests is marked with.
BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@contextmanager
def launched(*arguments: str) -> Iterator[Any]:
    """A browser with a camera that shows a test picture. arguments: more for its command line."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--disable-gpu"),
                *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
                *arguments,
            ],
        )
        yield made
        made.close()


@contextmanager
def opened(browser: Any, lab: Lab, home: Path, **look: Any) -> Iterator[Any]:
    """The lab in a browser window, as `window_at` opens it."""
    with serving(lab, Settings(home=home)) as address, window_at(browser, address, **look) as page:
        yield page


@contextmanager
def window_at(browser: Any, address: str, *, newcomer: bool = False, **look: Any) -> Iterator[Any]:
    """A window at a lab's address. Afterwards: no script failed, and nothing was asked of another host.

    newcomer: somebody who has not put the welcome away yet.
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **look})
    if not newcomer:
        # The browser's own page about a lab that is away has no storage.
        context.add_init_script("try { localStorage.setItem('yogalab.welcome', 'closed') } catch {}")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: (troubles.append(f"a script spoke: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: None if _own(asked.url, address) else troubles.append(asked.url))
    # Listening early: interception that is switched on with the key press may come too late for it.
    page.on("filechooser", lambda _: None)
    page.goto(address)
    # In whatever language it is read.
    page.wait_for_selector(".yl-drop button")
    yield page
    context.close()
    assert troubles == []


def _own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))
