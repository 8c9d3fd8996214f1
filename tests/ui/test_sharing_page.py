"""What leaves the lab is seen before it goes, and told of afterwards: the models page in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.fakes import FakeHub, Studio, studio_lab
from tests.labs import ANNA, POSES, fill, worked_off
from tests.ui.browsing import BROWSER, opened
from yogalab.records import Consent

pytestmark = BROWSER


def test_labels_are_published_and_what_was_deleted_since_is_told(browser: Any, tmp_path: Path) -> None:
    studio, hub = Studio(), FakeHub()
    lab, parts = studio_lab(tmp_path / "lab", studio=studio, hub=hub)
    fill(lab, studio, each=4, labelled=True)
    shown = [studio.draw(POSES[0], 90 + seed, label=POSES[0]) for seed in range(2)]
    lab.photos.add(ANNA, shown, consent=Consent.PUBLIC)
    worked_off(lab, lab.versions.train(ANNA).id)
    with opened(browser, lab, tmp_path) as page:
        page.click("role=tab[name='Models']")
        page.click("text=Publish…")
        page.click("text=What will be sent")
        page.wait_for_selector(".yl-files li:has-text('model.safetensors')")
        assert "jpg" not in page.inner_text(".yl-files")
        page.keyboard.press("Escape")

        page.click("text=Publish the labels…")
        page.wait_for_selector(".yl-dialog >> text=22 photos, 5 poses")
        page.check("#yl-data-pixels")
        page.wait_for_selector(".yl-dialog >> text=2 photos would be seen by others.")
        page.wait_for_selector(".yl-dialog >> text=20 photos stay here")
        page.fill("#yl-data-repo", "anna/labels")
        page.click(".yl-dialog button.is-main")
        page.wait_for_selector("text=anna/labels v0001: 22 photos")
        assert set(hub.repos["anna/labels"]) == {"v0001"}

        # Where others have it is said before a photo goes, and what they still have afterwards.
        photo = parts.store.photos()[0].id
        assert lab.data.holding(ANNA, [photo]) == ["anna/labels"]
        lab.photos.delete(ANNA, [photo])
        page.evaluate("window.dispatchEvent(new CustomEvent('yl-changed', { detail: 'photos' }))")
        page.wait_for_selector("text=One of them was deleted here since.")
        page.click("text=Publish anew without them")
        page.check("#yl-data-forget")
        page.click(".yl-dialog button.is-main")
        page.wait_for_selector("text=anna/labels v0002: 21 photos")
        assert set(hub.repos["anna/labels"]) == {"v0002"}
        assert page.locator(".yl-stale").count() == 0
    lab.close()
