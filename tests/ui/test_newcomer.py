"""Somebody's first hour without reading anything: open, bring thirty photos, name twenty, teach, see the gain.

`pytest tests/ui/test_newcomer.py --captures screenshots` keeps a picture of every step, to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import Studio
from tests.ui.browsing import BROWSER, window_at
from tests.ui.keyboard import COACH, POSES, slug_in_front
from tests.ui.keyboard import answer as name_it
from tests.ui.serving import serving
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.wiring import open_lab

pytestmark = [*BROWSER, pytest.mark.slow]

PHOTO = ".yl-review .yl-stage img"
# No template knows it by this name: only the coach's own labels can.
OWN = "Rowing boat"


@pytest.fixture
def captured(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Keeps a picture of a page under the name of a step, where `--captures` asks for it."""
    folder = request.config.getoption("--captures")
    steps: list[str] = []

    def keep(page: Any, step: str) -> None:
        steps.append(step)
        if folder:
            page.screenshot(path=str(Path(folder) / f"{len(steps):02d}_{step}.png"))

    return keep


def test_from_nothing_to_a_version_that_knows_a_pose_of_ones_own(
    browser: Any, tmp_path: Path, captured: Callable[[Any, str], None]
) -> None:
    settings = Settings(home=tmp_path / "lab")
    lab = open_lab(settings)
    with serving(lab, settings) as address, window_at(browser, address, newcomer=True) as page:
        captured(page, "welcome")
        bring(page, thirty(tmp_path / "photos"), captured)
        page.click(".yl-summary button:text-is('Name them')")
        for count in range(20):
            page.wait_for_selector(PHOTO)
            if count in (0, 10):
                captured(page, f"naming_{count}")
            name_one(page, lab, captured if count < 10 else None)
        page.wait_for_selector("text=All saved")
        captured(page, "twenty_named")
        page.click(".yl-welcome >> text=Go and teach it")
        page.click(".yl-models >> text=Retrain")
        page.wait_for_selector(".yl-version:has-text('Version 1')")
        captured(page, "gain")
        page.click("text=Lovely, close this")
        captured(page, "done")
    version = lab.versions.version(COACH, 1)
    assert version.active and version.report.n > 0
    # What no template could name, labels can.
    assert version.report.top1 > version.baseline.top1
    lab.close()


def thirty(folder: Path) -> list[str]:
    folder.mkdir()
    studio, files = Studio(), []
    for seed in range(1, 7):
        for slug in POSES:
            upload = studio.draw(slug, seed)
            (folder / upload.name).write_bytes(upload.data)
            files.append(str(folder / upload.name))
    return files


def bring(page: Any, files: list[str], captured: Callable[[Any, str], None]) -> None:
    with page.expect_file_chooser() as chooser:
        page.click(".yl-welcome >> text=Bring photos in")
    chooser.value.set_files(files)
    page.wait_for_selector("text=Do the people shown agree?")
    captured(page, "consent")
    page.click("text=Drawn figures")
    page.wait_for_selector(".yl-upload progress")
    captured(page, "adding")
    page.wait_for_selector("text=30 photos added")
    captured(page, "added")


def name_one(page: Any, lab: Lab, captured: Callable[[Any, str], None] | None) -> None:
    """By number or by name; boats get a name of the coach's own, which is added when it is first typed."""
    photo, slug = page.get_attribute(PHOTO, "src"), slug_in_front(page)
    if slug != "boat":
        name_it(page, lab, slug)
    else:
        shown = page.locator(".yl-answer b").all_inner_texts()
        if OWN in shown:
            page.keyboard.press(str(shown.index(OWN) + 1))
        else:
            page.keyboard.press("/")
            page.keyboard.type(OWN)
            page.wait_for_selector(f".yl-found li.is-active:has-text('{OWN}')")
            if captured:
                captured(page, "own_pose")
            page.keyboard.press("Enter")
    page.wait_for_function(
        "([at, src]) => document.querySelector(at)?.getAttribute('src') !== src", arg=[PHOTO, photo]
    )
