"""What coaches say against skeletons: no answer, no matter of opinion, and taken back by who said it."""

from __future__ import annotations

from dataclasses import replace

from yogalab.lab.ledger import Ledger
from yogalab.learning.labels import standing
from yogalab.records import Card, Coach, LabelEvent, LabelKind


def flags(ledger: Ledger, photo_id: int) -> list[LabelEvent]:
    """Return the events that call a skeleton of a photo wrong and stand, oldest first."""
    said = standing(ledger.history(photo_id))
    return [event for event in said if event.kind is LabelKind.WRONG_SKELETON]


def with_flag(ledger: Ledger, who: Coach, card: Card) -> Card:
    """Return the card with what the coach said against the skeleton of the person it is about, if anything."""
    if card.label is None:
        return card
    mine = [
        event.id
        for event in flags(ledger, card.photo.id)
        # One that names a pose beside is taken back as an answer is.
        if (event.coach, event.person, event.pose_id) == (who.id, card.person, None)
    ]
    return replace(card, flag=mine[-1]) if mine else card
