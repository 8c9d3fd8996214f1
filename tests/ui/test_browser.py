"""The whole loop in a real browser, by keyboard alone, down to a published version on a real HTTP hub."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import AGREED, Studio, studio_lab
from tests.hub_server import HubServer
from tests.ui.browsing import BROWSER, opened
from tests.ui.keyboard import COACH, POSES, answer, drawn, go_to, slug_in_front, slug_of, tab_to, upload
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.records import Coach, LabelKind
from yogalab.settings import Settings
from yogalab.wiring import open_lab

pytestmark = BROWSER

PHOTOS = Path(__file__).parents[3] / "shared" / "photos"


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
def real_lab(tmp_path: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setenv("HF_TOKEN", "hf_coach")
    made = open_lab(Settings(home=tmp_path, hub_endpoint=hub.url))
    yield made
    made.close()


def walk_the_loop(page: Any, lab: Lab, photos: Sequence[Path]) -> None:
    upload(page, photos)
    page.wait_for_selector("text=10 photos added")
    page.wait_for_function("() => document.querySelectorAll('.yl-tile').length === 10")

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
    assert sorted(seen) == sorted(slug_of(photo.name) for photo in photos)
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

    page.wait_for_selector(".yl-work:empty", state="attached")
    tab_to(page, "Publish")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] input:focus")
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


def test_the_whole_loop_without_a_mouse(page: Any, lab: Lab, studio: Studio, tmp_path: Path) -> None:
    walk_the_loop(page, lab, drawn(studio, tmp_path / "drawn"))


@pytest.mark.photos
@pytest.mark.slow
def test_the_whole_loop_on_real_photos(browser: Any, real_lab: Lab, tmp_path: Path) -> None:
    if not PHOTOS.is_dir():
        pytest.skip("no photos beside the project")
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    for slug in POSES:
        for number, file in enumerate(sorted((PHOTOS / slug).glob("*.jpg"))[:2]):
            shutil.copy(file, chosen / f"{slug}_{number}.jpg")
    with opened(browser, real_lab, tmp_path) as page:
        walk_the_loop(page, real_lab, sorted(chosen.iterdir()))


def test_after_adding_photos_the_next_step_is_naming_them_there_or_in_the_grid(
    page: Any, lab: Lab, studio: Studio, tmp_path: Path
) -> None:
    upload(page, drawn(studio, tmp_path / "drawn")[:2])
    page.wait_for_selector(".yl-summary :text('2 photos added')")
    assert page.locator("text=No photos yet").is_hidden()
    page.wait_for_selector(".yl-tile-photo")
    page.click(".yl-tile-photo >> nth=0")
    page.wait_for_selector(".yl-naming")
    page.fill(".yl-naming input", "Warrior III")
    page.click(".yl-naming .yl-found li:has-text('Warrior III')")
    page.wait_for_selector("dialog h2:text-is('Warrior III')")
    page.click(".yl-naming button:text-is('Undo')")
    page.wait_for_selector(".yl-naming button:text-is('Undo')", state="detached")
    page.click(".yl-naming button >> nth=0")
    page.wait_for_selector(".yl-naming button:text-is('Undo')")
    said = [lab.review.history(COACH, t.photo.id) for t in lab.photos.grid(COACH, PhotoFilter()).tiles]
    kinds = sorted([event.kind for event in history] for history in said)
    assert kinds == [[], [LabelKind.POSE, LabelKind.UNDO, LabelKind.POSE]]
    page.click("dialog button:text-is('Close')")
    page.click(".yl-summary button:text-is('Name them')")
    page.wait_for_selector(".yl-review .yl-answer")


def test_a_held_key_labels_one_photo(page: Any, lab: Lab, studio: Studio) -> None:
    added = lab.photos.add(COACH, [studio.draw(slug, 4) for slug in POSES], consent=AGREED)
    go_to(page, "Review")
    page.wait_for_selector(".yl-answer")
    for _ in range(4):
        page.keyboard.down("1")
    page.keyboard.up("1")
    page.wait_for_selector("text=All saved")
    assert sum(len(lab.review.history(COACH, photo)) for photo in added.new) == 1


def test_typing_in_the_search_is_not_answering(page: Any, lab: Lab, studio: Studio) -> None:
    (photo,) = lab.photos.add(COACH, [studio.draw("tree", 5)], consent=AGREED).new
    go_to(page, "Review")
    page.wait_for_selector(".yl-answer")
    page.keyboard.press("/")
    page.keyboard.type("noxbus 12")
    page.keyboard.press("Escape")
    assert lab.review.history(COACH, photo) == ()
    page.keyboard.type("w")
    page.keyboard.type("arior 3")
    page.wait_for_selector(".yl-found li.is-active:has-text('Warrior III')")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=All photos are answered")
    page.wait_for_selector("text=All saved")
    (event,) = lab.review.history(COACH, photo)
    assert event.pose_id == lab.poses.pose(COACH, "warrior_3").id


def test_what_coaches_call_differently_is_settled_by_one_key_and_taken_back_by_another(
    page: Any, lab: Lab, studio: Studio
) -> None:
    photos = lab.photos.add(COACH, [studio.draw(slug, 9) for slug in POSES[:2]], consent=AGREED).new
    for photo in photos:
        lab.review.label(COACH, photo, "tree")
        lab.review.label(Coach(id="ben", name="Ben"), photo, "boat")
    go_to(page, "Check")
    page.wait_for_selector("text=labels that look wrong are listed here")
    tab_to(page, "Coaches differ")
    page.keyboard.press("Enter")
    page.wait_for_selector(".yl-again[aria-current] :text('It is Boat')")
    page.keyboard.press("2")
    page.wait_for_selector(".yl-again.is-settled:has-text('Now: Boat')")
    page.wait_for_selector(".yl-again[aria-current]:not(.is-settled)")
    page.keyboard.press("/")
    page.keyboard.type("chair")
    page.wait_for_selector(".yl-found li.is-active:has-text('Chair')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".yl-again.is-settled:has-text('Now: Chair')")
    page.keyboard.press("u")
    page.wait_for_selector(".yl-again.is-settled:has-text('Now: Chair')", state="detached")
    said = [lab.review.history(COACH, photo)[2:] for photo in photos]
    kinds = [[event.kind for event in events] for events in said]
    assert kinds == [[LabelKind.RULING], [LabelKind.RULING, LabelKind.UNDO]]


def test_names_are_never_markup(page: Any, lab: Lab, studio: Studio, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    file = tmp_path / f"{hostile}.png"
    file.write_bytes(studio.draw("tree", 6).data)
    (tmp_path / f"{hostile}.jpg").write_bytes(b"")
    upload(page, [file, tmp_path / f"{hostile}.jpg"])
    page.wait_for_selector("text=1 file could not be added")
    pose = lab.poses.add(COACH, hostile)
    (tile,) = lab.photos.grid(COACH, PhotoFilter()).tiles
    lab.review.label(COACH, tile.photo.id, pose.id)
    for tab in ("Review", "Poses", "Photos"):
        go_to(page, tab)
    page.wait_for_selector(f".yl-chip-name:text-is('{hostile}')")
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_a_thumb(
    browser: Any, lab: Lab, studio: Studio, tmp_path: Path, scheme: str
) -> None:
    lab.photos.add(COACH, [studio.draw(slug, 7, label=slug) for slug in POSES], consent=AGREED)
    lab.photos.add(COACH, [studio.draw("tree", 8)], consent=AGREED)
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with opened(browser, lab, tmp_path, color_scheme=scheme, **phone) as page:
        for tab in ("photos", "review", "check", "models", "poses", "live"):
            page.click(f"#yl-tab-{tab}-button")
            page.wait_for_selector(f".yl-{tab} button >> nth=0")
            page.wait_for_timeout(600)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
            assert page.evaluate(TOO_SMALL) == [], tab
            assert page.evaluate(NAMELESS) == [], tab


# A checkbox is reached through the label around it, or through the larger area drawn over it.
TOO_SMALL = """() => [...document.querySelectorAll('.yl button, .yl a, .yl select, .yl input')]
    .filter(e => e.offsetParent && e.type !== 'checkbox' && e.getBoundingClientRect().height < 43.5)
    .map(e => e.outerHTML.slice(0, 120))"""
NAMELESS = """() => [...document.querySelectorAll('.yl button, .yl a, .yl select, .yl input, .yl video')]
    .filter(e => e.offsetParent && !(e.ariaLabel || e.innerText?.trim() || e.labels?.length || e.title))
    .map(e => e.outerHTML.slice(0, 120))"""
