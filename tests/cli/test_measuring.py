"""Which encoder is measured, and which ways of tuning it: said before minutes of looking."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import typer

from tests.cli.lab_line import run
from yogalab.cli.deepening import _to_tune
from yogalab.cli.measuring import encoder_named
from yogalab.settings import Settings
from yogalab.wiring import first_encoder


def context(home: Path, encoder: str | None = None) -> typer.Context:
    return cast(typer.Context, SimpleNamespace(obj=Settings(home=home, encoder=encoder)))


def test_an_encoder_is_named_or_lies_in_a_folder(tmp_path: Path) -> None:
    assert encoder_named(context(tmp_path), "some/name") == "some/name"
    assert encoder_named(context(tmp_path), str(tmp_path)) == tmp_path
    # A path is a path, be there a folder or not.
    assert encoder_named(context(tmp_path), tmp_path / "gone") == tmp_path / "gone"


def test_without_a_name_it_is_the_one_that_a_new_lab_sees_with(tmp_path: Path) -> None:
    assert encoder_named(context(tmp_path, "some/name"), None) == "some/name"
    ships = first_encoder(Settings(home=tmp_path))
    assert ships is not None and encoder_named(context(tmp_path), None) == ships == "yogalab-mini"


def test_a_lab_of_skeletons_alone_has_none_to_measure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        encoder_named(context(tmp_path, ""), None)
    assert "no encoder to measure" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["tuning", "training"])
def test_a_way_of_tuning_that_is_not_there_is_said_before_looking(command: str, tmp_path: Path) -> None:
    asked = ("--encoder", "yogalab-mini", "--rungs", "R3, R5")
    done = run("--home", tmp_path / "home", "bench", command, tmp_path, *asked)
    assert done.status == 2 and "R5" in done.err and "R3" not in done.err.split("--rungs")[-1]
    assert not (tmp_path / "home").exists()


def test_blanks_between_ways_of_tuning_mean_nothing(tmp_path: Path) -> None:
    for said, meant in (("R3, R4,R3,", ["R3", "R4"]), ("", [])):
        row, ways = _to_tune(context(tmp_path), "yogalab-mini", said.split(","))
        assert (row.name, ways) == ("yogalab-mini", meant)
