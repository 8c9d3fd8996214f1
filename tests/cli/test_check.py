"""What to look at again, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.lab_line import Done, run
from yogalab.words import say


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lab")
    assert run("--home", home, "demo", "--count", 4, "--poses", 2, "--labelled", 0).status == 0
    return home


def check(home: Path, *words: object) -> Done:
    done = run("--home", home, "check", *words)
    assert done.status == 0, done.err
    return done


def test_lists_that_are_empty_say_so(home: Path) -> None:
    assert check(home, "suspects").out.strip() == say("terminal.check_wait", enough=8)
    assert check(home, "copies").out.strip() == say("terminal.check_none")
    assert check(home, "suspects", "--json").json == {"total": 0, "photos": []}


def test_a_photo_two_coaches_call_differently_is_listed_with_both(home: Path) -> None:
    assert run("--home", home, "--as", "Anna", "label", 1, "tree").status == 0
    assert run("--home", home, "--as", "Ben", "label", 1, "boat").status == 0
    told = check(home, "disagreements", "--json").json
    assert (told["total"], told["shared"], told["agreement"]) == (1, 1, None)
    assert told["photos"][0]["said"] == {"anna": "tree", "ben": "boat"}
    assert "anna: tree, ben: boat" in check(home, "disagreements").out


def test_a_skipped_photo_is_listed(home: Path) -> None:
    assert run("--home", home, "mark", 2, "skip").status == 0
    assert [one["photo"] for one in check(home, "skipped", "--json").json["photos"]] == [2]
