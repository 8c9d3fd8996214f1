"""What is asked, and what a coach says of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.fakes import Clock, Studio
from tests.labs import ANNA, BEN, fill, probabilities
from yogalab.errors import NothingToUndo, PoseNotFound
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.lab.review import LEASE_SECONDS
from yogalab.records import Coach, LabelKind, Role


def test_the_queue_asks_each_coach_for_different_photos(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    hers = {card.photo.id for card in lab.review.queue(ANNA, 8)}
    his = {card.photo.id for card in lab.review.queue(BEN, 8)}
    assert len(hers) == len(his) == 8
    assert not hers & his


def test_a_labelled_or_skipped_photo_leaves_the_queue(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    first, second = lab.review.queue(ANNA, 2)
    lab.review.label(ANNA, first.photo.id, "tree")
    lab.review.mark(ANNA, second.photo.id, LabelKind.SKIP)
    left = {card.photo.id for card in lab.review.queue(ANNA, 100)}
    assert not left & {first.photo.id, second.photo.id}


def test_every_asked_photo_says_why(lab: Lab, studio: Studio) -> None:
    from yogalab.words import say

    fill(lab, studio)
    for card in lab.review.queue(ANNA, 30):
        assert card.asked is not None
        assert say(card.asked.reason, **card.asked.data)


def test_a_resent_label_is_not_a_second_one(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    first = lab.review.label(ANNA, photo_id, "tree", event_id="e-1")
    again = lab.review.label(ANNA, photo_id, "tree", event_id="e-1")
    assert (first.again, again.again) == (False, True)
    assert len(lab.review.history(ANNA, photo_id)) == 1


def test_undo_goes_back_as_far_as_there_are_labels(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    for photo_id in ids[:3]:
        lab.review.label(ANNA, photo_id, "tree")
    lab.review.label(BEN, ids[3], "boat")
    for photo_id in reversed(ids[:3]):
        assert lab.review.undo(ANNA).event.photo_id == photo_id
    with pytest.raises(NothingToUndo):
        lab.review.undo(ANNA)
    assert lab.review.tally(ANNA).labelled == 1


def test_two_coaches_who_disagree_make_a_dispute_that_is_not_trained_on(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    lab.review.label(ANNA, photo_id, "tree")
    lab.review.label(BEN, photo_id, "boat")
    label = lab.review.card(ANNA, photo_id).label
    assert label is not None and label.disputed
    assert lab.review.tally(ANNA).disputed == 1


def test_renaming_keeps_labels_and_merging_joins_them(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    own = lab.poses.add(ANNA, "Stork")
    lab.review.label(ANNA, ids[0], own.id)
    assert lab.poses.rename(ANNA, own.id, "Heron on one leg").slug == "stork"
    lab.poses.merge(ANNA, own.id, "tree")
    assert lab.poses.pose(ANNA, "stork").slug == "tree"
    assert "stork" not in probabilities(lab, ids[1])


def test_hidden_poses_are_not_suggested(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    lab.poses.keep_only(ANNA, ["tree", "boat"])
    assert set(probabilities(lab, photo_id)) == {"tree", "boat"}


def test_where_all_poses_are_hidden_every_pose_is_as_likely(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    before = probabilities(lab, photo_id)
    lab.poses.keep_only(ANNA, [])
    assert probabilities(lab, photo_id) == pytest.approx(dict.fromkeys(before, 1 / len(before)))
    assert lab.photos.look(ANNA, "one.png", studio.draw("tree", 9).data).prediction is not None


def test_an_unknown_pose_is_named_in_the_error(lab: Lab, studio: Studio) -> None:
    photo_id = fill(lab, studio, each=1)[0]
    with pytest.raises(PoseNotFound) as caught:
        lab.review.label(ANNA, photo_id, "flying spaghetti")
    assert caught.value.data == {"pose": "flying spaghetti"}


def test_a_lease_runs_out(made: tuple[Lab, Parts], studio: Studio) -> None:
    lab, parts = made
    fill(lab, studio, each=1)
    clock = Clock()
    parts.store._db.now = clock  # type: ignore[attr-defined]
    assert len(lab.review.queue(ANNA, 10)) == 5
    assert lab.review.queue(BEN, 10) == []
    clock.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert len(lab.review.queue(BEN, 10)) == 5


def test_a_page_keeps_what_it_shows_and_lets_go_of_the_rest(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    front = photos(lab, ANNA, 8)[0]
    # Ranked anew at each answer, a page is given other photos: those before must not stay away from others.
    for _ in range(20):
        photos(lab, ANNA, 8, held=[front])
    theirs = photos(lab, BEN, 30)
    assert front not in theirs
    assert len(theirs) == 30 - 9
    assert photos(lab, ANNA, 0, held=[]) == []
    assert front in photos(lab, BEN, 30)


def test_two_windows_of_one_coach_show_different_photos(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    assert not set(photos(lab, ANNA, 8, seat="left")) & set(photos(lab, ANNA, 8, seat="right"))


def test_who_only_looks_takes_no_photo_from_those_who_answer(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=1)
    guest = Coach(id="guest", name="Guest", role=Role.VIEWER)
    assert len(photos(lab, guest, 10)) == 5
    assert len(photos(lab, ANNA, 10)) == 5


def photos(lab: Lab, who: Coach, count: int, *, held: Sequence[int] = (), seat: str | None = None) -> list[int]:
    return [card.photo.id for card in lab.review.queue(who, count, held=held, seat=seat)]


def test_a_resent_undo_takes_back_no_second_label(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    for photo_id in ids[:2]:
        lab.review.label(ANNA, photo_id, "tree")
    first = lab.review.undo(ANNA, event_id="u-1")
    again = lab.review.undo(ANNA, event_id="u-1")
    assert (first.event, again.again) == (again.event, True)
    assert lab.review.tally(ANNA).labelled == 1
