"""Labels looked at again: what is listed, when, and what an answer there does."""

from __future__ import annotations

import pytest

from tests.lab.standins import named, people
from tests.labs import ANNA, BEN, POSES
from yogalab.errors import NotAllowed, PhotoNotFound
from yogalab.lab.checklists import Check
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach, LabelKind, Role

SHOWN = ("tree", "boat", "chair")
HELPER = Coach(id="hedda", name="Hedda", role=Role.COACH)
VIEWER = Coach(id="vera", name="Vera", role=Role.VIEWER)


def pose_of(lab: Lab, photo_id: int) -> str:
    label = lab.review.card(ANNA, photo_id).label
    assert label is not None and label.pose_id is not None and not label.disputed
    return lab.poses.pose(ANNA, label.pose_id).slug


def listed(lab: Lab) -> list[int]:
    return [one.sight.photo.id for one in lab.checks.suspects(ANNA).listed]


@pytest.fixture
def parts(made: tuple[Lab, Parts]) -> Parts:
    return made[1]


@pytest.fixture
def slips(lab: Lab, parts: Parts) -> list[int]:
    """Two trees called boat among ten photos of each of three poses."""
    ids = named(parts, SHOWN * 10)
    wrong = ids[:4:3]
    for photo_id in wrong:
        lab.review.label(ANNA, photo_id, "boat")
    return wrong


# --- suspects ---------------------------------------------------------------------------------------


def test_wrong_labels_are_listed_with_what_they_look_like(lab: Lab, slips: list[int]) -> None:
    suspects = lab.checks.suspects(ANNA)
    assert set(slips) == {one.sight.photo.id for one in suspects.listed[:2]}
    first = suspects.listed[0]
    named = {"called": first.doubt.called, "instead": first.doubt.instead}
    assert {k: lab.poses.pose(ANNA, v).slug for k, v in named.items()} == {"called": "boat", "instead": "tree"}
    assert first.doubt.instead_probability > first.doubt.called_probability
    assert suspects.ready == len(SHOWN)
    assert suspects.total == len(suspects.listed)


def test_nothing_is_suspected_before_there_are_labels_enough(lab: Lab, parts: Parts) -> None:
    ids = named(parts, SHOWN * 7)
    lab.review.label(ANNA, ids[0], "boat")
    suspects = lab.checks.suspects(ANNA)
    assert (suspects.listed, suspects.total, suspects.ready) == ((), 0, 0)


def test_an_empty_lab_has_nothing_to_check(lab: Lab) -> None:
    assert lab.checks.suspects(ANNA).listed == ()
    assert lab.checks.disagreements(ANNA).listed == ()
    assert (lab.checks.copies(ANNA).total, lab.checks.skipped(ANNA).total) == (0, 0)


def test_a_kept_label_leaves_the_list_until_that_is_taken_back(lab: Lab, slips: list[int]) -> None:
    (kept,) = lab.checks.keep(BEN, slips[:1], Check.SUSPECTS)
    assert slips[0] not in listed(lab)
    assert slips[1] in listed(lab)
    assert pose_of(lab, slips[0]) == "boat"
    lab.review.undo(BEN, target=kept.event.id)
    assert slips[0] in listed(lab)


def test_a_correction_of_ones_own_is_a_label(lab: Lab, slips: list[int]) -> None:
    saved = lab.checks.settle(ANNA, slips[0], "tree", Check.SUSPECTS)
    assert saved.event.kind is LabelKind.POSE
    assert pose_of(lab, slips[0]) == "tree"
    assert slips[0] not in listed(lab)


def test_an_owner_corrects_others_at_once_and_a_coach_only_speaks_up(lab: Lab, slips: list[int]) -> None:
    assert lab.checks.settle(BEN, slips[0], "tree", Check.SUSPECTS).event.kind is LabelKind.RULING
    assert pose_of(lab, slips[0]) == "tree"
    lab.checks.settle(HELPER, slips[1], "tree", Check.SUSPECTS)
    assert [one.sight.photo.id for one in lab.checks.disagreements(ANNA).listed] == [slips[1]]
    with pytest.raises(NotAllowed):
        lab.checks.settle(VIEWER, slips[1], "tree", Check.SUSPECTS)
    # Not even by asking for what is not there.
    with pytest.raises(NotAllowed):
        lab.checks.keep(VIEWER, [], Check.SUSPECTS)
    with pytest.raises(NotAllowed):
        lab.checks.alike(VIEWER, [12345], 1)


def test_a_photo_that_shows_no_pose_is_no_suspect_any_more(lab: Lab, slips: list[int]) -> None:
    lab.checks.settle(ANNA, slips[0], None, Check.SUSPECTS)
    lab.review.mark(ANNA, slips[1], LabelKind.WRONG_SKELETON)
    assert not set(slips) & set(listed(lab))


def test_a_deleted_photo_is_no_suspect_any_more(lab: Lab, slips: list[int]) -> None:
    assert slips[0] in listed(lab)
    lab.photos.delete(ANNA, slips[:1])
    assert slips[0] not in listed(lab)


# --- disagreements ----------------------------------------------------------------------------------


def test_only_an_owner_rules_and_the_ruling_stands_against_later_votes(lab: Lab, parts: Parts) -> None:
    photo_id = people(parts, POSES)[0]
    lab.review.label(ANNA, photo_id, "tree")
    lab.review.label(BEN, photo_id, "boat")
    (dispute,) = lab.checks.disagreements(ANNA).listed
    assert [event.coach for event in dispute.said] == ["anna", "ben"]
    with pytest.raises(NotAllowed):
        lab.review.rule(HELPER, photo_id, "boat")
    ruled = lab.review.rule(ANNA, photo_id, "boat")
    assert pose_of(lab, photo_id) == "boat"
    lab.review.label(HELPER, photo_id, "tree")
    assert pose_of(lab, photo_id) == "boat"
    lab.review.undo(ANNA, target=ruled.event.id)
    assert pose_of(lab, photo_id) == "tree"


# --- copies and what was put aside ------------------------------------------------------------------


def test_copies_called_differently_come_first_and_are_called_alike_in_one_click(lab: Lab, parts: Parts) -> None:
    ids = people(parts, ["tree"] * 3, group=1)
    assert [one.poses for one in lab.checks.copies(ANNA).listed] == [()]
    lab.review.label(ANNA, ids[0], "tree")
    lab.review.label(ANNA, ids[1], "boat")
    (group,) = lab.checks.copies(ANNA).listed
    assert group.differ
    assert [sight.photo.id for sight in group.sights] == ids
    tree = lab.poses.pose(ANNA, "tree").id
    saved = lab.checks.alike(ANNA, ids, tree, event_id="click-1")
    assert [one.event.photo_id for one in saved] == ids[1:]
    assert [pose_of(lab, i) for i in ids] == ["tree"] * 3
    assert lab.checks.copies(ANNA).listed == ()
    assert lab.checks.alike(ANNA, ids, tree, event_id="click-1") == ()
    for one in saved:
        lab.review.undo(ANNA, target=one.event.id)
    assert pose_of(lab, ids[1]) == "boat"
    with pytest.raises(PhotoNotFound):
        lab.checks.alike(ANNA, [999], tree)


def test_copies_that_are_meant_to_differ_are_kept_so(lab: Lab, parts: Parts) -> None:
    ids = people(parts, ["tree"] * 2, group=1)
    lab.review.label(ANNA, ids[0], "tree")
    lab.review.label(ANNA, ids[1], "boat")
    lab.checks.keep(ANNA, ids, Check.COPIES)
    assert lab.checks.copies(ANNA).listed == ()
    assert [pose_of(lab, i) for i in ids] == ["tree", "boat"]
    lab.review.label(ANNA, ids[1], "chair")
    assert lab.checks.copies(ANNA).total == 1


def test_skipped_photos_come_back_until_they_are_named(lab: Lab, parts: Parts) -> None:
    ids = people(parts, POSES)
    lab.review.mark(ANNA, ids[0], LabelKind.SKIP)
    lab.review.mark(ANNA, ids[1], LabelKind.WRONG_SKELETON)
    lab.review.mark(ANNA, ids[2], LabelKind.NOT_A_POSE)
    lab.review.mark(ANNA, ids[3], LabelKind.SKIP)
    assert [sight.photo.id for sight in lab.checks.skipped(ANNA).listed] == [ids[0], ids[3]]
    lab.review.label(ANNA, ids[0], "tree")
    assert [sight.photo.id for sight in lab.checks.skipped(ANNA).listed] == [ids[3]]
