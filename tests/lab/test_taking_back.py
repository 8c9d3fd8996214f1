"""Undo in any order, and what a lab that was restored from before lacks."""

from __future__ import annotations

import pytest

from tests.fakes import Studio
from tests.labs import ANNA, BEN, fill
from yogalab.errors import NothingToUndo, PhotoNotFound
from yogalab.lab.lab import Lab


def test_an_undo_that_overtakes_its_label_takes_it_back_when_it_arrives(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio, each=1)
    lab.review.undo(ANNA, target="late", photo_id=photo, event_id="u-1")
    # Another coach cannot take it back ahead of time.
    lab.review.undo(BEN, target="later", photo_id=photo, event_id="u-2")
    lab.review.label(ANNA, photo, "tree", event_id="late")
    assert lab.review.tally(ANNA).labelled == 0
    lab.review.label(ANNA, photo, "tree", event_id="later")
    assert lab.review.tally(ANNA).labelled == 1


def test_what_another_coach_said_or_what_was_taken_back_is_nothing_to_undo(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio, each=1)
    lab.review.label(ANNA, photo, "tree", event_id="e-1")
    for who, target, at in ((BEN, "e-1", photo), (ANNA, "nowhere", None)):
        with pytest.raises(NothingToUndo):
            lab.review.undo(who, target=target, photo_id=at)
    lab.review.undo(ANNA, target="e-1", photo_id=photo)
    with pytest.raises(NothingToUndo):
        lab.review.undo(ANNA, target="e-1", photo_id=photo)
    with pytest.raises(PhotoNotFound):
        lab.review.undo(ANNA, target="of a deleted photo", photo_id=999)


def test_what_this_lab_does_not_have_is_missing(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio, each=1)
    lab.review.label(ANNA, photo, "tree", event_id="e-1")
    assert list(lab.review.missing(ANNA, ["gone-1", "e-1", "gone-2"])) == ["gone-1", "gone-2"]


def test_every_process_calls_the_lab_by_the_same_mark(lab: Lab) -> None:
    parts = lab._parts
    assert Lab(parts).mark == lab.mark
    assert len(lab.mark) == 16
