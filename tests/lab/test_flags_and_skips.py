"""A skeleton that is called wrong counts no longer, and the photo is asked on; a skip is the coach's own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.fakes import AGREED, ColourEncoder, Shelf, Studio, studio_lab
from tests.lab.standins import named, people
from tests.lab.test_cards import seen, somebody
from tests.lab.test_close_ups import VIOLET, CloseUps, OneSided, assert_seen, half_and_half
from tests.labs import ANNA, BEN, fill
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.learning.features import found, layout_of
from yogalab.records import Coach, LabelKind, Role
from yogalab.ui import present

CLEO = Coach(id="cleo", name="Cleo")
GUEST = Coach(id="guest", name="Guest", role=Role.VIEWER)
WRONG = LabelKind.WRONG_SKELETON


def asked(lab: Lab, who: Coach, count: int = 100) -> set[int]:
    return {card.photo.id for card in lab.review.queue(who, count)}


def released(lab: Lab, who: Coach) -> None:
    """The coach's page is closed."""
    lab.review.queue(who, 0)


def aside(lab: Lab, who: Coach) -> set[int]:
    return {sight.photo.id for sight in lab.checks.skipped(who).listed}


def test_a_flag_alone_answers_nothing(lab: Lab, studio: Studio) -> None:
    photo, *_ = fill(lab, studio, each=1)
    lab.review.mark(ANNA, photo, WRONG)
    assert photo in asked(lab, ANNA)
    tally = lab.review.tally(ANNA)
    assert (tally.waiting, tally.skipped, tally.labelled) == (5, 0, 0)
    assert aside(lab, ANNA) == set()
    released(lab, ANNA)
    assert photo in asked(lab, BEN)


def test_without_an_encoder_nothing_is_left_to_guess_by_and_the_card_says_so(lab: Lab, studio: Studio) -> None:
    photo, *_ = fill(lab, studio, each=1)
    lab.review.mark(ANNA, photo, WRONG, event_id="f-1")
    poses = lab.poses.by_id(ANNA)
    for card in (lab.review.card(ANNA, photo), lab.review.turn_to(ANNA, photo, 0)):
        assert (card.alone, card.flag, card.landmarks, card.prediction) == (True, "f-1", None, None)
        # It is drawn all the same, faintly, and may be turned to.
        assert len(card.others) == 1 and not card.sides
        drawn = present.card(card, poses)
        assert (drawn["ranked"], drawn["skeleton"]) == ([], None)
        assert "nothing to guess by" in str(drawn["notes"])
    # It is Anna's to take back.
    assert lab.review.card(BEN, photo).flag is None
    lab.review.undo(ANNA, target="f-1", photo_id=photo)
    card = lab.review.card(ANNA, photo)
    assert (card.alone, card.flag) == (False, None) and card.prediction is not None


def test_a_flag_can_be_looked_at_before_it_is_kept_and_after_it_went(lab: Lab, studio: Studio) -> None:
    photo, *_ = fill(lab, studio, each=1)
    assert lab.review.turn_to(ANNA, photo, 0, alone=True).prediction is None
    lab.review.mark(ANNA, photo, WRONG)
    assert lab.review.turn_to(ANNA, photo, 0, alone=False).prediction is not None


def test_with_an_encoder_the_picture_is_judged_at_once_and_as_a_whole(tmp_path: Path) -> None:
    encoders = Shelf(CloseUps(), chosen=CloseUps.name)
    lab, _ = studio_lab(tmp_path, studio=OneSided("studio/1", 0.25), encoders=encoders)
    with closing(lab):
        (photo,) = lab.photos.add(ANNA, [half_and_half()], consent=AGREED).new
        card = lab.review.turn_to(ANNA, photo, 0, alone=True)
        assert card.alone and card.prediction is not None
        lab.review.mark(ANNA, photo, WRONG)
        # What was seen for the card is what counts: nothing waits to be looked at.
        assert_seen(lab, photo, VIOLET)
        assert not lab.work(ANNA)
        card = lab.review.card(ANNA, photo)
        assert card.alone and card.prediction is not None
        assert "by the picture alone" in str(present.card(card, lab.poses.by_id(ANNA))["notes"])


def test_an_answer_after_a_flag_teaches_the_picture_alone(tmp_path: Path, studio: Studio) -> None:
    shelf = Shelf(ColourEncoder(), chosen=ColourEncoder.name)
    lab, _ = studio_lab(tmp_path, studio=studio, encoders=shelf)
    with closing(lab):
        photo, *_ = fill(lab, studio, each=1)
        lab.review.mark(ANNA, photo, WRONG)
        lab.review.label(ANNA, photo, "tree")
        assert photo not in asked(lab, ANNA)
        snapshot = lab._served.snapshot()
        row = snapshot.x[[snapshot.row[photo]]]
        assert not found(row)[0]
        assert np.abs(row[:, layout_of(row.shape[1]).embedding]).max() > 0
        train = lab._served.training_set({photo: snapshot.resolved[photo]})
        np.testing.assert_array_equal(train.x, row)
        # The answer is taken back first, then the flag.
        assert lab.review.undo(ANNA).event.undoes != lab.review.undo(ANNA).event.undoes
        assert lab.review.card(ANNA, photo).label is None


def test_a_flag_is_about_one_person_and_another_one_counts_as_ever(made: tuple[Lab, Parts]) -> None:
    lab, _ = made
    photo = seen(made, [somebody("tree"), replace(somebody("boat"), person=1)])
    lab.review.mark(ANNA, photo, WRONG, person=0)
    card = lab.review.turn_to(ANNA, photo, 1)
    assert not card.alone and card.prediction is not None and card.prediction.best.slug == "boat"
    lab.review.label(ANNA, photo, "boat", person=1)
    assert not lab.review.card(ANNA, photo).alone
    lab.review.label(ANNA, photo, "tree", person=0)
    assert lab.review.card(ANNA, photo).alone


def test_a_skip_leaves_the_photo_to_the_others_until_each_has_passed_it_on(lab: Lab, studio: Studio) -> None:
    photo, other, *rest = fill(lab, studio, each=1)
    coaches = (ANNA, BEN, CLEO)
    for place, who in enumerate(coaches):
        # Each photo is in a coach's queue or put aside for that coach, never both and never neither.
        for one in coaches:
            assert aside(lab, one) == ({photo} if one in coaches[:place] else set())
            assert asked(lab, one) == {photo, other, *rest} - aside(lab, one)
            tally = lab.review.tally(one)
            assert (tally.waiting, tally.skipped) == (5 - len(aside(lab, one)), len(aside(lab, one)))
            released(lab, one)
        lab.review.mark(who, photo, LabelKind.SKIP)
    assert aside(lab, ANNA) == aside(lab, BEN) == aside(lab, GUEST) == {photo}
    lab.review.undo(BEN)
    assert aside(lab, BEN) == set() and photo in asked(lab, BEN)
    lab.review.label(BEN, photo, "tree")
    assert aside(lab, ANNA) == aside(lab, BEN) == set()


def test_what_others_passed_on_says_so_and_comes_now_and_then(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    named(parts, ["tree", "boat", "chair"] * 4)
    many = people(parts, ["cobra", "plank", "eagle", "camel"] * 8)
    skipped = many[:6]
    for photo in skipped:
        lab.review.mark(ANNA, photo, LabelKind.SKIP)
    # Among what is asked of Ben next, were he to answer one after the other.
    first: list[int] = []
    for _ in range(26):
        card = lab.review.queue(BEN, 1)[0]
        first.append(card.photo.id)
        if card.photo.id in skipped:
            assert card.asked is not None and card.asked.reason == "ask.passed_on"
            assert present.card(card, lab.poses.by_id(BEN))["reason"]
        lab.review.label(BEN, card.photo.id, "plank")
    met = [photo in skipped for photo in first]
    assert 1 <= sum(met) < 6
    assert not {card.photo.id for card in lab.review.queue(ANNA, 50)} & set(skipped)


def test_a_lab_of_one_coach_asks_as_it_did(lab: Lab, studio: Studio) -> None:
    ids = fill(lab, studio, each=1)
    lab.review.mark(ANNA, ids[0], LabelKind.SKIP)
    assert asked(lab, ANNA) == set(ids[1:])
    assert aside(lab, ANNA) == {ids[0]}
    assert lab.photos.grid(ANNA, PhotoFilter()).total == 5
