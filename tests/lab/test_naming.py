"""Many photos named at one click: all of them or none, once, and taken back by one more."""

from __future__ import annotations

import pytest

from tests.fakes import AGREED, Studio
from tests.labs import ANNA, BEN, fill
from yogalab.errors import NotAllowed, NothingToUndo, PoseNotFound
from yogalab.lab.answer_columns import Status
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach, LabelKind, Role


def named(lab: Lab, slug: str) -> int:
    return lab.photos.grid(
        ANNA, PhotoFilter(pose=lab.poses.pose(ANNA, slug).id, status=Status.LABELLED), count=0
    ).total


def test_hundreds_are_named_at_once_and_one_undo_takes_all_of_them_back(
    made: tuple[Lab, Parts], studio: Studio
) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=4)
    lab.review.label(ANNA, ids[0], "boat")
    lab.review.label(BEN, ids[1], "tree")
    before = len(parts.store.events())
    many = lab.naming.name(ANNA, ids, "tree", event_id="click-1")
    assert many.photos == tuple(ids)
    events = parts.store.events()[before:]
    assert [(e.id, e.kind, e.coach) for e in events] == [(f"click-1-{i}", LabelKind.POSE, ANNA.id) for i in ids]
    assert named(lab, "tree") == len(ids)
    lab.naming.take_back(ANNA, "click-1", event_id="undo-1")
    # What was said before stands as it did.
    assert (named(lab, "tree"), named(lab, "boat")) == (1, 1)
    with pytest.raises(NothingToUndo):
        lab.naming.take_back(ANNA, "click-1", event_id="undo-2")


def test_sent_again_nothing_more_is_named_or_taken_back(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    fill(lab, studio, each=1)
    waiting = PhotoFilter(status=Status.WAITING)
    first = lab.naming.name(ANNA, waiting, "tree", event_id="click-1")
    new = lab.photos.add(ANNA, [studio.draw("boat", 9)], consent=AGREED).new
    assert lab.naming.name(ANNA, waiting, "tree", event_id="click-1") == first
    assert lab.review.history(ANNA, new[0]) == ()
    undone = lab.naming.take_back(ANNA, "click-1", event_id="undo-1")
    kept = len(parts.store.events())
    assert lab.naming.take_back(ANNA, "click-1", event_id="undo-1") == undone
    assert len(parts.store.events()) == kept == 2 * len(first.photos)


def test_what_was_taken_back_one_by_one_stays_so_and_what_others_say_stands(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    lab.naming.name(ANNA, ids, "tree", event_id="click-1")
    lab.review.undo(ANNA, target=f"click-1-{ids[0]}", photo_id=ids[0])
    lab.review.label(ANNA, ids[1], "boat")
    with pytest.raises(NothingToUndo):
        lab.naming.take_back(BEN, "click-1")
    assert lab.naming.take_back(ANNA, "click-1").photos == tuple(ids[1:])
    assert named(lab, "boat") == 1


def test_many_photos_may_show_no_pose(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    lab.naming.name(ANNA, ids[:3], None)
    assert lab.photos.grid(ANNA, PhotoFilter(status=Status.NOT_A_POSE)).total == 3


def test_all_are_named_or_none(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    ids = fill(lab, studio, each=1)
    for pose in ("flying spaghetti", 10_000):
        with pytest.raises(PoseNotFound):
            lab.naming.name(ANNA, ids, pose)
    with pytest.raises(NotAllowed):
        lab.naming.name(Coach(id="v", name="V", role=Role.VIEWER), ids, "tree")
    assert parts.store.events() == []
    # One that is gone does not hold up the others.
    lab.photos.delete(ANNA, ids[:1])
    assert lab.naming.name(ANNA, ids, "tree").photos == tuple(ids[1:])
