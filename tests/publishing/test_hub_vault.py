"""A lab kept in a private dataset on a real HTTP hub, whatever happens to its requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.keeping.things import Clock
from tests.keeping.vaults import Kept, kept, rows_of
from yogalab.errors import VaultPublic, YogaLabError
from yogalab.keeping.verifying import check_vault
from yogalab.publishing.vault import HubVault
from yogalab.settings import Settings

REPO = "coach/lab"
COMMIT = "POST .*/commit/"
FAULTS: list[tuple[str, object]] = [
    (COMMIT, 500),
    (COMMIT, "cut"),
    (COMMIT, "lose"),
    (COMMIT, "tear"),
    (COMMIT, 412),
    (COMMIT, {"status": 429, "Retry-After": "60"}),
    ("POST .*/preupload/", "cut"),
    ("PUT /_lfs/", "tear"),
    (f"GET .*/datasets/{REPO}$", 500),
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(server: HubServer, tmp_path: Path) -> HubVault:
    return HubVault(Settings(home=tmp_path / "home", hub_endpoint=server.url), REPO, token="hf_coach")


def tried(lab: Kept, *, whole: bool) -> int:
    """Keep until it is done; how often that had to be tried."""
    for times in range(5):
        try:
            while lab.keeper.keep(whole=whole):
                whole = False
        except YogaLabError:
            continue
        return times + 1
    raise AssertionError("it never came through")


def test_whatever_happens_to_a_request_the_next_try_ends_with_everything_there(
    server: HubServer, vault: HubVault, tmp_path: Path, clock: Clock
) -> None:
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        tries = [tried(lab, whole=True)]
        assert server.repos.get("dataset", REPO).private  # type: ignore[union-attr]
        for number, (match, how) in enumerate(FAULTS):
            lab.label(3)
            lab.add(1)
            lab.clock.move(60)
            server.fail(match, how)  # type: ignore[arg-type]
            tries.append(tried(lab, whole=number % 3 == 0 or "_lfs" in match))
            # One that the answer to was lost is in there all the same, and is kept only once more.
            lab.label(1)
            tries.append(tried(lab, whole=False))
        assert not any(fault.times for fault in server.faults)
        assert max(tries) == 2
        rows = lab.rows()
        lab.wipe()
        lab.back(vault)
    assert rows_of(tmp_path / "home" / "lab.db") == rows
    check = check_vault(vault, tmp_path)
    assert check.sound
    assert check.photos == 3 + len(FAULTS)


def test_a_killed_lab_s_half_step_is_no_harm_to_the_next_one(
    server: HubServer, vault: HubVault, tmp_path: Path, clock: Clock
) -> None:
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        lab.keeper.keep()
        lab.label()
        # The commit arrives, its answer does not, and the disk is gone at that moment.
        server.fail(COMMIT, "lose")
        with pytest.raises(YogaLabError):
            lab.keeper.keep()
        rows = lab.rows()
        lab.wipe()
        again = HubVault(Settings(home=lab.home, hub_endpoint=server.url), REPO, token="hf_coach")
        lab.back(again)
    assert rows_of(tmp_path / "home" / "lab.db") == rows


def test_of_a_deleted_photo_the_repository_holds_nothing_not_even_in_its_past(
    server: HubServer, vault: HubVault, tmp_path: Path, clock: Clock
) -> None:
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add(4)
        for whole in (True, False, True):
            lab.label()
            lab.keeper.keep(whole=whole)
        with lab.files.open(lab.photos[0].key) as file:
            pixels = {file.read()}
        gone, there = lab.photos[0], lab.photos[1:]
        lab.photos = [gone]
        lab.delete()
        lab.photos = there
        server.fail("POST .*/super-squash/", 500)
        clock.move(60)
        with pytest.raises(YogaLabError):
            lab.keeper.keep()
        # Killed before it was forgotten: the next life remembers that it has to be.
        with kept(tmp_path / "home", vault, clock) as later:
            later.keeper.keep()
    repo = server.repos.get("dataset", REPO)
    assert repo is not None
    blobs = {blob.data for commit in repo.commits.values() for blob in commit.tree.values()}
    assert len(repo.commits) <= 2
    assert not pixels & (blobs | set(repo.large.values()))
    paths = {path for commit in repo.commits.values() for path in commit.tree}
    assert not [path for path in paths if gone.sha256 in path]
    assert gone.source_sha256.encode() not in b"".join(blobs)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_photos_do_not_go_where_everybody_can_read(
    server: HubServer, vault: HubVault, tmp_path: Path, clock: Clock, when: str
) -> None:
    def publish() -> None:
        repo = server.repos.get("dataset", REPO) or server.repos.create("dataset", REPO)
        repo.private = False

    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        if when == "meanwhile":
            lab.keeper.keep()
            lab.label()
        publish()
        commits = len(server.repos.get("dataset", REPO).commits)  # type: ignore[union-attr]
        with pytest.raises(VaultPublic):
            lab.keeper.keep()
        repo = server.repos.get("dataset", REPO)
        assert repo is not None
        assert len(repo.commits) == commits


def test_a_quiet_lab_asks_the_hub_for_nothing(
    server: HubServer, vault: HubVault, tmp_path: Path, clock: Clock
) -> None:
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        lab.keeper.keep()
        before = list(server.requests)
        for _ in range(5):
            clock.move(60)
            lab.keeper.keep()
        assert server.requests == before
        lab.label()
        lab.keeper.keep()
        # What a minute of labelling costs: whether it is still private, what is large, and the commit.
        assert len(server.requests) - len(before) == 3
