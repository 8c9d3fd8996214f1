"""What a hub refuses, or does not answer: each told apart, each in a sentence, nothing published by halves."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.publishing.hubs import REPO, publish, published, stranger
from yogalab.errors import (
    BadRepoName,
    DamagedVersion,
    HubForbidden,
    HubOffline,
    HubRepoNotFound,
    HubStale,
    HubTokenMissing,
    VersionNotFound,
    YogaLabError,
)
from yogalab.publishing import contents
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.line import PATIENCE
from yogalab.settings import Settings
from yogalab.words import sentence


def test_a_version_published_in_between_is_not_overwritten(
    server: HubServer, hub: HuggingFaceHub, folder: Path
) -> None:
    server.fail(r"POST .*/commit/", 412)
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
        monkeypatch.setitem(PATIENCE, name, 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        endpoint = f"http://127.0.0.1:{mute.getsockname()[1]}"
        hub = HuggingFaceHub(Settings(home=tmp_path, hub_endpoint=endpoint), token="hf_coach")
        for call in (lambda: publish(hub, folder), lambda: hub.tags(REPO), lambda: hub.fetch(REPO)):
            with pytest.raises(HubOffline):
                call()
