"""A real lab publishes over every bad line: after each, trying again ends with one commit and one tag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import Studio, studio_lab
from tests.hub_server import How, HubServer
from tests.labs import ANNA, fill, worked_off
from tests.publishing.conftest import Hurried
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.publishing import contents, line
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.records import JobState
from yogalab.settings import Settings

MANY = 99
# What goes wrong, on which requests, how often; "" where it must not even be noticed, else the error's code.
FAULTS: dict[str, tuple[str, How, int, str]] = {
    "reply lost after the upload": (r"PUT /_lfs/", "lose", MANY, "hub.offline"),
    "reply lost after the commit": (r"POST .*/commit/", "lose", 1, "hub.offline"),
    "reply lost after the tag": (r"POST .*/tag/", "lose", 1, "hub.offline"),
    "500 on the commit": (r"POST .*/commit/", 500, 1, "hub.error"),
    "412 on the commit": (r"POST .*/commit/", 412, 1, "hub.stale"),
    "429 on the commit, wait 2 s": (r"POST .*/commit/", {"status": 429, "Retry-After": "2"}, 1, ""),
    "429 on the upload, wait 30 s": (r"PUT /_lfs/", {"status": 429, "Retry-After": "30"}, 1, ""),
    "429 for an hour": (r"POST .*/commit/", {"status": 429, "Retry-After": "3600"}, 1, "hub.busy"),
    "401 before the commit": (r"POST .*/commit/", 401, 1, "hub.token_missing"),
    "token revoked before the upload": (r"POST .*/objects/batch", 401, 1, "hub.token_missing"),
    "a slow line": (r"(PUT|POST) ", {"rate": 60_000}, MANY, ""),
    "cut in the middle of the upload": (r"PUT /_lfs/", "tear", MANY, "hub.offline"),
    "cut in the middle of the commit": (r"POST .*/commit/", "tear", 1, "hub.offline"),
    "cut in the middle of an answer": (r"GET .*/refs", "tear", MANY, "hub.offline"),
}


class Waited:
    """A pause that takes no time and remembers how long it would have been."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture(scope="module")
def server() -> Iterator[HubServer]:
    with HubServer() as hub:
        yield hub


@pytest.fixture(scope="module")
def waited() -> Waited:
    return Waited()


@pytest.fixture(scope="module")
def made(
    server: HubServer, waited: Waited, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Lab, Parts]]:
    """A lab with a version, at the test hub."""
    home, studio = tmp_path_factory.mktemp("lab"), Studio()
    # Large enough that a slow line takes longer than anybody waits for an answer.
    package = ("yogalab-0.1.0-py3-none-any.whl", bytes(150_000))
    hub = HuggingFaceHub(
        Settings(home=home, hub_endpoint=server.url), token="hf_coach", package=lambda: package
    )
    lab, parts = studio_lab(home, studio=studio, hub=hub)
    object.__setattr__(parts, "pause", waited)
    fill(lab, studio, labelled=True)
    worked_off(lab, lab.versions.train(ANNA).id)
    yield lab, parts
    lab.close()


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    rows: list[str] = []
    yield rows
    print("\nfault | first try | then | commits | tags")
    print("\n".join(rows))


@pytest.mark.parametrize("fault", FAULTS)
def test_after_every_fault_trying_again_ends_with_one_commit_and_one_tag(
    made: tuple[Lab, Parts],
    server: HubServer,
    waited: Waited,
    table: list[str],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab, parts = made
    match, how, times, expected = FAULTS[fault]
    repo = f"coach/{fault.replace(' ', '-').replace(',', '')}"
    monkeypatch.setattr("huggingface_hub.utils._http.time", Hurried)
    monkeypatch.setattr(line, "SLOWEST", 40_000)
    monkeypatch.setitem(line.PATIENCE, "read", 1.5)
    waited.seconds = 0.0
    before = parts.versions.facts(lab.versions.version(ANNA, 1).fingerprint)
    # What was uploaded for one repository need not be for the next.
    server.repos.large.clear()
    server.fail(match, how, times=times)
    first = worked_off(lab, lab.versions.publish(ANNA, repo, number=1).id)
    server.faults.clear()
    assert (first.state, first.error or "") == (JobState.FAILED if expected else JobState.DONE, expected)
    if isinstance(how, dict) and not expected and "status" in how:
        assert waited.seconds >= float(how["Retry-After"])

    second = worked_off(lab, lab.versions.publish(ANNA, repo, number=1).id)

    kept = server.repos.model(repo)
    version = lab.versions.version(ANNA, 1)
    table.append(
        f"{fault} | {first.error or 'done'} | {second.state} | {len(kept.commits) - 1} | {len(kept.tags)}"
    )
    assert second.state is JobState.DONE
    assert len(kept.commits) - 1 == 1
    assert kept.tags == {"v0001": kept.head.oid}
    assert (version.hub_repo, version.tag, version.hub_commit) == (repo, "v0001", kept.head.oid)
    folder = parts.versions.folder(version.fingerprint)
    for name in (contents.MODEL, contents.HEAD, contents.TRAINING):
        assert kept.head.tree[name].data == (folder / name).read_bytes()
    assert parts.versions.facts(version.fingerprint) == before
    assert len(parts.store.photos()) == len(parts.store.events()) == 30
    assert Path(folder).is_dir()


def test_the_card_tells_what_the_lab_counted_and_shows_it(made: tuple[Lab, Parts], server: HubServer) -> None:
    lab, _ = made
    worked_off(lab, lab.versions.publish(ANNA, "coach/cards", number=1).id)
    tree = server.repos.model("coach/cards").head.tree
    card = tree[contents.CARD].data.decode()
    version = lab.versions.version(ANNA, 1)
    assert f"Learned from {version.labels} photos that 1 coach labelled" in card
    assert "| everybody shown agreed to its use for teaching | 30 |" in card
    assert "through the pages (30)" in card
    assert "**Beside the version before**" in card
    for name in ("learning", "confusion", "calibration"):
        assert f"](plots/{name}.png)" in card
        assert tree[f"plots/{name}.png"].data.startswith(b"\x89PNG")
    outline = lab.sharing.outline(ANNA, "coach/cards", number=1)
    assert outline.tag == "v0001"
    assert outline.files == {path: len(blob.data) for path, blob in tree.items() if path != ".gitattributes"}
