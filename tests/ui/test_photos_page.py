"""The photos page's handlers: what is there while the lab still reads, and the whole story of one photo."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import AGREED, Studio, studio_lab
from yogalab.lab.lab import Lab
from yogalab.records import Coach, LabelKind, Role
from yogalab.ui.photos import PhotosPage
from yogalab.words import say

ANNA = Coach(id="anna", name="Anna")
BEN = Coach(id="ben", name="Ben", role=Role.COACH)
EVENT = "0b2c4f00-0000-4000-8000-00000000000{}"


def test_the_newest_photos_are_there_before_the_lab_has_read_them(tmp_path: Path, studio: Studio) -> None:
    home = tmp_path / "home"
    before, _ = studio_lab(home, studio=studio)
    ids = before.photos.add(ANNA, [studio.draw("tree", n) for n in range(5)], consent=AGREED).new
    before.close()
    lab, _ = studio_lab(home, studio=studio)
    page = PhotosPage(lab, warm=lambda: False)
    asked = {"start": 1, "count": 2, "fold": True, "bones": True}
    early = page.grid(ANNA, asked)
    assert isinstance(early, dict)
    assert [tile["photo"] for tile in early["tiles"]] == sorted(ids, reverse=True)[1:3]
    assert (early["total"], early["warming"], early["tiles"][0]["guess"]) == (5, True, None)
    lab.warm()
    later = page.grid(ANNA, asked)
    assert isinstance(later, dict)
    assert not later["warming"] and later["tiles"][0]["guess"] and len(later["tiles"][0]["skeleton"]) == 33


def test_a_photo_tells_its_whole_story(lab: Lab, studio: Studio) -> None:
    for coach in (ANNA, BEN):
        lab.people.enter(coach.name)
    one, other = lab.photos.add(ANNA, [studio.draw("tree", n) for n in (1, 2)], consent=AGREED).new
    page = PhotosPage(lab)
    tree, boat = (lab.poses.pose(ANNA, slug) for slug in ("tree", "boat"))
    lab.review.label(ANNA, one, tree.id, side="left")
    click = page.name_all(BEN, {"photos": [one, other], "pose": boat.id, "event": EVENT.format(1)})
    assert click == {"click": EVENT.format(1), "photos": 2}
    page.take_back(BEN, {"click": EVENT.format(1), "event": EVENT.format(2)})
    lab.review.mark(BEN, one, LabelKind.SKIP)
    lab.review.rule(ANNA, one, boat.id)
    told = page.photo(ANNA, {"photo": one})
    assert isinstance(told, dict)
    story = [(e["coach"], e["kind"], e["pose"], e["notes"], bool(e["taken_back"])) for e in told["history"]]
    assert story == [
        ("Anna", "pose", tree.name, [say("review.side.left")], False),
        ("Ben", "pose", boat.name, [say("photo.bulk")], True),
        ("Ben", "skip", "", [], False),
        ("Anna", "ruling", boat.name, [say("photo.ruling")], False),
    ]
    origin = told["origin"]
    assert (origin["by"], origin["source"], origin["consent"]) == (
        "Anna",
        say("source.upload"),
        say("consent.agreed"),
    )
    assert origin["at"] == lab.review.card(ANNA, one).photo.added_at.isoformat()
