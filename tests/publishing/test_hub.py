"""Publishing to and fetching from a hub: the real client, real HTTP, and lines that drop on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.publishing.hubs import REPO, publish, published
from yogalab.errors import HubError, HubOffline
from yogalab.publishing import contents
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.settings import Settings
from yogalab.words import sentence

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
    server.fail(STEPS[step], how, times=99)
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
