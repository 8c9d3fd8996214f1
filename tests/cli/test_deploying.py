"""Deploying from the command line: what is shown on the way, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.lab_line import run
from tests.hub_server import HubServer
from tests.publishing.spaces import SPACE, small_checkout
from yogalab import wiring
from yogalab.words import say

PASSWORD = "open sesame"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    monkeypatch.setattr(wiring, "_CHECKOUT", small_checkout(tmp_path / "checkout"))
    monkeypatch.setattr("yogalab.publishing.deployment.POLL_SECONDS", 0.001)
    with HubServer() as server:
        for name, value in {
            "HF_ENDPOINT": server.url,
            "HF_TOKEN": "hf_coach",
            "YOGALAB_PASSWORD": PASSWORD,
            "YOGALAB_REPO": "coach/poses",
            "YOGALAB_HOME": str(tmp_path / "home"),
        }.items():
            monkeypatch.setenv(name, value)
        for name in ("YOGALAB_ENCODER", "YOGALAB_VAULT", "YOGALAB_OWNERS", "HF_HUB_OFFLINE", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        yield server


def test_a_lab_goes_to_its_space_and_the_wait_is_told(hub: HubServer) -> None:
    done = run("deploy", SPACE, "--hardware", "zero-a10g", "--secret", "HF_TOKEN", "--variable", "A=b")
    assert done.status == 0, done.err
    assert done.out.strip() == say("space.sent", address=f"{hub.url}/spaces/{SPACE}")
    assert [line for line in done.err.splitlines() if "…" in line] == [
        say("space.stage.BUILDING", minutes=0),
        say("space.stage.APP_STARTING", minutes=0),
    ]
    assert say("space.running", address=f"{hub.url}/spaces/{SPACE}") in done.err
    running = hub.spaces.at(SPACE)
    assert running.secrets == {"YOGALAB_PASSWORD": PASSWORD, "HF_TOKEN": "hf_coach"}
    assert running.variables == {"YOGALAB_REPO": "coach/poses", "A": "b"}
    again = run("deploy", SPACE, "--json")
    assert again.json == {
        "address": f"{hub.url}/spaces/{SPACE}",
        "commit": running.runs,
        "running": True,
    }
    for shown in (done, again):
        assert PASSWORD not in shown.out + shown.err and "hf_coach" not in shown.out + shown.err


def test_what_a_space_lacks_is_said(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YOGALAB_PASSWORD")
    done = run("deploy", SPACE, "--no-wait")
    assert done.status == 0
    assert say("space.forgets", repo=SPACE) in done.err and say("space.no_token") in done.err
    monkeypatch.setenv("YOGALAB_VAULT", "coach/lab-vault")
    kept = run("deploy", SPACE, "--no-wait", "--secret", "HF_TOKEN")
    assert (kept.status, kept.err.strip()) == (0, say("space.private"))
    shown = run("deploy", SPACE, "--no-wait", "--secret", "HF_TOKEN", "--public")
    assert (shown.status, shown.err) == (0, "")
    assert hub.spaces.at(SPACE).variables["YOGALAB_VAULT"] == "coach/lab-vault"
    monkeypatch.setenv("YOGALAB_VAULT", "/mnt/disk/of/this/machine")
    assert "of/this" not in run("deploy", SPACE, "--dry-run").out
    missing = run("deploy", SPACE, "--secret", "DATABASE_URL")
    assert (missing.status, missing.err.strip()) == (1, say("space.secret_missing", name="DATABASE_URL"))
    assert run("deploy", SPACE, "--variable", "no-name").status == 2
    assert run("deploy", SPACE, "--secret", "PATH").status == 2
    assert run("deploy").status == 2


def test_a_plan_names_secrets_and_not_their_values(hub: HubServer) -> None:
    done = run("deploy", SPACE, "--dry-run", "--hardware", "cpu-basic")
    rows = [line.split(None, 2) for line in done.out.splitlines()]
    assert ["new", "secret", "YOGALAB_PASSWORD"] in rows
    assert any(row[:2] == ["new", "variable"] and "coach/poses" in row[2] for row in rows)
    assert any(row[:2] == ["new", "file"] and row[2].startswith("app.py") for row in rows)
    assert PASSWORD not in done.out + done.err
    assert hub.repos.get("space", SPACE) is None
    hub.fail("GET .*", "cut", times=50)
    unknown = run("deploy", SPACE, "--dry-run", "--json")
    assert {item["turn"] for item in unknown.json} == {"?"}
    assert say("hub.offline") in unknown.err


def test_a_space_that_does_not_start_shows_why(hub: HubServer) -> None:
    running = hub.spaces.at(SPACE)
    running.builds = ["BUILDING", "RUNTIME_ERROR"]
    running.logs = {"run": ["Set YOGALAB_PASSWORD\n"]}
    done = run("deploy", SPACE)
    assert done.status == 1
    assert done.err.splitlines()[-3:] == [
        say("space.log", repo=SPACE),
        "    Set YOGALAB_PASSWORD",
        say("space.crashed", repo=SPACE, reason="runtime error"),
    ]
    assert run("deploy", SPACE, "--logs").out == "Set YOGALAB_PASSWORD\n"
    running.logs = {}
    assert run("deploy", SPACE, "--logs").out.strip() == say("space.no_log")


def test_whoever_has_seen_enough_may_leave(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.spaces.at(SPACE).builds = ["BUILDING"]
    slow = run("deploy", SPACE, "--minutes", "0.01")
    assert (slow.status, slow.err.splitlines()[-1]) == (1, say("space.slow", repo=SPACE, minutes="0.01"))

    def leave(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yogalab.publishing.space_stages.sleep", leave)
    left = run("deploy", SPACE)
    assert (left.status, left.err.splitlines()[-1]) == (130, say("space.left", repo=SPACE))
