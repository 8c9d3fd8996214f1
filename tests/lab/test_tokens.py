"""A key lets a program act for who made it, never for more, and never longer than that person may come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes import Clock, studio_lab
from yogalab.errors import BadTokenName, NotAllowed, PersonNotFound, TokenNotFound, TokenUnknown, TooManyTokens
from yogalab.lab.parts import Parts
from yogalab.lab.tokens import MOST_TOKENS, PREFIX, TokenDesk
from yogalab.records import Coach, Role

ANNA = Coach(id="anna", name="Anna", role=Role.COACH)
BEN = Coach(id="ben", name="Ben", role=Role.OWNER)


class People:
    """Who may come in today, and as what."""

    def __init__(self, *people: Coach) -> None:
        self.inside = {one.id: one for one in people}

    def __call__(self, coach_id: str) -> Coach | None:
        return self.inside.get(coach_id)


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return studio_lab(tmp_path)[1]


@pytest.fixture
def people() -> People:
    return People(ANNA, BEN)


@pytest.fixture
def desk(parts: Parts, people: People) -> TokenDesk:
    return TokenDesk(parts, people)


def test_a_key_stands_for_its_maker_and_is_kept_nowhere(desk: TokenDesk, parts: Parts, tmp_path: Path) -> None:
    token, key = desk.make(ANNA, "  my   script ")
    assert (token.name, token.coach, token.role) == ("my script", "anna", Role.COACH)
    assert desk.bearer(key) == ANNA
    parts.store.close()
    secret = key.removeprefix(PREFIX).encode()
    assert len(secret) >= 40
    assert [file.name for file in tmp_path.rglob("*") if file.is_file() and secret in file.read_bytes()] == []


@pytest.mark.parametrize(
    ("maker", "asked", "given"),
    [
        (ANNA, None, Role.COACH),
        (ANNA, Role.OWNER, Role.COACH),
        (ANNA, Role.VIEWER, Role.VIEWER),
        (BEN, Role.OWNER, Role.OWNER),
        # Somebody who says they are more than the lab knows them as gets what the lab knows.
        (replace(ANNA, role=Role.OWNER), Role.OWNER, Role.COACH),
    ],
)
def test_a_key_may_no_more_than_its_maker(
    desk: TokenDesk, maker: Coach, asked: Role | None, given: Role
) -> None:
    token, key = desk.make(maker, "x", role=asked)
    assert token.role is given
    assert desk.bearer(key).role is given


def test_a_key_falls_with_its_maker_and_never_rises(desk: TokenDesk, people: People) -> None:
    _, key = desk.make(ANNA, "x")
    people.inside["anna"] = replace(ANNA, role=Role.VIEWER)
    assert desk.bearer(key).role is Role.VIEWER
    people.inside["anna"] = replace(ANNA, role=Role.OWNER)
    assert desk.bearer(key).role is Role.COACH
    del people.inside["anna"]
    with pytest.raises(TokenUnknown):
        desk.bearer(key)


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda key: key + "x", lambda key: "", str.upper])
def test_anything_but_the_key_is_nobodys(desk: TokenDesk, change: Callable[[str], str]) -> None:
    _, key = desk.make(ANNA, "x")
    with pytest.raises(TokenUnknown):
        desk.bearer(change(key))


def test_a_key_ends_on_its_day(desk: TokenDesk, parts: Parts) -> None:
    clock = parts.clock
    assert isinstance(clock, Clock)
    token, key = desk.make(ANNA, "x", days=30)
    assert token.ends_at == clock.now + timedelta(days=30)
    clock.now += timedelta(days=30) - timedelta(seconds=1)
    assert desk.bearer(key) == ANNA
    clock.now += timedelta(seconds=1)
    with pytest.raises(TokenUnknown):
        desk.bearer(key)


def test_when_a_key_was_used_is_written_down_once_an_hour(desk: TokenDesk, parts: Parts) -> None:
    clock = parts.clock
    assert isinstance(clock, Clock)
    _, key = desk.make(ANNA, "x")
    used: list[datetime | None] = [desk.list(ANNA)[0].used_at]
    for minutes in (0, 30, 40):
        clock.now += timedelta(minutes=minutes)
        desk.bearer(key)
        used.append(desk.list(ANNA)[0].used_at)
    first = datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert used == [None, first, first, first + timedelta(minutes=70)]


def test_everybody_takes_back_their_own_and_an_owner_anybodys(desk: TokenDesk, parts: Parts) -> None:
    clock = parts.clock
    assert isinstance(clock, Clock)
    mine, key = desk.make(ANNA, "mine")
    clock.now += timedelta(minutes=1)
    theirs, _ = desk.make(BEN, "theirs")
    assert desk.list(ANNA) == [mine]
    assert desk.list(BEN) == [mine, theirs]
    with pytest.raises(TokenNotFound):
        desk.drop(ANNA, theirs.id)
    desk.drop(BEN, mine.id)
    with pytest.raises(TokenUnknown):
        desk.bearer(key)
    with pytest.raises(TokenNotFound):
        desk.drop(BEN, mine.id)


def test_who_makes_a_key_has_a_name_and_a_place_here(desk: TokenDesk) -> None:
    for name in ("", "   ", "x" * 61, "a\x00b"):
        with pytest.raises(BadTokenName):
            desk.make(ANNA, name)
    with pytest.raises(NotAllowed):
        desk.make(Coach(id="x", name="X", role=Role.VISITOR), "x")
    with pytest.raises(PersonNotFound):
        desk.make(Coach(id="gone", name="Gone"), "x")
    for number in range(MOST_TOKENS):
        desk.make(ANNA, f"{number}")
    with pytest.raises(TooManyTokens):
        desk.make(ANNA, "one more")
    assert desk.make(BEN, "another person's")[0].coach == "ben"
