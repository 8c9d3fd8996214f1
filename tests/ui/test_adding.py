"""Ways in: a run that is stopped, and in a browser files, clips, a pasted picture and ten from the camera."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fakes import AGREED, Studio
from tests.ui.browsing import BROWSER
from tests.vision import files
from tests.vision.clips import MOVING, STILL, clip
from yogalab.lab.arrivals import Added
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Consent, Photo
from yogalab.ui.upload import Runs, steps

ANNA = Coach(id="anna", name="Anna")
PASTE = """async ([data, type]) => {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'image.png', { type }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
}"""
TRACKS = """() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    window.tracks = [];
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        if (window.refuse) throw new DOMException('', window.refuse);
        const stream = await ask(wanted);
        window.tracks.push(...stream.getTracks());
        return stream;
    };
}"""


def kept(lab: Lab) -> list[Photo]:
    return [tile.photo for tile in lab.photos.grid(ANNA, PhotoFilter()).tiles]


def test_a_run_is_stopped_by_its_own_coach_at_the_next_photo(lab: Lab, studio: Studio) -> None:
    runs = Runs()
    uploads = [studio.draw("tree", seed, label="tree") for seed in range(5)]

    def add(on_step: Callable[[Added], None]) -> Added:
        def heard(added: Added) -> None:
            if sum(file.looked for file in added.files) == 3:
                assert not runs.stop(Coach(id="other", name="Other"), "run-1")
                assert runs.stop(ANNA, "run-1")
            on_step(added)

        return lab.photos.add(ANNA, uploads, consent=AGREED, on_step=heard)

    *_, last = steps(add, lambda: runs.open(ANNA, "run-1"))
    assert (last["done"], last["stopped"], last["new"], last["labelled"]) == (True, True, 3, 3)
    assert len(kept(lab)) == 3
    assert not runs.stop(ANNA, "run-1")


# --- in a browser -----------------------------------------------------------------------------------


def in_a_browser(test: Callable[..., None]) -> Callable[..., None]:
    for mark in BROWSER:
        test = mark(test)
    return test


def consent(page: Any, answer: str) -> None:
    page.wait_for_selector("text=Do the people shown agree?")
    page.click(f".yl-choice:has-text('{answer}')")


def offer(page: Any, paths: list[Path]) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("text=Choose photos")
    chooser.value.set_files([str(path) for path in paths])


def rows(page: Any) -> dict[str, str]:
    """What is said of each file, by its name."""
    names = page.locator(".yl-files.is-all .yl-file-name").all_inner_texts()
    return dict(zip(names, page.locator(".yl-files.is-all .yl-file-state").all_inner_texts(), strict=True))


@in_a_browser
def test_each_file_has_its_row_and_troubles_are_named(
    page: Any, lab: Lab, studio: Studio, tmp_path: Path
) -> None:
    one, two, three = (studio.draw("tree", seed) for seed in (1, 2, 3))
    (tmp_path / one.name).write_bytes(one.data)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "all.zip").write_bytes(files.zipped({two.name: two.data, three.name: three.data}))
    clip(tmp_path / "flow.mp4", [MOVING, STILL, STILL])
    everything = [tmp_path / name for name in (one.name, "broken.jpg", "all.zip", "flow.mp4")]
    held: list[Any] = []
    page.route("**/lab/photos", lambda route: held.append(route))
    offer(page, everything)
    consent(page, "Drawn figures")
    page.wait_for_selector(".yl-file.is-waiting, .yl-file.is-sending, .yl-file.is-looking")
    # The work goes on behind another page, and says there when it is done.
    page.click("#yl-tab-review-button")
    page.wait_for_selector("#yl-review section")
    held[0].continue_()
    page.wait_for_selector(".yl-notice:has-text('5 photos added')")
    page.click("#yl-tab-photos-button")
    page.click("text=Every file, one by one")
    told = rows(page)
    assert list(told) == [path.name for path in everything]
    assert told[one.name] == "added"
    assert told["broken.jpg"] == "could not be added"
    assert told["all.zip"].startswith("2 photos added")
    assert told["flow.mp4"].startswith("2 photos added · 1 moment")
    assert page.locator(".yl-troubles li").all_inner_texts() == [
        "“broken.jpg” is not a photo we can read. It may be damaged: try exporting it again as JPEG or PNG."
    ]
    assert sorted(photo.name for photo in kept(lab) if photo.source == "video") == [
        "flow 0:00.jpg",
        "flow 0:01.jpg",
    ]


@in_a_browser
def test_a_picture_is_pasted_and_a_cut_line_goes_on_where_it_was(
    page: Any, lab: Lab, studio: Studio, tmp_path: Path
) -> None:
    picture = studio.draw("tree", 1)
    page.evaluate(PASTE, [base64.b64encode(picture.data).decode(), "image/png"])
    consent(page, "They agreed")
    page.wait_for_selector("text=1 photo added")
    (photo,) = kept(lab)
    assert photo.name.startswith("pasted ") and photo.name.endswith(".png")
    assert photo.consent is Consent.AGREED
    # While somebody types, what is pasted is theirs.
    page.evaluate("() => document.querySelector('#yl-photos').append(document.createElement('textarea'))")
    page.focus("#yl-photos textarea")
    into_field = PASTE.replace("document.body", "document.activeElement")
    page.evaluate(into_field, [base64.b64encode(picture.data).decode(), "image/png"])
    assert page.locator("dialog[open]").count() == 0

    files = [studio.draw("boat", seed) for seed in range(3)]
    for one in files:
        (tmp_path / one.name).write_bytes(one.data)
    page.route("**/lab/photos", lambda route: route.abort())
    offer(page, [tmp_path / one.name for one in files])
    consent(page, "Drawn figures")
    page.wait_for_selector("text=The connection was cut after 0 of 3 files")
    page.unroute("**/lab/photos")
    page.click("button:has-text('Go on')")
    page.wait_for_selector("text=3 photos added")
    assert len(kept(lab)) == 4


@in_a_browser
def test_ten_photos_with_the_camera_and_some_of_them_kept(page: Any, lab: Lab) -> None:
    page.evaluate(TRACKS)
    page.evaluate("() => { window.refuse = 'NotFoundError' }")
    page.click("text=Use the camera")
    page.wait_for_selector(".yl-burst >> text=No camera was found")
    page.evaluate("() => { window.refuse = null }")
    page.click(".yl-burst button:has-text('Try again')")
    page.click("text=Start in 3 seconds")
    page.wait_for_selector("text=Keep 10 photos")
    # The light goes out when the last is taken.
    assert page.evaluate("() => tracks.map((track) => track.readyState)") == ["ended"]
    for place in (2, 5, 9):
        page.uncheck(f".yl-shot input >> nth={place}")
    page.click("text=Keep 7 photos")
    page.wait_for_selector("text=Do the people shown agree?")
    assert page.evaluate("() => document.activeElement.innerText").startswith("It is me")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=7 photos added")
    assert {photo.consent for photo in kept(lab)} == {Consent.MYSELF}
    assert all(photo.name.startswith("camera ") for photo in kept(lab))

    # Thought better of: nothing is sent, and the camera is let go.
    page.click("text=Use the camera")
    page.wait_for_selector("text=Start in 3 seconds")
    page.keyboard.press("Escape")
    page.wait_for_selector(".yl-burst", state="detached")
    assert set(page.evaluate("() => tracks.map((track) => track.readyState)")) == {"ended"}
    assert len(kept(lab)) == 7
