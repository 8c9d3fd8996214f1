"""Coaches who label at once are measured, and what goes wrong between them is found. Nothing here is timed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.keeping.servers import postgres
from tests.ui.serving import serving
from yogalab.bench import coaches
from yogalab.bench.holdings import Hand, Holding, Look, shared, unpromised
from yogalab.bench.promises import on_sqlite
from yogalab.bench.served_lab import Served, processor_seconds
from yogalab.bench.timing import tree_seconds
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts

PHOTOS = 120


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", encoder="")


@pytest.fixture
def aside(settings: Settings) -> set[int]:
    settings.home.mkdir()
    return set(coaches.fill(settings, PHOTOS, seed=0))


@pytest.fixture
def lab(settings: Settings, aside: set[int]) -> Iterator[Served]:
    lab, _ = open_with_parts(settings)
    with serving(lab, settings) as address:
        yield Served(address=address, pid=os.getpid(), seconds=0.0)
    lab.close()


def test_two_coaches_label_side_by_side_and_every_answer_is_there(
    lab: Served, settings: Settings, aside: set[int]
) -> None:
    studio = coaches.Studio([lab], on_sqlite(settings.home / "lab.db"), coaches=2, seconds=2)
    studio.work(lambda done, total: None)
    result = studio.result(PHOTOS, coaches.events_of(settings), aside)
    assert result.errors == ()
    assert (result.acknowledged, result.stored) == (4, 4)
    assert (result.shared, result.unpromised, result.twice, result.waited) == (0, 0, 0, 0)
    assert (result.answered.n, result.queued.n) == (4, 4)
    assert result.bars["kept"] and result.bars["apart"] and result.bars["errors"]
    assert json.loads(json.dumps(result.to_json()))["bench"] == "coaches"
    lost = studio.result(PHOTOS, [], aside)
    assert (lost.stored, lost.bars["kept"]) == (0, False)


def test_the_lab_learns_meanwhile(settings: Settings) -> None:
    settings.home.mkdir()
    coaches.fill(settings, PHOTOS, seed=0, labelled=True)
    lab, _ = open_with_parts(settings)
    with serving(lab, settings) as address:
        served = Served(address=address, pid=os.getpid(), seconds=0.0)
        studio = coaches.Studio(
            [served], on_sqlite(settings.home / "lab.db"), coaches=1, seconds=3, training=True
        )
        studio.work(lambda done, total: None)
    result = studio.result(PHOTOS, coaches.events_of(settings), set())
    # The last one may have ended after the page was closed.
    made = len(lab.versions.list(lab.people.enter("Ana")))
    assert 0 < result.trained <= made <= result.trained + 1
    assert (result.errors, result.stored) == ((), 3)
    lab.close()


@pytest.mark.slow
def test_a_server_of_two_is_killed_and_its_coaches_go_on_at_the_other(settings: Settings) -> None:
    with postgres() as url:
        result = coaches.run(settings, coaches=3, seconds=6, photos=PHOTOS, database=url, replicas=2, kill=True)
        with psycopg.connect(url) as connection:
            left = connection.execute("SELECT schema_name FROM information_schema.schemata").fetchall()
    assert (result.errors, result.acknowledged, result.stored) == ((), 18, 18)
    assert (result.shared, result.unpromised, result.twice, result.waited) == (0, 0, 0, 0)
    # Two of the three were at the first one.
    assert (result.killed, result.replicas, result.moved, result.database) == (True, 2, 2, "postgresql")
    assert not [name for (name,) in left if name.startswith("yogalab_bench")]


def test_a_photo_in_two_hands_at_once_is_found() -> None:
    anna = Holding(photo=1, seat="anna", since=0.0, until=9.0)
    then = Holding(photo=1, seat="ben", since=9.0, until=10.0)
    assert shared([anna, then, Holding(photo=2, seat="ben", since=0.0, until=9.0)]) == []
    inside = [
        Holding(photo=1, seat=seat, since=since, until=since + 1) for seat, since in (("ben", 2), ("cleo", 6))
    ]
    assert shared([*inside, anna]) == [(anna, inside[0]), (anna, inside[1])]


def test_a_page_has_a_photo_from_when_it_heard_until_it_asked_for_others() -> None:
    hand = Hand("anna")
    hand.got([1, 2], asked=0.0, heard=1.0)
    hand.gave(1, 2.0)
    hand.got([3], asked=3.0, heard=4.0)
    assert [(one.photo, one.since, one.until) for one in hand.past] == [(1, 1.0, 2.0), (2, 1.0, 3.0)]
    hand.gave(3, 4.0)
    assert len(hand.past) == 2


def test_a_photo_must_be_promised_to_who_has_it_throughout_a_look() -> None:
    held = [Holding(photo=1, seat="anna", since=0.0, until=5.0)]
    early, late = (Look(start=start, end=start + 1, seats={}) for start in (-0.5, 4.5))
    assert unpromised(held, [early, late, Look(start=2, end=3, seats={1: "anna"})]) == []
    assert len(unpromised(held, [Look(start=2, end=3, seats={1: "ben"})])) == 1


def test_the_time_a_process_used_is_read() -> None:
    assert tree_seconds(os.getpid()) >= processor_seconds(os.getpid()) > 0
    assert tree_seconds(2**22 + 1) == 0.0
    assert processor_seconds(2**22 + 1) == 0.0
