"""The live page: the way of its pictures, and a real browser whose camera shows a drawn clip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.fakes import POSES, Studio, studio_lab
from tests.ui.browsing import BROWSER, launched, opened
from yogalab.bench.clips import jpeg, write_camera
from yogalab.lab.lab import Lab
from yogalab.ports import Watcher
from yogalab.poses.moving import Clip
from yogalab.vision.blazepose import BlazePose
from yogalab.words import say

FRAME = jpeg(np.full((90, 120, 3), 128, np.uint8), quality=80)


def test_a_picture_in_what_is_seen_out(client: TestClient, lab: Lab) -> None:
    answer = client.post("/lab/live?seat=a&at=40", content=FRAME)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["at"], told["state"], told["advice"]) == (40, "nobody", [say("live.nobody")])
    assert client.post("/lab/live?seat=a&at=39", content=FRAME).json()["stale"]
    assert client.post("/lab/live/off?seat=a").status_code == 204
    # A new camera may begin its time anew.
    assert "stale" not in client.post("/lab/live?seat=a&at=1", content=FRAME).json()


@pytest.mark.parametrize(
    ("asked", "body", "status"),
    [
        ("seat=a&at=1", b"GIF89a", 400),
        ("seat=a&at=1", b"", 400),
        ("seat=a&at=1", FRAME + b"\x00" * 2**19, 413),
        ("seat=a&at=1", b"\xff" * (2**20 + 1), 413),
        *((asked, FRAME, 400) for asked in ("seat=a", "seat=a&at=-1", "seat=a&at=1e9", "at=1", "seat=a&at=²")),
        *(
            (asked, FRAME, 400)
            for asked in (f"seat={'a' * 65}&at=1", "seat=a&at=1&pose=x", f"seat=a&at={10**15}")
        ),
    ],
)
def test_what_cannot_be_looked_at_is_told_in_a_sentence(
    client: TestClient, asked: str, body: bytes, status: int
) -> None:
    answer = client.post(f"/lab/live?{asked}", content=body)
    assert answer.status_code == status
    assert len(answer.json()["error"]) > 20


def test_another_site_cannot_send_pictures(client: TestClient) -> None:
    sent = client.post("/lab/live?seat=a&at=1", content=FRAME, headers={"origin": "https://evil.example"})
    assert sent.status_code == 403


# --- in a browser -----------------------------------------------------------------------------------


class Seeing(Studio):
    """A studio with real eyes for moving pictures."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.eyes = BlazePose(folder)

    def follow(self) -> Watcher:
        return self.eyes.follow()


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    file = tmp_path_factory.mktemp("camera") / "clip.mjpeg"
    clip = Clip([POSES["tree"]], np.random.default_rng(1), hold=1.3, per_second=10)
    write_camera(file, (still.pixels for still in clip), times=3)
    with launched(f"--use-file-for-fake-video-capture={file}") as browser:
        yield browser


@pytest.mark.browser
@BROWSER[1]
def test_a_camera_shows_skeleton_pose_and_what_to_do(camera: Any, tmp_path: Path) -> None:
    lab, _ = studio_lab(tmp_path / "lab", studio=Seeing(tmp_path / "models"))
    with opened(camera, lab, tmp_path) as page:
        page.wait_for_function(
            """() => {
              document.querySelector("#yl-tab-live-button").click();
              return document.querySelector("#yl-live-aim")?.options.length > 20;
            }"""
        )
        page.get_by_role("button", name=say("live.start")).click()
        page.locator(".yl-told-pose", has_text="Tree").wait_for()
        assert page.locator(".yl-over .yl-skeleton .yl-bones line").count() > 10
        assert "is-mirror" in page.locator(".yl-stage.is-live").get_attribute("class")
        # What is heard is what is seen, in one polite place.
        assert page.locator(".yl-live [aria-live]").count() == 1
        page.wait_for_function("document.querySelector('.yl-aloud').textContent.startsWith('Tree.')")
        # To practise another pose is to be told of that one.
        page.get_by_label(say("live.practise")).select_option(label="Mountain")
        page.locator(".yl-told-pose", has_text="Mountain").wait_for()
        page.locator(".yl-told-advice li.is-advice, .yl-told-advice li.is-elsewhere").first.wait_for()
        told = page.locator(".yl-told-advice").inner_text()
        assert re.search(r"leg|knee|foot|feet|hip|thigh|arm|hand|Mountain", told), told
        page.get_by_role("button", name=say("live.stop")).click()
        page.get_by_text(say("live.idle")).wait_for()
        assert page.locator(".yl-over .yl-skeleton").count() == 0
        page.wait_for_function("!document.querySelector('.yl-live video').srcObject")
    lab.close()
