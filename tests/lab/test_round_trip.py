"""A data set that leaves one lab and comes into another has lost nothing, whatever its format."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import AGREED, Studio, studio_lab
from tests.labs import worked_off
from yogalab.exchange import sidecar
from yogalab.exchange.folder import FolderExchange
from yogalab.exchange.lines import photo_line
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach, Consent, LabelKind, Role, Sample, Scored, Upload

ANNA = Coach(id="anna", name="Anna")
BEN = Coach(id="ben", name="Ben")
FORMATS = FolderExchange().formats


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory, studio: Studio) -> Lab:
    """A lab in which everything was said that can be said of a photo."""
    lab, _ = studio_lab(tmp_path_factory.mktemp("rich"), studio=studio)
    slugs = ("tree", "boat", "cobra", "crow", "warrior_2", "plank")
    drawn = [studio.draw(slug, seed) for seed in range(3) for slug in slugs]
    twin = Upload(name="=twin of a tree.png", data=drawn[0].data + b"\0")
    studio.remember_like(twin, drawn[0])
    ids = lab.photos.add(ANNA, drawn[:9], consent=AGREED).new
    ids += lab.photos.add(BEN, drawn[9:], consent=Consent.MYSELF, source="folder").new
    lab.poses.add(ANNA, "Leaning Tree", looks="standing, one knee bent")
    lab.poses.add(ANNA, "Tall Tree")
    shown = (Scored(pose_id=lab.poses.pose(ANNA, "boat").id, slug="boat", probability=0.625),)
    lab.review.label(ANNA, ids[0], "tree", side="left", ms=1200, shown=shown, sample=Sample.SHOWN)
    lab.review.label(BEN, ids[0], "tree", side="left", person=0, details={"check": "differ", "note": "ä"})
    lab.review.label(ANNA, ids[1], "boat", event_id="a-label-to-take-back")
    lab.review.undo(ANNA, target="a-label-to-take-back")
    lab.review.label(ANNA, ids[2], "Leaning Tree")
    lab.review.label(BEN, ids[2], "cobra", person=2)
    lab.review.rule(ANNA, ids[2], "cobra")
    lab.review.mark(BEN, ids[3], LabelKind.NOT_A_POSE)
    lab.review.mark(BEN, ids[4], LabelKind.NOBODY)
    lab.review.mark(ANNA, ids[5], LabelKind.SKIP)
    lab.review.mark(ANNA, ids[6], LabelKind.WRONG_SKELETON)
    lab.review.label(ANNA, ids[7], "Tall Tree")
    lab.poses.merge(ANNA, "Tall Tree", "tree")
    lab.review.label(ANNA, ids[8], "boat")
    lab.review.label(BEN, ids[8], "crow")
    return lab


def empty(home: Path, studio: Studio) -> tuple[Lab, Parts]:
    return studio_lab(home, studio=studio)


def known(folder: Path) -> Mapping[str, Any]:
    """Everything a data set says, by photo; numbers that a lab gives out itself as what they stand for."""
    told = [(file, one) for file, one in sidecar.photos(folder)]
    first: dict[str | None, str] = {}
    found = {}
    for _, one in told:
        first.setdefault(one.group, one.sha256)
        line = photo_line(one, "")
        line["group"] = first[one.group]
        for said in line["said"]:
            del said["order"]
        found[one.sha256] = line
    order = sorted((said.order, said.id) for _, one in told for said in one.said)
    poses = {slug: (pose.name, pose.template, pose.aliases) for slug, pose in told[0][1].poses.items()}
    return {
        "photos": found,
        "order": [event for _, event in order],
        "poses": poses,
        "merged": told[0][1].merged,
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_out_in_and_out_again_is_the_same(kind: str, rich: Lab, studio: Studio, tmp_path: Path) -> None:
    rich.exchange.write(ANNA, tmp_path / "out", kind, everything=True)
    lab, parts = empty(tmp_path / "lab", Studio())
    added = lab.exchange.bring(ANNA, tmp_path / "out")
    assert (len(added.new), added.errors, added.refused) == (18, [], [])
    lab.exchange.write(ANNA, tmp_path / "again", kind, everything=True)
    assert known(tmp_path / "again") == known(tmp_path / "out")
    # The pose model of both labs is the same, so nobody looked for skeletons anew: this studio knows none.
    there = {one["sha256"]: one["people"] for one in known(tmp_path / "out")["photos"].values()}
    assert sum(bool(people) for people in there.values()) == 18
    # Once more adds nothing, and neither does the lab that it came from.
    events = len(parts.store.events())
    for other in (lab, rich):
        before = other.review.tally(ANNA)
        again = other.exchange.bring(ANNA, tmp_path / "out")
        assert (again.new, again.labelled, len(again.known)) == ([], 0, 18)
        assert other.review.tally(ANNA) == before
    assert len(parts.store.events()) == events
    lab.close()


def test_what_comes_in_teaches_the_same(rich: Lab, studio: Studio, tmp_path: Path) -> None:
    rich.exchange.write(ANNA, tmp_path / "out", "labelstudio", everything=True)
    lab, parts = empty(tmp_path / "lab", studio)
    lab.exchange.bring(ANNA, tmp_path / "out")
    ours, theirs = lab.versions.plan(ANNA), rich.versions.plan(ANNA)
    slugs = [{one.id: one.slug for one in each._parts.store.poses()} for each in (lab, rich)]
    taught = [sorted(slugs[k][pose] for pose in plan.train.y.tolist()) for k, plan in enumerate((ours, theirs))]
    assert taught[0] == taught[1]
    assert len(ours.holdout) == len(theirs.holdout)
    worked_off(lab, lab.versions.train(ANNA).id)
    # Whoever types the merged pose's name finds the one that stands for it.
    assert lab.poses.pose(ANNA, "Tall Tree").slug == "tree"
    # Taking back the last word takes back the one that was said last.
    assert lab.review.undo(ANNA).event.undoes == rich.review.history(ANNA, 9)[0].id
    lab.close()
    del parts


def test_a_photo_that_was_deleted_here_stays_out(rich: Lab, studio: Studio, tmp_path: Path) -> None:
    rich.exchange.write(ANNA, tmp_path / "out", "csv", everything=True)
    lab, _ = empty(tmp_path / "lab", studio)
    lab.exchange.bring(ANNA, tmp_path / "out")
    lab.photos.delete(ANNA, [1, 2])
    again = lab.exchange.bring(ANNA, tmp_path / "out")
    assert (len(again.refused), again.new) == (2, [])
    # The file it once came from is known by its hash, too.
    assert lab.photos.add(ANNA, [studio.draw("tree", 0)], consent=AGREED).refused == ["tree_0.png"]
    lab.close()


def test_labels_of_two_labs_with_one_id_are_both_kept(studio: Studio, tmp_path: Path) -> None:
    """Imported labels get ids from the number of their photo, and every lab has a photo 1."""
    one, _ = empty(tmp_path / "one", studio)
    other, parts = empty(tmp_path / "other", studio)
    one.photos.add(ANNA, [studio.draw("tree", 1, label="tree")], consent=AGREED)
    other.photos.add(ANNA, [studio.draw("tree", 2, label="tree")], consent=AGREED)
    assert [e.id for e in one._parts.store.events()] == [e.id for e in parts.store.events()]
    one.exchange.write(ANNA, tmp_path / "out", "coco")
    for _ in range(2):
        other.exchange.bring(ANNA, tmp_path / "out")
    assert [(e.photo_id, e.kind) for e in parts.store.events()] == [(1, LabelKind.POSE), (2, LabelKind.POSE)]


def test_photos_of_the_lab_get_what_others_said_of_them(rich: Lab, studio: Studio, tmp_path: Path) -> None:
    rich.exchange.write(ANNA, tmp_path / "out", "parquet", everything=True)
    lab, _ = empty(tmp_path / "lab", studio)
    (mine,) = lab.photos.add(ANNA, [studio.draw("tree", 0)], consent=AGREED).new
    lab.review.label(ANNA, mine, "crow")
    lab.exchange.bring(ANNA, tmp_path / "out")
    assert [event.coach for event in lab.review.history(ANNA, mine)] == ["anna", "anna", "ben"]


def test_another_pose_model_looks_for_itself(rich: Lab, tmp_path: Path) -> None:
    rich.exchange.write(ANNA, tmp_path / "out", "imagefolder", everything=True)
    blind = Studio()
    blind.name = "studio/2"
    lab, parts = empty(tmp_path / "lab", blind)
    lab.exchange.bring(ANNA, tmp_path / "out")
    assert set(parts.store.landmarks("studio/2").values()) == {()}
    assert parts.store.landmarks("studio/1") == {}


def test_a_copy_of_a_photo_that_was_changed_keeps_its_labels_but_not_its_skeleton(
    studio: Studio, tmp_path: Path
) -> None:
    one, _ = empty(tmp_path / "one", studio)
    one.photos.add(ANNA, [studio.draw("tree", 1, label="tree")], consent=AGREED)
    one.exchange.write(ANNA, tmp_path / "out", "csv")
    (file,) = (tmp_path / "out" / "photos").iterdir()
    file.write_bytes(studio.draw("boat", 3).data)
    lab, parts = empty(tmp_path / "lab", studio)
    lab.exchange.bring(ANNA, tmp_path / "out")
    boat = studio.people(parts.reader.canonical("x", studio.draw("boat", 3).data))[0]
    assert (parts.store.landmarks(studio.name)[1][0].points == boat.points).all()
    assert lab.review.card(ANNA, 1).label is not None


def test_only_an_owner_brings_a_data_set_in(rich: Lab, tmp_path: Path) -> None:
    from yogalab.errors import NotAllowed

    with pytest.raises(NotAllowed):
        rich.exchange.bring(Coach(id="c", name="C", role=Role.COACH), tmp_path)


def test_what_a_coach_uploads_says_nothing_of_skeletons_or_others(
    rich: Lab, studio: Studio, tmp_path: Path
) -> None:
    """Whatever reaches the photo desk with facts of its own is an upload like any other."""
    rich.exchange.write(ANNA, tmp_path / "out", "csv", everything=True)
    uploads: Sequence[Upload] = list(FolderExchange().read(tmp_path / "out"))
    lab, parts = empty(tmp_path / "lab", Studio())
    lab.photos.add(Coach(id="c", name="C", role=Role.COACH), uploads, consent=AGREED)
    assert parts.store.events() == []
    assert set(parts.store.landmarks(studio.name).values()) == {()}
    assert {photo.added_by for photo in parts.store.photos()} == {"c"}


def test_label_studio_answers_come_back_without_the_pictures(rich: Lab, studio: Studio, tmp_path: Path) -> None:
    """As Label Studio gives it out: more answers, no file of ours beside it, no photos."""
    rich.exchange.write(ANNA, tmp_path / "out", "labelstudio", everything=True)
    tasks = json.loads((tmp_path / "out" / "tasks.json").read_text())
    lab, _ = empty(tmp_path / "lab", studio)
    lab.exchange.bring(ANNA, tmp_path / "out")
    before = lab.review.history(ANNA, 10)
    answer = {
        "id": 77,
        "completed_by": 3,
        "result": [
            {"type": "choices", "from_name": "pose", "to_name": "image", "value": {"choices": ["plank"]}}
        ],
        "lead_time": 2.5,
        "created_at": "2026-04-01T10:00:00Z",
    }
    tasks[9]["annotations"].append(answer)
    back = tmp_path / "back" / "project-1.json"
    back.parent.mkdir()
    back.write_text(json.dumps(tasks))
    added = lab.exchange.bring(ANNA, back)
    assert (added.new, added.labelled, len(added.known)) == ([], 1, 18)
    (new,) = lab.review.history(ANNA, 10)[len(before) :]
    assert (new.coach, new.pose_id, new.ms) == ("label-studio-3", lab.poses.pose(ANNA, "plank").id, 2500)
    assert lab.exchange.bring(ANNA, back).labelled == 0
    shutil.rmtree(tmp_path / "back")
