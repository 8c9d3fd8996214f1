"""The check page: its lists and answers, called as functions."""

from __future__ import annotations

import pytest

from tests.fakes import AGREED, Studio
from tests.labs import ANNA, BEN
from yogalab.errors import BadLabel, NotAllowed, OtherCoach
from yogalab.lab.lab import Lab
from yogalab.records import Coach, LabelKind, Role
from yogalab.ui.check import CheckPage
from yogalab.words import say

VIEWER = Coach(id="vera", name="Vera", role=Role.VIEWER)
EVENT = "0b2c4f00-0000-4000-8000-00000000000{}"


@pytest.fixture
def page(lab: Lab) -> CheckPage:
    return CheckPage(lab)


@pytest.fixture
def dispute(lab: Lab, studio: Studio) -> int:
    """A photo Anna calls a tree and Ben a boat."""
    (photo,) = lab.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED).new
    lab.people.enter("Anna")
    lab.review.label(ANNA, photo, "tree")
    lab.review.label(BEN, photo, "boat")
    return photo


@pytest.mark.parametrize("name", ["suspects", "disagreements", "copies", "skipped"])
def test_an_empty_list_says_when_there_will_be_something(page: CheckPage, name: str) -> None:
    told = getattr(page, name)(VIEWER, {})
    assert (told["entries"], told["total"]) == ([], 0)
    assert told["empty"]["title"] and told["empty"]["lead"]


def test_suspects_wait_for_labels_enough(page: CheckPage) -> None:
    told = page.suspects(ANNA, {})
    assert told["empty"]["lead"] == say("check.suspects_wait", enough=8)  # type: ignore[index]


def test_an_owner_settles_what_coaches_call_differently(lab: Lab, page: CheckPage, dispute: int) -> None:
    told = page.disagreements(ANNA, {})
    (entry,) = told["entries"]  # type: ignore[index]
    assert [(one["who"], one["pose"]["slug"]) for one in entry["said"]] == [("Anna", "tree"), ("ben", "boat")]
    agreed = page.agreement(VIEWER, {})
    assert agreed["overall"] == say("check.agreement_wait", enough=20, n=1)  # type: ignore[index]
    assert [one["name"] for one in agreed["coaches"]] == ["Anna", "ben"]  # type: ignore[index]
    (mixed,) = agreed["mixed"]  # type: ignore[index]
    assert (sorted(one["name"] for one in mixed["poses"]), mixed["photos"]) == (["Boat", "Tree"], 1)
    boat = entry["said"][1]["pose"]["id"]
    kept = page.rule(ANNA, {"photo": dispute, "pose": boat, "event": EVENT.format(1)})
    assert page.disagreements(ANNA, {})["total"] == 0  # type: ignore[index]
    page.take_back(ANNA, {"events": kept["events"], "event": EVENT.format(2)})  # type: ignore[index]
    assert page.disagreements(ANNA, {})["total"] == 1  # type: ignore[index]


def test_who_may_not_rule_is_told_so(lab: Lab, page: CheckPage, dispute: int) -> None:
    hedda = Coach(id="hedda", name="Hedda", role=Role.COACH)
    assert page.disagreements(hedda, {})["rules"] is False  # type: ignore[index]
    with pytest.raises(NotAllowed):
        page.rule(hedda, {"photo": dispute, "pose": None, "event": EVENT.format(1)})


def test_no_pose_is_an_answer_too(lab: Lab, page: CheckPage, dispute: int) -> None:
    page.settle(ANNA, {"photo": dispute, "pose": None, "check": "disagreements", "event": EVENT.format(1)})
    label = lab.review.card(ANNA, dispute).label
    assert label is not None
    assert (label.pose_id, label.kind, label.disputed) == (None, LabelKind.RULING, False)


def test_an_answer_in_a_list_nobody_knows_or_by_somebody_else_is_refused(
    page: CheckPage, lab: Lab, dispute: int
) -> None:
    asked = {"photo": dispute, "pose": 1, "event": EVENT.format(1)}
    with pytest.raises(BadLabel):
        page.settle(ANNA, {**asked, "check": "gossip"})
    with pytest.raises(OtherCoach):
        page.settle(ANNA, {**asked, "check": "suspects", "coach": "Ben"})
    assert len(lab.review.history(ANNA, dispute)) == 2
