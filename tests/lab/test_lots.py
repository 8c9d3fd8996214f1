"""Photos drawn by lot come to a page that answers one photo after the other."""

from __future__ import annotations

import pytest

from tests.lab.standins import people
from tests.labs import ANNA, BEN, POSES
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Card, Coach

ANSWERS = 48


class Page:
    """Holds its photos as the review page does: the next five stay, a few new ones come behind them."""

    def __init__(self, lab: Lab, who: Coach) -> None:
        self._lab, self._who = lab, who
        self._ahead: list[Card] = []
        self.answered: list[Card] = []

    def answer(self) -> None:
        held = [card.photo.id for card in self._ahead[:6]]
        but = [card.photo.id for card in self.answered[-64:]]
        new = self._lab.review.queue(self._who, 3, but=but, held=held, renew=held[1:], seat=self._who.id)
        there = {card.photo.id for card in self._ahead[:6]}
        self._ahead = [*self._ahead[:6], *(card for card in new if card.photo.id not in there)][:9]
        front = self._ahead.pop(0)
        self._lab.review.label(self._who, front.photo.id, "tree", sample=front.sample)
        self.answered.append(front)


@pytest.mark.parametrize("coaches", [(ANNA,), (ANNA, BEN)])
def test_whoever_answers_photo_after_photo_is_asked_those_drawn_by_lot(
    made: tuple[Lab, Parts], coaches: tuple[Coach, ...]
) -> None:
    lab, parts = made
    ids = people(parts, POSES * 30)
    parts.store.set_holdout(ids[::4])
    pages = [Page(lab, who) for who in coaches]
    for _ in range(ANSWERS // len(pages)):
        for page in pages:
            page.answer()
    answered = [card for page in pages for card in page.answered]
    # An eighth is wanted; far fewer, or mostly such, would both be wrong.
    assert 3 <= sum(card.sample is not None for card in answered) <= 12
    assert len({card.photo.id for card in answered}) == len(answered) == ANSWERS
