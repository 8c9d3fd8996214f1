"""Sending a lab to a Space: one commit, its settings, whoever must pay, and the wait until it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.publishing.spaces import README, SPACE, TRAVELS, tree_of
from yogalab.errors import (
    BadRepoName,
    HubForbidden,
    HubOffline,
    HubStale,
    HubTokenMissing,
    SecretMissing,
    SpaceBuildFailed,
    SpaceCrashed,
    SpacePayment,
    SpaceSlow,
    SpaceStopped,
    ZeroGpuRefused,
)
from yogalab.publishing.deployment import SpaceDeployment
from yogalab.records import SpaceItem, SpaceSecret, SpaceTurn, SpaceWish
from yogalab.settings import Settings
from yogalab.words import sentence

PLAIN = SpaceWish()


@pytest.fixture
def settings(server: HubServer, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, hub_endpoint=server.url, password="open sesame")


@pytest.fixture
def space(checkout: Path, settings: Settings) -> SpaceDeployment:
    return at(checkout, settings)


def at(checkout: Path, settings: Settings) -> SpaceDeployment:
    return SpaceDeployment(checkout, SPACE, settings=settings, token="hf_coach", poll_seconds=0.001)


def turns(items: Sequence[SpaceItem]) -> dict[str, SpaceTurn]:
    return {item.name: item.turn for item in items}


def test_a_space_is_made_in_one_commit_with_its_settings(server: HubServer, space: SpaceDeployment) -> None:
    done = space.deploy(SpaceWish(variables={"YOGALAB_REPO": "coach/poses"}, hardware="zero-a10g"))
    repo, running = server.repos.get("space", SPACE), server.spaces.at(SPACE)
    assert repo is not None and repo.private
    assert done.address == f"{server.url}/spaces/{SPACE}"
    assert (done.commit, done.fresh) == (repo.head.oid, True)
    assert len(repo.commits) == 2
    assert tree_of(server) == sorted([".gitattributes", *TRAVELS])
    assert repo.head.tree["README.md"].data.decode() == README
    assert running.secrets == {"YOGALAB_PASSWORD": "open sesame"}
    assert running.variables == {"YOGALAB_REPO": "coach/poses"}
    assert running.hardware == "zero-a10g"
    # Before the code, whose first start asks for them.
    sent = [request for request in server.requests if request.startswith("POST")]
    assert max(i for i, one in enumerate(sent) if "/secrets" in one or "/variables" in one) < next(
        i for i, one in enumerate(sent) if "/commit/" in one
    )


def test_an_update_changes_what_differs_and_takes_away_what_is_gone(
    server: HubServer, space: SpaceDeployment, checkout: Path
) -> None:
    space.deploy(SpaceWish(variables={"YOGALAB_REPO": "coach/poses"}, private=True))
    (checkout / "yogalab/lab/lab.py").rename(checkout / "yogalab/lab/desk.py")
    server.requests.clear()
    done = space.deploy(
        SpaceWish(variables={"YOGALAB_REPO": "coach/poses"}, private=False, hardware="t4-small")
    )
    repo = server.repos.get("space", SPACE)
    assert repo is not None and not repo.private and done.fresh
    assert len(repo.commits) == 3
    assert "yogalab/lab/desk.py" in repo.head.tree and "yogalab/lab/lab.py" not in repo.head.tree
    assert server.spaces.at(SPACE).hardware == "t4-small"
    assert done.variables == {"YOGALAB_REPO"}
    asked = " ".join(server.requests)
    assert "POST /api/repos/create" not in asked and "POST /api/spaces/coach/lab/variables" not in asked


@pytest.mark.parametrize(
    ("match", "how", "error"),
    [
        ("POST /api/repos/create", "lose", HubOffline),
        ("POST .*/secrets", "cut", HubOffline),
        ("POST .*/variables", "lose", HubOffline),
        ("POST .*/hardware", 403, HubForbidden),
        ("POST .*/commit/", "cut", HubOffline),
        ("POST .*/commit/", "lose", HubOffline),
        ("POST .*/commit/", 412, HubStale),
    ],
)
def test_cut_off_anywhere_the_same_again_ends_alike(
    server: HubServer, space: SpaceDeployment, match: str, how: int | str, error: type[Exception]
) -> None:
    space.deploy(SpaceWish(hardware="cpu-basic"))
    wish = SpaceWish(variables={"A": "b"}, hardware="cpu-upgrade", secrets=frozenset({SpaceSecret.TOKEN}))
    if "create" in match:
        server.repos._all.clear()
    (space._root / "app.py").write_text("another")
    server.fail(match, how)
    with pytest.raises(error):
        space.deploy(wish)
    space.deploy(wish)
    repo, running = server.repos.get("space", SPACE), server.spaces.at(SPACE)
    assert repo is not None
    assert [commit.title for commit in repo.commits.values()].count("Update YogaLab") == (
        1 if "create" in match else 2
    )
    assert repo.head.tree["app.py"].data == b"another"
    assert running.secrets == {"YOGALAB_PASSWORD": "open sesame", "HF_TOKEN": "hf_coach"}
    assert (running.variables, running.hardware) == ({"A": "b"}, "cpu-upgrade")


def test_nothing_new_is_no_commit_and_wakes_a_space_that_rests(
    server: HubServer, space: SpaceDeployment
) -> None:
    first = space.deploy(PLAIN)
    running = server.spaces.at(SPACE)
    for stage, restarts in (("RUNNING", []), ("PAUSED", [False]), ("BUILD_ERROR", [False, True])):
        running.stages = [stage]
        again = space.deploy(PLAIN)
        assert (again.commit, again.fresh) == (first.commit, False)
        assert running.restarts == restarts
    assert len(server.repos.get("space", SPACE).commits) == 2  # type: ignore[union-attr]


def test_who_must_pay_is_told_what_to_do(server: HubServer, space: SpaceDeployment) -> None:
    server.spaces.free.add("coach")
    with pytest.raises(SpacePayment) as caught:
        space.deploy(PLAIN)
    assert "--hardware zero-a10g" in sentence(caught.value) and "cpu-basic" in sentence(caught.value)
    space.deploy(SpaceWish(hardware="zero-a10g"))
    with pytest.raises(SpacePayment) as caught:
        space.deploy(SpaceWish(hardware="t4-small"))
    assert "t4-small" in sentence(caught.value)
    server.repos._all.clear()
    server.spaces.poor.add("coach")
    with pytest.raises(ZeroGpuRefused) as refused:
        space.deploy(SpaceWish(hardware="zero-a10g"))
    assert "PRO" in sentence(refused.value)


def test_a_secret_that_is_not_here_is_named_before_anything_is_sent(
    server: HubServer, space: SpaceDeployment
) -> None:
    with pytest.raises(SecretMissing) as caught:
        space.deploy(SpaceWish(secrets=frozenset({SpaceSecret.DATABASE})))
    assert "DATABASE_URL" in sentence(caught.value)
    assert server.requests == []


def test_the_plan_says_what_would_change_and_changes_nothing(
    server: HubServer, space: SpaceDeployment, checkout: Path, settings: Settings
) -> None:
    items, trouble = space.look(PLAIN)
    assert trouble is None
    assert set(turns(items).values()) == {SpaceTurn.NEW}
    assert server.repos.get("space", SPACE) is None
    space.deploy(SpaceWish(variables={"A": "b", "C": "d"}))
    (checkout / "app.py").write_text("another")
    (checkout / "models/mini/weights.safetensors").rename(checkout / "models/mini/more.safetensors")
    server.requests.clear()
    wish = SpaceWish(variables={"A": "b", "C": "e"}, hardware="zero-a10g", private=False)
    items, trouble = at(checkout, replace(settings, secret="x" * 32)).look(wish)
    told = turns(items)
    assert told["YOGALAB_PASSWORD"] is SpaceTurn.SET_AGAIN and told["YOGALAB_SECRET"] is SpaceTurn.NEW
    assert (told["A"], told["C"]) == (SpaceTurn.SAME, SpaceTurn.CHANGED)
    assert (told["runs on"], told["who sees it"]) == (SpaceTurn.CHANGED, SpaceTurn.CHANGED)
    assert (told["app.py"], told["db/env.py"]) == (SpaceTurn.CHANGED, SpaceTurn.SAME)
    assert told["models/mini/more.safetensors"] is SpaceTurn.NEW
    assert told["models/mini/weights.safetensors"] is SpaceTurn.GONE
    assert not any("open sesame" in repr(item) or "xxxx" in repr(item) for item in items)
    assert all(request.startswith("GET") for request in server.requests)


def test_a_plan_without_the_hub_says_that_it_was_not_asked(checkout: Path, settings: Settings) -> None:
    items, trouble = at(checkout, replace(settings, offline=True)).look(PLAIN)
    assert isinstance(trouble, HubOffline)
    assert set(turns(items).values()) == {SpaceTurn.UNKNOWN}
    assert sorted(item.name for item in items if item.kind == "file") == TRAVELS


def test_nobody_is_asked_without_a_token_or_a_name(
    server: HubServer, settings: Settings, checkout: Path
) -> None:
    with pytest.raises(HubTokenMissing):
        SpaceDeployment(checkout, SPACE, settings=settings).deploy(PLAIN)
    with pytest.raises(BadRepoName):
        SpaceDeployment(checkout, "lab", settings=settings)
    assert server.requests == []


# --- until it runs ------------------------------------------------------------------------------


def follow(space: SpaceDeployment, commit: str, minutes: float = 1) -> list[str]:
    stages: list[str] = []
    space.follow(commit, on_stage=lambda stage, seconds: stages.append(stage), minutes=minutes)
    return stages


def test_the_wait_ends_when_the_new_commit_runs_and_not_the_one_before(
    server: HubServer, space: SpaceDeployment, checkout: Path
) -> None:
    running = server.spaces.at(SPACE)
    running.builds = ["NO_APP_FILE", "BUILDING", "BUILDING", "APP_STARTING", "RUNNING"]
    first = space.deploy(PLAIN)
    assert follow(space, first.commit) == ["NO_APP_FILE", "BUILDING", "APP_STARTING", "RUNNING"]
    (checkout / "app.py").write_text("another")
    second = space.deploy(PLAIN)
    # For a moment the Hub still tells of the old one.
    running.stages = ["RUNNING_BUILDING", "RUNNING"]
    assert follow(space, second.commit)[-1] == "RUNNING"
    assert running.runs == second.commit


def test_a_running_space_of_another_commit_is_waited_for(server: HubServer, space: SpaceDeployment) -> None:
    space.deploy(PLAIN)
    running = server.spaces.at(SPACE)
    running.stages = ["RUNNING"]
    with pytest.raises(SpaceSlow):
        follow(space, "0" * 40, minutes=0.001)
    running.tells_commit = False
    assert follow(space, "0" * 40) == ["RUNNING"]


def test_looks_that_fail_are_made_again(server: HubServer, space: SpaceDeployment) -> None:
    done = space.deploy(PLAIN)
    server.fail("GET .*/runtime", "cut", times=3)
    server.fail("GET .*/runtime", 500, times=2)
    assert follow(space, done.commit)[-1] == "RUNNING"
    server.fail("GET .*/runtime", 403)
    with pytest.raises(HubForbidden):
        follow(space, done.commit)


@pytest.mark.parametrize(
    ("stage", "which", "error"),
    [("BUILD_ERROR", "build", SpaceBuildFailed), ("RUNTIME_ERROR", "run", SpaceCrashed)],
)
def test_a_space_that_fails_shows_the_end_of_its_log(
    server: HubServer, space: SpaceDeployment, stage: str, which: str, error: type[SpaceBuildFailed]
) -> None:
    running = server.spaces.at(SPACE)
    running.builds = ["BUILDING", stage]
    running.error = "Exit code: 1"
    running.logs = {
        which: [f"line {n}\n" for n in range(100)] + ["\x1b[31mno space\x1b[0m left\x07\n", "\n"],
        "build" if which == "run" else "run": ["of the other\n"],
    }
    done = space.deploy(PLAIN)
    with pytest.raises(error) as caught:
        follow(space, done.commit)
    log = caught.value.data["log"]
    assert isinstance(log, tuple)
    assert (len(log), log[0], log[-1]) == (40, "line 61", "no space left")
    assert "Exit code: 1" in sentence(caught.value)
    assert space.log(lines=3) == ("line 98", "line 99", "no space left")


def test_a_space_that_is_paused_or_gives_no_log_is_told_in_words(
    server: HubServer, space: SpaceDeployment
) -> None:
    done = space.deploy(PLAIN)
    running = server.spaces.at(SPACE)
    running.stages = ["PAUSED"]
    with pytest.raises(SpaceStopped) as caught:
        follow(space, done.commit)
    assert "paused" in sentence(caught.value)
    running.stages = ["RUNTIME_ERROR"]
    server.fail("GET .*/logs/run", 500, times=20)
    with pytest.raises(SpaceCrashed) as crashed:
        follow(space, done.commit)
    assert crashed.value.data["log"] == ()
