"""The whole loop in a real browser, by keyboard alone, down to a published version on a real HTTP hub."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import Studio, studio_lab
from tests.hub_server import HubServer
from tests.ui.serving import serving
from yogalab.lab.lab import Lab
from yogalab.lab.photos import PhotoFilter
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.records import Coach, LabelKind
from yogalab.settings import Settings

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

COACH = Coach(id="anna", name="Anna")
POSES = ("tree", "warrior_2", "downward_dog", "boat", "chair")
PATIENCE = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--disable-gpu"),
                *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
            ],
        )
        yield made
        made.close()


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def lab(tmp_path: Path, studio: Studio, hub: HubServer) -> Iterator[Lab]:
    settings = Settings(home=tmp_path, hub_endpoint=hub.url)
    made, _ = studio_lab(tmp_path, studio=studio, hub=HuggingFaceHub(settings, token="hf_coach"))
    yield made
    made.close()


@pytest.fixture
def page(browser: Any, lab: Lab, tmp_path: Path) -> Iterator[Any]:
    with serving(lab, Settings(home=tmp_path)) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 860})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((address, "data:", "blob:"))
                else page.troubles.append(f"asks elsewhere: {asked.url}")
            ),
        )
        page.goto(address)
        page.wait_for_selector("text=Choose photos")
        yield page
        assert page.troubles == []
        context.close()


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
    name = page.get_attribute(".yl-review .yl-stage img", "alt")
    return re.sub(r"_\d+\.png$", "", name)


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


def test_the_whole_loop_without_a_mouse(
    page: Any, lab: Lab, studio: Studio, hub: HubServer, tmp_path: Path
) -> None:
    upload(page, drawn(studio, tmp_path / "drawn"))
    page.wait_for_selector("text=10 photos added")
    assert page.locator(".yl-tile").count() == 10

    go_to(page, "Review")
    page.wait_for_selector(".yl-answer")
    seen: list[str] = []
    for turn in range(10):
        page.wait_for_selector(".yl-review .yl-stage img")
        slug = slug_in_front(page)
        photo = page.get_attribute(".yl-review .yl-stage img", "src")
        if turn == 4:
            # A slip, taken back: the same photo is in front again.
            page.keyboard.press("n")
            page.wait_for_function(
                "src => document.querySelector('.yl-review .yl-stage img')?.getAttribute('src') !== src",
                arg=photo,
            )
            page.keyboard.press("u")
            page.wait_for_selector(f".yl-review .yl-stage img[src='{photo}']")
        answer(page, lab, slug)
        seen.append(slug)
        if turn < 9:
            page.wait_for_function(
                "src => document.querySelector('.yl-review .yl-stage img')?.getAttribute('src') !== src",
                arg=photo,
            )
    assert sorted(seen) == sorted(POSES * 2)
    page.wait_for_selector("text=All photos are answered")
    page.wait_for_selector("text=All saved")
    photos = [tile.photo.id for tile in lab.photos.grid(COACH, PhotoFilter()).tiles]
    said = [{event.kind for event in lab.review.history(COACH, photo)} for photo in photos]
    assert sum(LabelKind.UNDO in kinds for kinds in said) == 1
    assert all(LabelKind.POSE in kinds for kinds in said)

    go_to(page, "Models")
    tab_to(page, "Retrain")
    page.keyboard.press("Enter")
    page.wait_for_selector(".yl-version:has-text('Version 1')")
    figures = page.inner_text(".yl-version:has-text('Version 1') .yl-numbers")
    version = lab.versions.version(COACH, 1)
    assert f"{round(version.report.top1 * 100)}" in figures
    assert str(version.report.n) in figures

    tab_to(page, "Publish")
    page.keyboard.press("Enter")
    page.keyboard.type("coach/poses")
    page.keyboard.press("Enter")
    page.wait_for_selector(".yl-badge:has-text('coach/poses v0001')")
    assert lab.versions.version(COACH, 1).hub_commit

    if not version.active:
        tab_to(page, "Use this one")
        page.keyboard.press("Enter")
    page.wait_for_selector(".yl-version.is-active:has-text('Version 1')")
    page.evaluate("() => document.activeElement.blur()")
    tab_to(page, "Roll back")
    page.keyboard.press("Enter")
    page.wait_for_selector(".yl-version.is-active:has-text('Before any training')")
    assert not any(one.active for one in lab.versions.list(COACH))
