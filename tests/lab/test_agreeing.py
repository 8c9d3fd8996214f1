"""How far coaches agree with each other, and whether the model's guesses pull them along."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lab.standins import people
from tests.labs import ANNA, BEN, POSES
from yogalab.lab.blind import GUESS, SAMPLE
from yogalab.lab.checklists import Check
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Card, Coach, LabelKind, Role, Sample

GUEST = Coach(id="guest", name="Guest", role=Role.VIEWER)


@pytest.fixture
def parts(made: tuple[Lab, Parts]) -> Parts:
    return made[1]


def test_how_far_coaches_agree_counts_what_each_said_without_the_other(lab: Lab, parts: Parts) -> None:
    ids = people(parts, POSES * 4)
    for place, photo_id in enumerate(ids):
        lab.review.label(ANNA, photo_id, POSES[place % 5])
        lab.review.label(BEN, photo_id, POSES[place % 5 if place else 4])
    before = lab.agreement.figures(GUEST)
    assert before.overall is not None
    assert (before.shared, before.overall.photos, before.overall.same) == (20, 20, pytest.approx(0.95))
    assert before.coaches["anna"].same == before.coaches["ben"].same == pytest.approx(0.95)
    assert before.coaches["anna"].kappa == pytest.approx(before.overall.kappa)
    (mixed,) = before.mixed_up
    one, other = lab.poses.pose(ANNA, POSES[0]).id, lab.poses.pose(ANNA, POSES[4]).id
    assert ({mixed.one, mixed.other}, mixed.photos) == ({one, other}, 1)
    # Agreeing later, with the other's answer before one's eyes, is no agreement of two.
    lab.checks.settle(BEN, ids[0], POSES[0], Check.DISAGREEMENTS)
    assert lab.checks.disagreements(ANNA).listed == ()
    assert lab.agreement.figures(GUEST) == before


def test_agreement_is_hidden_while_few_photos_were_named_twice(lab: Lab, parts: Parts) -> None:
    ids = people(parts, POSES)
    for photo_id in ids:
        lab.review.label(ANNA, photo_id, "tree")
        lab.review.label(BEN, photo_id, "tree")
    told = lab.agreement.figures(ANNA)
    assert (told.overall, told.shared) == (None, 5)
    assert told.coaches["anna"].same is None and told.coaches["anna"].photos == 5
    tree = lab.poses.pose(ANNA, "tree").id
    assert told.poses[tree].same is None


def test_who_names_another_person_does_not_differ(lab: Lab, parts: Parts) -> None:
    (photo_id,) = people(parts, POSES[:1])
    lab.review.label(ANNA, photo_id, "tree", person=0)
    lab.review.label(BEN, photo_id, "boat", person=1)
    assert (lab.agreement.figures(ANNA).shared, lab.agreement.figures(ANNA).mixed_up) == (0, ())
    lab.review.mark(Coach(id="cleo", name="Cleo"), photo_id, LabelKind.NOBODY)
    # Nobody at all differs from either.
    assert [pair.photos for pair in lab.agreement.figures(ANNA).mixed_up] == [1, 1]


def test_naming_many_at_once_beside_what_others_said_is_no_opinion_of_ones_own(lab: Lab, parts: Parts) -> None:
    ids = people(parts, POSES[:2])
    lab.review.label(ANNA, ids[0], "tree")
    lab.naming.name(BEN, ids, "tree")
    assert lab.agreement.figures(ANNA).shared == 0


# --- with and without a guess -----------------------------------------------------------------------


@pytest.fixture
def drawn_lots(lab: Lab, parts: Parts) -> Lab:
    """A lab in which many photos are kept aside to judge by, which are those asked at random."""
    parts.store.set_holdout(people(parts, POSES * 20)[:95])
    return lab


def name_all(lab: Lab, follows: bool) -> list[Card]:
    """Answer every photo asked at random: as the model says, or always something else; return their cards."""
    seen: list[Card] = []
    while sampled := [card for card in lab.review.queue(ANNA, 8) if card.sample is not None]:
        for card in sampled:
            assert card.sample is not None
            guess = lab.review.card(ANNA, card.photo.id).prediction
            assert guess is not None
            told = guess.ranked[0 if follows and card.sample is Sample.SHOWN else 1].pose_id
            saved = lab.review.label(ANNA, card.photo.id, told, sample=card.sample)
            assert saved.event.details == {SAMPLE: card.sample.value, GUESS: guess.best.pose_id}
        seen += sampled
    return seen


def test_half_of_the_photos_asked_at_random_come_without_a_guess(drawn_lots: Lab) -> None:
    cards = name_all(drawn_lots, follows=True)
    hidden = [card for card in cards if card.sample is Sample.HIDDEN]
    shown = [card for card in cards if card.sample is Sample.SHOWN]
    assert min(len(hidden), len(shown)) >= 20
    assert all(card.prediction is None and not card.sides and not card.tellings.fits for card in hidden)
    assert all(card.prediction is not None for card in shown)


def test_a_coach_who_follows_every_guess_is_told_so_and_a_deaf_one_is_not(drawn_lots: Lab) -> None:
    name_all(drawn_lots, follows=True)
    found = drawn_lots.agreement.figures(ANNA).anchoring
    assert (found.shown_alike, found.hidden_alike) == (found.shown, 0)
    assert found.difference == 1 and found.interval is not None and found.interval[0] > 0


def test_who_says_the_same_with_and_without_a_guess_is_not_pulled_along(drawn_lots: Lab) -> None:
    name_all(drawn_lots, follows=False)
    found = drawn_lots.agreement.figures(ANNA).anchoring
    assert found.difference == 0 and found.interval is not None
    assert found.interval[0] < 0 < found.interval[1]


def test_nothing_is_said_of_guesses_before_enough_photos_were_answered(drawn_lots: Lab) -> None:
    card = next(card for card in drawn_lots.review.queue(ANNA, 8) if card.sample is not None)
    drawn_lots.review.mark(ANNA, card.photo.id, LabelKind.NOT_A_POSE, sample=card.sample)
    found = drawn_lots.agreement.figures(ANNA).anchoring
    assert (found.shown + found.hidden, found.difference, found.interval) == (1, None, None)


def test_once_a_coach_has_heard_the_guess_only_what_they_said_before_counts(drawn_lots: Lab) -> None:
    lab = drawn_lots
    hidden = next(card for card in lab.review.queue(ANNA, 8) if card.sample is Sample.HIDDEN).photo.id
    lab.review.mark(ANNA, hidden, LabelKind.SKIP, sample=Sample.HIDDEN)
    lab.review.undo(ANNA)
    # Who has passed it on has heard nothing yet.
    again = next(card for card in lab.review.queue(ANNA, 8) if card.photo.id == hidden)
    assert (again.sample, again.prediction) == (Sample.HIDDEN, None)
    first = lab.review.mark(ANNA, hidden, LabelKind.NOBODY, sample=Sample.HIDDEN)
    lab.review.undo(ANNA)
    assert lab.agreement.figures(ANNA).anchoring.hidden == 1
    again = next(card for card in lab.review.queue(ANNA, 8) if card.photo.id == hidden)
    assert again.sample is None and again.prediction is not None
    assert first.event.details[GUESS] == again.prediction.best.pose_id
    # Whatever the page says of it.
    corrected = lab.review.label(ANNA, hidden, again.prediction.best.pose_id, sample=Sample.HIDDEN)
    assert corrected.event.details == {}
    found = lab.agreement.figures(ANNA).anchoring
    assert (found.hidden, found.hidden_alike) == (1, 0)
    # For another coach it is as it was.
    assert lab.review.label(BEN, hidden, "tree", sample=Sample.HIDDEN).event.details[SAMPLE] == "hidden"


def test_a_second_answer_counts_for_nothing_even_where_it_came_before_the_first_was_read(
    drawn_lots: Lab,
) -> None:
    lab = drawn_lots
    hidden = next(card for card in lab.review.queue(ANNA, 8) if card.sample is Sample.HIDDEN).photo.id
    with ThreadPoolExecutor(1) as elsewhere, lab._served.steady():
        for slug in ("tree", "boat"):
            elsewhere.submit(lab.review.label, ANNA, hidden, slug, sample=Sample.HIDDEN).result()
    assert [GUESS in event.details for event in lab.review.history(ANNA, hidden)] == [True, True]
    assert lab.agreement.figures(ANNA).anchoring.hidden == 1


def test_of_somebody_else_in_the_photo_the_model_is_not_asked(drawn_lots: Lab) -> None:
    card = next(card for card in drawn_lots.review.queue(ANNA, 8) if card.sample is not None)
    assert card.sample is not None
    saved = drawn_lots.review.label(ANNA, card.photo.id, "tree", sample=card.sample, person=1)
    assert saved.event.details == {SAMPLE: card.sample.value}
    found = drawn_lots.agreement.figures(ANNA).anchoring
    assert found.shown + found.hidden == 0
