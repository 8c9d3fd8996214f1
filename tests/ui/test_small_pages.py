"""The live page, the poses page and the strip above them, called as functions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.testclient import TestClient

from tests.fakes import ColourEncoder, Studio, studio_lab
from yogalab.errors import EncoderMissing
from yogalab.lab.lab import Lab
from yogalab.lab.parts import ENCODER
from yogalab.records import Coach, Matrix
from yogalab.settings import Settings
from yogalab.ui.poses import PosesPage
from yogalab.ui.shell import Shell
from yogalab.words import say

ANNA = Coach(id="anna", name="Anna")
BEN = Coach(id="ben", name="Ben")


def test_a_live_picture_is_named_and_not_kept(client: TestClient, lab: Lab, studio: Studio) -> None:
    seen = client.post("/lab/look?name=frame", content=studio.draw("tree", 9).data).json()
    assert len(seen["ranked"]) == 5
    assert lab.review.tally(ANNA).photos == 0


def test_a_live_picture_that_is_none_is_told(client: TestClient) -> None:
    for broken in (b"not a picture", b"", b"\xff\xd8\xff"):
        answer = client.post("/lab/look?name=frame.jpg", content=broken)
        assert (answer.status_code, "frame.jpg" in answer.json()["error"]) == (400, True)
    large = client.post("/lab/look", content=b"A" * (26 * 1024**2))
    assert (large.status_code, "25 MB" in large.json()["error"]) == (413, True)


def test_poses_are_added_renamed_merged_hidden_and_kept(lab: Lab) -> None:
    page = PosesPage(lab)
    mine = page.add(ANNA, {"name": "Flying Pigeon of mine", "sanskrit": ""})
    renamed = page.rename(ANNA, {"pose": mine["id"], "name": "My pigeon"})  # type: ignore[index]
    assert renamed["slug"] == mine["slug"]  # type: ignore[index]
    tree = lab.poses.pose(ANNA, "tree").id
    page.merge(ANNA, {"pose": mine["id"], "into": tree})  # type: ignore[index]
    assert mine["id"] not in [pose["id"] for pose in page.gallery(ANNA, {})["poses"]]  # type: ignore[index]
    page.hide(ANNA, {"pose": tree, "hidden": True})
    page.keep_only(ANNA, {"poses": [tree]})
    assert [pose.id for pose in lab.poses.list(ANNA)] == [tree]


def test_a_pose_without_a_drawing_gets_its_letter(client: TestClient, lab: Lab) -> None:
    lab.poses.add(ANNA, "<Quark>")
    slug = lab.poses.search(ANNA, "Quark")[0].slug
    drawn = client.get(f"/figure/{slug}.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "&lt;</text>" in drawn.text
    assert client.get("/figure/tree.svg").text.startswith("<svg")
    assert client.get("/figure/nothing.svg").status_code == 404


def test_the_strip_says_who_and_which_encoder(lab: Lab, tmp_path: Path) -> None:
    state = Shell(lab, Settings(home=tmp_path)).state(BEN, {})
    assert (state["coach"], state["encoder"]) == ("Ben", say("shell.no_encoder"))  # type: ignore[index]


class Weightless(ColourEncoder):
    """Chosen, without its weights on this machine."""

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        raise EncoderMissing(encoder=self.name)


def test_the_strip_does_not_say_that_an_encoder_speaks_whose_weights_are_missing(tmp_path: Path) -> None:
    lab, parts = studio_lab(tmp_path)
    parts.store.put_setting(ENCODER, ColourEncoder.name)
    lab.close()
    lab, parts = studio_lab(tmp_path)
    strip = Shell(lab, Settings(home=tmp_path))
    lab.warm()
    assert strip.state(BEN, {})["encoder"] == say("shell.encoder", encoder=ColourEncoder.name)  # type: ignore[index]
    parts.encoders.current = Weightless()  # type: ignore[attr-defined]
    lab.warm()
    assert isinstance(lab.encoder_trouble(), EncoderMissing)
    told = say("shell.encoder_missing", encoder=ColourEncoder.name)
    assert strip.state(BEN, {})["encoder"] == told  # type: ignore[index]
    # Another choice is another matter.
    parts.encoders.use(None)
    assert lab.encoder_trouble() is None
    lab.close()


def test_a_described_pose_says_which_words_it_did_not_understand(lab: Lab) -> None:
    page = PosesPage(lab)
    heard = page.understand(ANNA, {"looks": "sitting like a quark, arms overhead"})
    assert heard == {"understood": ["sitting", "arms overhead"], "unknown": ["quark"]}
    mine = page.add(ANNA, {"name": "Quark", "looks": "sitting like a quark, arms overhead"})
    assert lab.poses.pose(ANNA, mine["id"]).template  # type: ignore[index]
