"""Publishing to and fetching from a hub: the real client, real HTTP, and things going wrong on the way."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.heads import FACTS, random_head
from tests.hub_server import HubServer
from yogalab.errors import (
    BadRepoName,
    DamagedVersion,
    HubError,
    HubForbidden,
    HubOffline,
    HubRepoNotFound,
    HubStale,
    HubTokenMissing,
    VersionNotFound,
    YogaLabError,
)
from yogalab.publishing import contents
from yogalab.publishing.hub import _PATIENCE, HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.settings import Settings
from yogalab.words import sentence

REPO = "coach/poses"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    # The client waits a second before it tries again.
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)


@pytest.fixture
def server() -> Iterator[HubServer]:
    with HubServer() as hub:
        yield hub


@pytest.fixture
def hub(server: HubServer, tmp_path: Path) -> HuggingFaceHub:
    return HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=server.url), token="hf_coach")


def stranger(server: HubServer, tmp_path: Path, token: str | None = None) -> HuggingFaceHub:
    return HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=server.url), token=token)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return FolderVersions(tmp_path / "versions").save(random_head(), fingerprint="first1", facts=FACTS)


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return FolderVersions(tmp_path / "versions").save(random_head(seed=2), fingerprint="second2", facts=FACTS)


def publish(hub: HuggingFaceHub, folder: Path, tag: str = "v0001") -> str:
    return hub.publish(folder, REPO, tag=tag, message="Version", private=True)


def published(server: HubServer) -> int:
    """How many commits there are beyond the hub's own first one."""
    return len(server.repos.model(REPO).commits) - 1


# --- going right ---------------------------------------------------------------------------------


def test_a_version_is_one_commit_and_one_tag(server: HubServer, hub: HuggingFaceHub, folder: Path) -> None:
    commit = publish(hub, folder)
    repo = server.repos.model(REPO)
    assert published(server) == 1
    assert repo.tags == {"v0001": commit} == hub.tags(REPO)
    assert repo.head.oid == commit
    assert set(contents.FILES) <= set(repo.head.tree)
    for name in (contents.MODEL, contents.HEAD, contents.TRAINING):
        assert repo.head.tree[name].data == (folder / name).read_bytes()
    card = repo.head.tree[contents.CARD].data.decode()
    assert f'yogalab.load("{REPO}", revision="v0001")' in card


def test_a_new_repository_is_private_unless_asked_otherwise(
    server: HubServer, hub: HuggingFaceHub, folder: Path
) -> None:
    hub.publish(folder, REPO, tag="v0001", message="Version")
    hub.publish(folder, "coach/open", tag="v0001", message="Version", private=False)
    assert server.repos.model(REPO).private
    assert not server.repos.model("coach/open").private


def test_publishing_twice_is_publishing_once(server: HubServer, hub: HuggingFaceHub, folder: Path) -> None:
    assert publish(hub, folder) == publish(hub, folder)
    assert published(server) == 1


def test_versions_follow_each_other(server: HubServer, hub: HuggingFaceHub, folder: Path, second: Path) -> None:
    one, two = publish(hub, folder), publish(hub, second, "v0002")
    assert server.repos.model(REPO).commits[two].parent == one
    assert hub.tags(REPO) == {"v0001": one, "v0002": two}


def test_what_was_published_comes_back(hub: HuggingFaceHub, folder: Path, second: Path) -> None:
    publish(hub, folder)
    publish(hub, second, "v0002")
    for revision, original in (("v0001", folder), ("v0002", second), (None, second)):
        fetched = hub.fetch(REPO, revision=revision)
        for name in (contents.MODEL, contents.HEAD, contents.TRAINING):
            assert (fetched / name).read_bytes() == (original / name).read_bytes()
        assert contents.read(fetched).kind == "test"


def test_a_fetched_version_needs_no_network_again(
    server: HubServer, hub: HuggingFaceHub, folder: Path, tmp_path: Path
) -> None:
    commit = publish(hub, folder)
    first = hub.fetch(REPO, revision="v0001")
    server.close()
    assert hub.fetch(REPO, revision="v0001") == first
    assert hub.fetch(REPO, revision=commit) == first
    offline = HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=server.url, offline=True))
    assert offline.fetch(REPO, revision="v0001") == first


def test_only_a_versions_files_are_fetched(server: HubServer, hub: HuggingFaceHub, folder: Path) -> None:
    publish(hub, folder)
    value = {"path": "photo.jpg", "content": "", "encoding": "base64"}
    server.repos.model(REPO).add_commit(
        [{"key": "header", "value": {"summary": "extra"}}, {"key": "file", "value": value}], "main"
    )
    assert {path.name for path in hub.fetch(REPO).iterdir()} == set(contents.FILES)


def test_a_repository_that_is_not_there_has_no_tags(hub: HuggingFaceHub) -> None:
    assert hub.tags("coach/nothing") == {}


# --- interrupted ---------------------------------------------------------------------------------

STEPS = {
    "creating the repository": r"POST /api/repos/create",
    "reading the branches": r"GET .*/refs",
    "comparing": r"GET .*/tree/",
    "announcing files": r"POST .*/preupload/",
    "asking where to upload": r"POST .*/objects/batch",
    "uploading": r"PUT /_lfs/",
    "committing": r"POST .*/commit/",
    "tagging": r"POST .*/tag/",
}


@pytest.mark.parametrize("how", ["cut", "lose", 500, 503])
@pytest.mark.parametrize("step", STEPS)
def test_cut_off_anywhere_a_second_try_ends_with_one_commit_and_one_tag(
    server: HubServer, hub: HuggingFaceHub, folder: Path, step: str, how: int | str
) -> None:
    server.fail(STEPS[step], how, times=7)
    with pytest.raises(HubError) as caught:
        publish(hub, folder)
    assert type(caught.value) is (HubError if isinstance(how, int) else HubOffline)
    assert "hf_coach" not in sentence(caught.value) + str(caught.value)
    server.faults.clear()
    commit = publish(hub, folder)
    assert published(server) == 1
    assert server.repos.model(REPO).tags == {"v0001": commit}
    contents.read(folder)


def test_a_line_that_drops_once_while_uploading_is_not_even_noticed(
    server: HubServer, hub: HuggingFaceHub, folder: Path
) -> None:
    server.fail(STEPS["uploading"], "lose")
    publish(hub, folder)
    assert published(server) == 1


def test_a_commit_without_its_tag_is_found_though_others_published_since(
    server: HubServer, hub: HuggingFaceHub, folder: Path, second: Path
) -> None:
    server.fail(STEPS["tagging"], "cut")
    with pytest.raises(HubOffline):
        publish(hub, folder)
    orphan = server.repos.model(REPO).head.oid
    publish(hub, second, "v0002")
    assert publish(hub, folder, "v0001") == orphan
    assert published(server) == 2


def test_a_tag_whose_reply_was_lost_counts(server: HubServer, hub: HuggingFaceHub, folder: Path) -> None:
    commit = publish(hub, folder)
    # The refs that were read first did not show the tag yet.
    tags = server.repos.model(REPO).tags
    del tags["v0001"]
    add = server.repos.model(REPO).add_tag

    def twice(tag: str, revision: str) -> None:
        tags[tag] = revision
        add(tag, revision)

    server.repos.model(REPO).add_tag = twice  # type: ignore[method-assign]
    assert publish(hub, folder) == commit


# --- refused -------------------------------------------------------------------------------------


def test_a_version_published_in_between_is_not_overwritten(
    server: HubServer, hub: HuggingFaceHub, folder: Path
) -> None:
    server.fail(STEPS["committing"], 412)
    with pytest.raises(HubStale):
        publish(hub, folder)
    assert published(server) == 0
    publish(hub, folder)


def test_a_tag_of_another_version_stays(
    server: HubServer, hub: HuggingFaceHub, folder: Path, second: Path
) -> None:
    commit = publish(hub, folder)
    with pytest.raises(HubStale) as caught:
        publish(hub, second, "v0001")
    assert caught.value.data == {"repo": REPO, "tag": "v0001"}
    assert server.repos.model(REPO).tags == {"v0001": commit}
    assert published(server) == 1


def test_without_a_token_nothing_is_asked(server: HubServer, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(HubTokenMissing):
        publish(stranger(server, tmp_path), folder)
    assert server.requests == []


def test_an_unknown_token_is_said_to_be_missing(server: HubServer, folder: Path, tmp_path: Path) -> None:
    for call in (
        lambda hub: publish(hub, folder),
        lambda hub: hub.tags(REPO),
        lambda hub: hub.fetch(REPO),
    ):
        with pytest.raises(HubTokenMissing):
            call(stranger(server, tmp_path, "expired"))


def test_somebody_elses_repository_is_not_written(
    server: HubServer, hub: HuggingFaceHub, folder: Path, tmp_path: Path
) -> None:
    hub.publish(folder, REPO, tag="v0001", message="Version", private=False)
    for repo in (REPO, "coach/new"):
        with pytest.raises(HubForbidden) as caught:
            stranger(server, tmp_path, "hf_guest").publish(folder, repo, tag="v0002", message="Mine")
        assert repo in sentence(caught.value)
    assert published(server) == 1


@pytest.mark.parametrize("token", [None, "hf_guest"])
def test_a_private_version_is_not_for_everybody(
    server: HubServer, hub: HuggingFaceHub, folder: Path, tmp_path: Path, token: str | None
) -> None:
    publish(hub, folder)
    with pytest.raises(HubRepoNotFound) as caught:
        stranger(server, tmp_path, token).fetch(REPO, revision="v0001")
    assert isinstance(caught.value, VersionNotFound)
    assert REPO in sentence(caught.value)


def test_a_public_version_needs_no_token(
    server: HubServer, hub: HuggingFaceHub, folder: Path, tmp_path: Path
) -> None:
    hub.publish(folder, REPO, tag="v0001", message="Version", private=False)
    assert contents.read(stranger(server, tmp_path).fetch(REPO, revision="v0001")).kind == "test"


def test_a_missing_revision_is_named(hub: HuggingFaceHub, folder: Path) -> None:
    publish(hub, folder)
    with pytest.raises(VersionNotFound) as caught:
        hub.fetch(REPO, revision="v0099")
    assert "v0099" in sentence(caught.value)


def test_a_repository_of_something_else_is_no_version(server: HubServer, hub: HuggingFaceHub) -> None:
    server.repos.create("model", "coach/other")
    with pytest.raises(VersionNotFound):
        hub.fetch("coach/other")


def test_nobody_listening_is_offline(folder: Path, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        hub = HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=endpoint), token="hf_coach")
        for call in (lambda: publish(hub, folder), lambda: hub.tags(REPO), lambda: hub.fetch(REPO)):
            with pytest.raises(HubOffline):
                call()


def test_told_to_stay_offline_it_asks_nobody(server: HubServer, folder: Path, tmp_path: Path) -> None:
    hub = HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=server.url, offline=True), token="hf_coach")
    for call in (lambda: publish(hub, folder), lambda: hub.tags(REPO), lambda: hub.fetch(REPO)):
        with pytest.raises(HubOffline):
            call()
    assert server.requests == []


@pytest.mark.parametrize(
    "name", ["poses", "a/b/c", "", "/", "a/", "/b", "a b/c", "../x", "a/..", "a--b/c", "a/b.git", "https://x/y"]
)
def test_a_name_that_is_none_is_said_so(
    server: HubServer, hub: HuggingFaceHub, folder: Path, name: str
) -> None:
    for call in (
        lambda: hub.publish(folder, name, tag="v0001", message="Version"),
        lambda: hub.tags(name),
        lambda: hub.fetch(name),
    ):
        with pytest.raises(BadRepoName) as caught:
            call()
        assert f"“{name}”" in sentence(caught.value)
    assert server.requests == []


def test_a_damaged_version_is_not_published(server: HubServer, hub: HuggingFaceHub, folder: Path) -> None:
    (folder / contents.MODEL).write_bytes(b"damaged")
    with pytest.raises(DamagedVersion):
        publish(hub, folder)
    assert server.requests == []


def test_every_refusal_has_a_sentence_without_the_token(
    server: HubServer, hub: HuggingFaceHub, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for status in (400, 401, 402, 403, 404, 409, 412, 413, 422, 429, 500, 503):
        server.fail(r"POST .*/commit/", status)
        with pytest.raises(YogaLabError) as caught:
            publish(hub, folder)
        assert "hf_coach" not in sentence(caught.value)
    assert "hf_coach" not in caplog.text


def test_a_hub_that_takes_the_call_and_says_nothing_is_offline(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("connect", "read", "write", "pool"):
        monkeypatch.setitem(_PATIENCE, name, 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        endpoint = f"http://127.0.0.1:{mute.getsockname()[1]}"
        hub = HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=endpoint), token="hf_coach")
        for call in (lambda: publish(hub, folder), lambda: hub.tags(REPO), lambda: hub.fetch(REPO)):
            with pytest.raises(HubOffline):
                call()
