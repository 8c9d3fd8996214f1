"""Whatever goes wrong is one sentence on stderr and exit status 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.lab_line import run
from yogalab.cli.entry import app
from yogalab.cli.health import explain


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty lab."""
    return tmp_path_factory.mktemp("lab")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("label", "77", "tree"), "not in the lab"),
        (("label", "nowhere.jpg", "tree"), "nowhere.jpg"),
        (("undo",), "nothing left"),
        (("train",), "two poses"),
        (("activate", "9"), "no version"),
        (("rollback",), "no version"),
        (("publish", "not-a-repo"), "version"),
        (("export", "somewhere"), "No photo has a label"),
        (("add", "nowhere"), "nowhere"),
        (("poses", "hide", "no such pose at all"), "no such pose at all"),
        (("unpack", "nowhere.zip"), "nowhere.zip"),
        (("--as", "x" * 60, "queue"), "name"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else None,
)
def test_trouble_is_one_sentence(
    words: tuple[str, ...], told: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("--home", home, *words)
    assert done.status == 1
    assert told in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert done.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_table_without_columns_is_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("a,b\n1,2\n")
    done = run("--home", home, "add", tmp_path, "--labels", tmp_path / "labels.csv")
    assert (done.status, "labels.csv" in done.err) == (1, True)


def test_a_setting_that_cannot_be_understood_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", "seven")
    done = run("--home", home, "queue")
    assert done.status == 1
    assert "GRADIO_SERVER_PORT" in done.err and "seven" in done.err


def test_a_fault_of_ours_is_kept_in_a_file_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOGALAB_HOME", str(tmp_path))

    def broken(settings: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr("yogalab.wiring.open_lab", broken)
    done = run("queue")
    assert done.status == 1
    assert str(tmp_path / "trouble.log") in done.err
    assert "ZeroDivisionError: a fault" in (tmp_path / "trouble.log").read_text()


def test_beyond_this_machine_a_password_is_wanted(home: Path) -> None:
    done = run("--home", home, "serve", "--host", "0.0.0.0", "--port", 0)
    assert done.status == 1
    assert "YOGALAB_PASSWORD" in done.err


def test_every_command_explains_itself() -> None:
    group = CliRunner().invoke(app, ["--help"])
    assert group.exit_code == 0
    for name in ("add", "predict", "bench", "poses", "doctor", "deploy"):
        shown = CliRunner().invoke(app, [name, "--help"])
        assert shown.exit_code == 0
        assert "Usage" in shown.output


@pytest.mark.slow
def test_the_doctor_looks_at_everything(home: Path) -> None:
    done = run("--home", home, "doctor", "--json")
    findings = {finding["what"]: finding for finding in done.json["findings"]}
    assert {"python", "mediapipe", "torch", "disk", "database", "pose model", "encoder", "hub"} <= set(findings)
    assert findings["database"]["ok"] and findings["pose model"]["ok"]
    assert done.status == (0 if all(finding["ok"] for finding in findings.values()) else 1)


def test_the_doctor_names_the_system_package_that_is_missing() -> None:
    reason = "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"
    told = explain("opencv-python-headless", reason)
    assert "libgl1" in told and "libGL.so.1" in told


def test_deploy_lists_what_would_travel_and_no_python_in_spaces() -> None:
    done = run("deploy", "--dry-run", "--json")
    files = [one["name"] for one in json.loads(done.out) if one["kind"] == "file"]
    assert {"app.py", "README.md", "requirements.txt", "yogalab/wiring.py"} <= set(files)
    assert not [file for file in files if file.startswith(("spaces/", "tests/"))]
