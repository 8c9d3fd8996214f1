"""What a coach without a mouse does in a browser: walk the focus, choose, type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes import Studio
from yogalab.lab.lab import Lab
from yogalab.records import Coach

COACH = Coach(id="anna", name="Anna")
POSES = ("tree", "warrior_2", "downward_dog", "boat", "chair")


def drawn(studio: Studio, folder: Path) -> list[Path]:
    """Ten photos, two of each pose."""
    folder.mkdir()
    files = []
    for seed in (1, 2):
        for slug in POSES:
            upload = studio.draw(slug, seed)
            file = folder / upload.name
            file.write_bytes(upload.data)
            files.append(file)
    return files


def tab_to(page: Any, words: str, *, back: bool = False) -> None:
    """Walk the focus with the Tab key until it stands on the control with these words."""
    for _ in range(200):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; return e.ariaLabel || e.innerText || '' }"
        )
        if focused.strip().startswith(words):
            return
    raise AssertionError(f"the Tab key does not reach “{words}”")


def go_to(page: Any, tab: str) -> None:
    """Choose a page of the lab as a keyboard does: to the row of tabs, then the arrow keys, then Enter."""
    page.evaluate("() => document.activeElement.blur()")
    tab_to(page, tab)
    page.keyboard.press("Enter")


def upload(page: Any, files: Sequence[Path]) -> None:
    tab_to(page, "Choose photos")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([str(file) for file in files])
    page.wait_for_selector("text=Do the people shown agree?")
    tab_to(page, "Drawn figures")
    page.keyboard.press("Enter")


def slug_in_front(page: Any) -> str:
    return slug_of(page.get_attribute(".yl-review .yl-stage img", "alt"))


def slug_of(name: str) -> str:
    return re.sub(r"_\d+\.\w+$", "", name)


def answer(page: Any, lab: Lab, slug: str) -> None:
    """Name the photo in front by its number if it is among the answers, else by typing its name."""
    name = lab.poses.pose(COACH, slug).name
    shown = page.locator(".yl-answer b").all_inner_texts()
    if name in shown:
        page.keyboard.press(str(shown.index(name) + 1))
        return
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.wait_for_selector(f".yl-found li.is-active:has-text('{name}')")
    page.keyboard.press("Enter")
