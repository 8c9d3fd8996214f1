"""A review page that is closed lets its photos go at once."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from tests.fakes import Studio
from tests.labs import ANNA, fill
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.ui.review import ReviewPage
from yogalab.words import say


def test_the_photos_of_a_page_that_was_closed_come_to_others(
    client: TestClient, lab: Lab, studio: Studio
) -> None:
    fill(lab, studio, each=2)
    page = ReviewPage(lab)
    # Who opens the page without a password, as this client does.
    me = next(iter(lab.people.coaches(ANNA)), None) or lab.people.enter(say("people.nameless"))
    beside = Coach(id=me.id, name=me.name, role=Role.COACH)

    def asked(seat: str) -> set[int]:
        told: Any = page.queue(beside, {"seat": seat})
        return {card["photo"] for card in told["cards"]}

    first = asked("one")
    assert asked("two").isdisjoint(first)
    assert client.post("/lab/review/leave?seat=one").status_code == 204
    assert first & asked("three")
    # A page nobody knows has nothing to let go.
    assert client.post("/lab/review/leave").status_code == 204
