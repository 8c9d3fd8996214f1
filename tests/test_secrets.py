"""Planted secrets: after signing in, failing and publishing with every log open, none is written anywhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes import Studio, studio_lab
from tests.hub_server import HubServer
from tests.labs import fill, worked_off
from tests.publishing.conftest import Hurried, small_package
from tests.ui.serving import serving
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.records import JobState, Role
from yogalab.redaction import keep_secret
from yogalab.settings import Settings

TOKEN, PASSWORD, OWN = "hf_planted0token", "planted-password", "planted-own-password"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All that any library logs, down to its requests."""
    file, root, make = tmp_path / "debug.log", logging.getLogger(), logging.getLogRecordFactory()
    handler, level = logging.FileHandler(file), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # The browser's own log is not ours: it knows the invitation that it was given.
    monkeypatch.setattr(logging.getLogger("httpx"), "level", logging.WARNING)
    monkeypatch.setattr("huggingface_hub.utils._http.time", Hurried)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    yield file
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()
    logging.setLogRecordFactory(make)


def sign_in(browser: httpx.Client, name: str, password: str, *, page: str = "/login") -> httpx.Response:
    return browser.post(page, data={"name": name, "password": password, "next": "/"})


def test_no_secret_is_in_a_log_a_file_or_an_answer(log: Path, tmp_path: Path) -> None:
    studio, home = Studio(), tmp_path / "home"
    with HubServer() as server:
        settings = Settings(home=home, password=PASSWORD, hub_endpoint=server.url)
        keep_secret(settings.secrets)
        hub = HuggingFaceHub(settings, token=TOKEN, package=small_package)
        lab, _ = studio_lab(home, studio=studio, hub=hub)  # type: ignore[arg-type]
        fill(lab, studio, each=4, labelled=True)
        said: list[str] = []
        with serving(lab, settings) as address, httpx.Client(base_url=address) as browser:
            said += [sign_in(browser, "Anna", "planted-guess").text, sign_in(browser, "Anna", PASSWORD).text]
            owner = lab.people.enter("Anna")
            _, link = lab.invitations.invite(owner, Role.COACH)
            said.append(sign_in(browser, "Ben", OWN, page=f"/invite/{link}").text)
            said.append(browser.get("/config").text)
            lab.versions.train_now({}, owner.id, lambda share, stage: None)
            for fault in (401, 500, "drop", None):
                if fault:
                    server.fail("/commit/", fault, times=9)
                job = worked_off(lab, lab.versions.publish(owner, "planted0token/poses").id)
                server.faults.clear()
            assert job.state is JobState.DONE
        logging.getLogger("httpx2").debug("headers %s", {"authorization": f"Bearer {TOKEN}"})
    written = {path: path.read_bytes() for path in (log, *home.rglob("*")) if path.is_file()}
    assert b"/commit/" in written[log], "the log was not open"
    for secret in (TOKEN, PASSWORD, OWN, link):
        assert [str(path) for path, data in written.items() if secret.encode() in data] == []
        assert not [one for one in said if secret in one]
