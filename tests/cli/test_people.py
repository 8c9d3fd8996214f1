"""Who comes in, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.lab_line import Done, run
from yogalab.keeping.store import open_store
from yogalab.records import Account, Entry, Role
from yogalab.settings import Settings
from yogalab.words import say

NAMES = ("name", "role", "by")


def people(home: Path, *words: object) -> Done:
    return run("--home", home, "people", *words)


def listed(home: Path) -> list[tuple[str, str, str | None]]:
    return [tuple(one[name] for name in NAMES) for one in people(home, "list", "--json").json["people"]]  # type: ignore[misc]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lab")
    store = open_store(Settings(home=home))
    made_at = store._db.now()
    ben = Account(id="ben", name="Ben", by=Entry.OWN, role=Role.COACH, mark="a", made_at=made_at)
    store.put_account(ben, shown=Role.COACH)
    store.close()
    return home


def test_people_are_invited_listed_and_let_go(home: Path) -> None:
    made = people(
        home, "invite", "viewer", "--name", "Vera", "--days", 3, "--address", "https://lab.example/", "--json"
    )
    link = made.json["link"]
    assert (link.startswith("https://lab.example/invite/"), made.json["role"]) == (True, "viewer")
    assert say("terminal.unlocked") in people(home, "invite").err
    (vera, _) = sorted(
        people(home, "list", "--json").json["invitations"], key=lambda one: one["role"], reverse=True
    )
    assert (vera["name"], vera["role"]) == ("Vera", "viewer")
    assert "invited until" in people(home, "list").out
    assert people(home, "remove", vera["id"]).out.strip() == say("terminal.withdrawn")
    assert people(home, "role", "ben", "viewer").out.strip() == say("terminal.role", name="Ben", role="viewer")
    assert ("Ben", "viewer", "own") in listed(home)
    assert people(home, "remove", "BEN").status == 0
    assert ("Ben", "viewer", None) in listed(home)


@pytest.mark.parametrize("words", [("role", "nobody", "coach"), ("remove", "nobody")])
def test_somebody_who_is_not_there_is_told_in_a_sentence(home: Path, words: tuple[str, ...]) -> None:
    done = people(home, *words)
    assert (done.status, done.err.strip()) == (1, say("people.not_found", name="nobody"))
