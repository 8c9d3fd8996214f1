"""Data sets that are none, and access tokens, from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.lab_line import run


def test_what_is_no_data_set_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    done = run("--home", tmp_path / "lab", "import", tmp_path / "notes.txt")
    assert done.status == 1 and "notes.txt" in done.err and "labelstudio" in done.err
    done = run("--home", tmp_path / "lab", "import", tmp_path / "nowhere")
    assert done.status == 1 and "nowhere" in done.err


def test_a_token_is_made_listed_and_taken_back(tmp_path: Path) -> None:
    lab = ("--home", tmp_path, "--as", "Anna")
    made = run(*lab, "tokens", "make", "my script", "--role", "coach", "--days", "30")
    assert made.status == 0 and made.out.startswith("yogalab_") and "anna" in made.err
    (listed,) = run(*lab, "tokens", "list", "--json").json
    assert (listed["name"], listed["role"], listed["coach"]) == ("my script", "coach", "anna")
    assert made.out.strip() not in run(*lab, "tokens", "list").out
    assert run(*lab, "tokens", "drop", listed["id"]).status == 0
    assert run(*lab, "tokens", "list", "--json").json == []
    assert run(*lab, "tokens", "drop", listed["id"]).status == 1
