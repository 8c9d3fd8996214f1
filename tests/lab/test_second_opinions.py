"""A small share of photos is asked of two coaches, without giving away what the first one said."""

from __future__ import annotations

from tests.lab.standins import named, people
from tests.labs import ANNA, BEN, POSES
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach


def seconds(lab: Lab, who: Coach) -> list[int]:
    return [
        card.photo.id
        for card in lab.review.queue(who, 8)
        if card.asked is not None and card.asked.reason == "ask.second"
    ]


def test_one_photo_in_twenty_is_one_that_another_coach_has_named(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    ids = named(parts, POSES * 16)
    held = ids[:6]
    parts.store.set_holdout(held)
    open_ = ids[40:]
    for photo_id in open_:
        lab.review.undo(ANNA, target=f"named-{photo_id}")
    assert seconds(lab, ANNA) == seconds(lab, BEN) == []
    for place, photo_id in enumerate(open_[:20]):
        lab.review.label(BEN, photo_id, POSES[place % len(POSES)])
    (asked,) = seconds(lab, BEN)
    assert asked in held
    card = next(card for card in lab.review.queue(BEN, 8) if card.photo.id == asked)
    assert card.label is None
    assert seconds(lab, ANNA) == []
    lab.review.label(BEN, asked, "tree")
    assert seconds(lab, BEN) == []
    assert lab.agreement.figures(ANNA).shared == 1


def test_a_coach_alone_is_never_asked_again(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    parts.store.set_holdout(named(parts, POSES * 8)[:10])
    people(parts, ["camel"] * 3)
    assert seconds(lab, ANNA) == []


def test_who_was_overruled_or_spoke_of_another_person_is_not_asked_once_more(made: tuple[Lab, Parts]) -> None:
    lab, parts = made
    ids = named(parts, POSES * 16)
    held = ids[:2]
    parts.store.set_holdout(held)
    for photo_id in ids[40:]:
        lab.review.undo(ANNA, target=f"named-{photo_id}")
    for photo_id in ids[40:70]:
        lab.review.label(BEN, photo_id, "tree")
    assert seconds(lab, BEN)
    for photo_id, person in zip(held, (0, 1), strict=True):
        lab.review.label(BEN, photo_id, "boat", person=person)
    lab.review.rule(ANNA, held[0], "tree")
    lab.review.label(ANNA, held[1], "tree", person=0)
    assert seconds(lab, BEN) == seconds(lab, ANNA) == []
