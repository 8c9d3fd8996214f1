"""README tells the truth: its file tree, its settings, its commands, its picture."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
import typer.main

from tests.picture import picture as drawn
from yogalab.cli.entry import app
from yogalab.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
# Known by their names, or explained elsewhere.
UNTOLD = {"README.md", "CHANGELOG.md", "LICENSE", ".gitignore", "__init__.py", "__main__.py", "py.typed"}


def section(title: str) -> str:
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def tree() -> Iterator[tuple[str, str]]:
    """(path, words) of each line of the file tree."""
    block = section("Where things are").split("```")[1]
    parents: list[str] = []
    for line in block.strip().splitlines():
        indent, name, words = re.match(r"( *)(\S+) +(.*)", line).groups()  # type: ignore[union-attr]
        depth = len(indent) // 2
        parents[depth:] = [name]
        yield "".join(parents), words


def shipped(folder: str) -> set[str]:
    """Names git knows right below a folder, folders with a slash at the end."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder or "."],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    ).stdout.splitlines()
    inside = [Path(path).relative_to(folder).parts for path in listed if (ROOT / path).exists()]
    return {parts[0] + ("/" if len(parts) > 1 else "") for parts in inside}


def test_the_tree_is_the_disk() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no git here to say which files belong to the project")
    told = {path for path, _ in tree()}
    at_top = {path.split("/")[0] + ("/" if "/" in path else "") for path in told}
    assert at_top == shipped("") - UNTOLD
    assert {path.removeprefix("yogalab/") for path in told if path.startswith("yogalab/")} - {""} == (
        shipped("yogalab") - UNTOLD
    )


def test_every_line_of_the_tree_says_what_it_is_for() -> None:
    assert all(len(words.split()) >= 2 for _, words in tree())


class Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **values: str) -> None:
        self.values_ = values
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self.values_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def test_the_settings_table_is_what_is_read() -> None:
    asked = Asked()
    Settings.from_env(asked)
    table = section("Settings")
    told = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
    # Two variables of the system stand in for another and are told in its row.
    assert told == asked.names - {"USER", "LOGNAME"}
    assert "`USER`" in table and "`LOGNAME`" in table


def test_every_command_is_in_the_table_and_every_line_is_a_command() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    told = set(re.findall(r"^\| `yogalab (\S+?)[ `]", section("On the command line"), re.MULTILINE))
    assert told == set(group.commands)


def test_the_pictures_are_there_and_drawn() -> None:
    paths = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert all((ROOT / one).is_file() for one in paths)
    # What it looks like is seen before what to type.
    assert README.index(f"({paths[0]})") < README.index("```sh")
    (path,) = (one for one in paths if one.endswith(".svg"))
    picture = ElementTree.parse(ROOT / path).getroot()
    assert picture.tag.endswith("svg")
    # A figure that changed: draw it anew by `python -m tests.picture`.
    assert (ROOT / path).read_text() == drawn()
    # Drawn figures only: no photo hides in it.
    assert [node.tag for node in picture.iter() if node.tag.endswith("image")] == []


def test_both_commands_are_whole_in_themselves() -> None:
    assert "python3 -m pip install uv && uv run app.py" in README
    assert "python3 -m pip install uv && uv run pytest" in README
    assert "uv run pytest" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md", "SCALING.md", "models/LOG.md"])
def test_the_files_that_a_page_names_are_there(page: str) -> None:
    named = set(re.findall(r"`((?:tests|yogalab|spaces|db|models)/[\w./-]+)", (ROOT / page).read_text()))
    assert {one for one in named if not (ROOT / one).exists()} == set()
