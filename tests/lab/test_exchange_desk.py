"""What coaches named leaves the lab as they named it; what was read before an interruption stays."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import AGREED, Studio, studio_lab
from yogalab.errors import NotAllowed, NothingToExport
from yogalab.lab.lab import Lab
from yogalab.records import Coach, LabelKind, Role, Upload

ANNA = Coach(id="anna", name="Anna")
BEN = Coach(id="ben", name="Ben")


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def lab(tmp_path: Path, studio: Studio) -> Lab:
    return studio_lab(tmp_path / "home", studio=studio)[0]


def exported(lab: Lab, target: Path, *, everything: bool = False) -> dict[str, dict[str, str]]:
    lab.exchange.write(ANNA, target, "csv", everything=everything)
    with (target / "manifest.csv").open(newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def test_an_export_says_who_named_what(lab: Lab, studio: Studio, tmp_path: Path) -> None:
    uploads = [studio.draw("tree", 1), studio.draw("boat", 2), studio.draw("crow", 3), studio.draw("cobra", 4)]
    tree, boat, crow, _ = lab.photos.add(ANNA, uploads, consent=AGREED).new
    lab.review.label(ANNA, tree, "tree", side="left")
    lab.review.label(BEN, tree, "tree", side="left")
    lab.review.label(ANNA, boat, "boat")
    lab.review.label(BEN, boat, "tree")
    lab.review.mark(ANNA, crow, LabelKind.SKIP)
    rows = exported(lab, tmp_path / "named")
    # Coaches disagree about the boat, the crow was skipped, nobody looked at the cobra.
    assert list(rows) == ["tree_1.png"]
    assert (rows["tree_1.png"]["pose"], rows["tree_1.png"]["side"]) == ("tree", "left")
    assert set(rows["tree_1.png"]["coaches"].split(";")) == {"anna", "ben"}
    everything = exported(lab, tmp_path / "all", everything=True)
    assert {name: row["pose"] for name, row in everything.items()} == {
        "tree_1.png": "tree",
        "boat_2.png": "",
        "crow_3.png": "",
        "cobra_4.png": "",
    }


def test_a_merged_pose_leaves_as_the_one_it_became(lab: Lab, studio: Studio, tmp_path: Path) -> None:
    (photo,) = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED).new
    lab.poses.add(ANNA, "Leaning Tree")
    lab.review.label(ANNA, photo, "Leaning Tree")
    lab.poses.merge(ANNA, "Leaning Tree", "tree")
    assert exported(lab, tmp_path / "out")["tree_1.png"]["pose"] == "tree"


def test_a_label_taken_back_does_not_leave(lab: Lab, studio: Studio, tmp_path: Path) -> None:
    (photo,) = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED).new
    lab.review.label(ANNA, photo, "tree")
    lab.review.undo(ANNA)
    with pytest.raises(NothingToExport):
        lab.exchange.write(ANNA, tmp_path / "out", "csv")
    assert not (tmp_path / "out").exists()


def test_only_the_owner_reads_and_writes_folders_of_this_machine(lab: Lab, tmp_path: Path) -> None:
    coach = Coach(id="cleo", name="Cleo", role=Role.COACH)
    with pytest.raises(NotAllowed):
        lab.exchange.write(coach, tmp_path / "out", "csv")
    with pytest.raises(NotAllowed):
        lab.exchange.offered(coach, [tmp_path])


def test_what_was_read_before_an_interruption_stays(lab: Lab, studio: Studio) -> None:
    def interrupted() -> Iterator[Upload]:
        for seed in range(5):
            yield studio.draw("tree", seed, label="tree")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.photos.add(ANNA, interrupted(), consent=AGREED)
    tally = lab.review.tally(ANNA)
    assert (tally.photos, tally.labelled) == (5, 5)


def test_drawn_people_are_found_and_partly_labelled(lab: Lab) -> None:
    added = lab.photos.add_drawn(ANNA, count=12, poses=4, labelled=0.5)
    assert (len(added.new), added.nobody) == (12, 0)
    # Three figures a pose, of which half, rounded up, come with a label.
    assert added.labelled == 8
    assert lab.photos.add_drawn(ANNA, count=12, poses=4, labelled=0.5).new == []
