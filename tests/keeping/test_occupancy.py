"""Two machines never serve one SQLite file; one that was killed is in nobody's way."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from yogalab.errors import ServedElsewhere
from yogalab.keeping.occupancy import NAME, Occupancy, occupy
from yogalab.settings import Settings


def at(home: Path, machine: str, *others: Occupancy) -> Occupancy:
    """A server that, while it waits, lets the others say that they are there."""
    return Occupancy(
        home, machine=machine, beat=3600, sleep=lambda seconds: [other._say() for other in others] and None
    )


def test_a_second_machine_is_refused_while_the_first_one_serves(tmp_path: Path) -> None:
    first = at(tmp_path, "one")
    first.begin()
    with pytest.raises(ServedElsewhere) as told:
        at(tmp_path, "other", first).begin()
    assert told.value.data == {"machine": "one"}
    first.end()
    at(tmp_path, "other", at(tmp_path / "nowhere", "one")).begin()


def test_a_machine_that_was_killed_and_the_same_machine_again_are_in_nobody_s_way(tmp_path: Path) -> None:
    at(tmp_path, "one").begin()
    at(tmp_path, "one").begin()
    later = at(tmp_path, "other")
    later.begin()
    assert '"other"' in (tmp_path / NAME).read_text()
    # Who left long ago takes nobody's word away.
    at(tmp_path, "one").end()
    assert (tmp_path / NAME).exists()
    later.end()
    assert list(tmp_path.iterdir()) == []


def test_the_word_is_said_again_and_again(tmp_path: Path) -> None:
    serving = Occupancy(tmp_path, machine="one", beat=0.01)
    serving.begin()
    words = set()
    for _ in range(1000):
        words.add((tmp_path / NAME).read_text())
        if len(words) == 3:
            break
        time.sleep(0.01)
    serving.end()
    assert len(words) == 3


def test_a_word_that_is_none_and_a_database_server_mean_nothing(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{")
    serving = at(tmp_path, "one")
    serving.begin()
    serving.end()
    occupy(Settings(home=tmp_path / "server", database_url="postgresql://lab@/lab"))
    assert not (tmp_path / "server").exists()
