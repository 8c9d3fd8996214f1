"""A real browser to measure pages in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from yogalab.errors import BrowserMissing


@contextmanager
def chromium(*arguments: str) -> Iterator[Any]:
    """Open a Chromium without a window, playwright's `Browser`. arguments: more for its command line.

    $CHROMIUM names another one. Raises BrowserMissing: it, or playwright, is not installed.
    """
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        # A tool of those who develop, not of those who measure nothing.
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError as error:
        raise BrowserMissing() from error
    if program is None:
        raise BrowserMissing()
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", *arguments]
        )
        try:
            yield browser
        finally:
            browser.close()
