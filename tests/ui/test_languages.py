"""Everybody reads in their own language: server, scripts, what Gradio draws, the login page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from tests.fakes import AGREED, Studio, studio_lab
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Job, JobState
from yogalab.settings import Settings
from yogalab.ui import present
from yogalab.ui.language import COOKIE, accepted, wanted
from yogalab.ui.pages import build_app
from yogalab.ui.site import build_site
from yogalab.words import say, speaking

PASSWORD = "nine lives of a cat"
ANNA = Coach(id="anna", name="Anna")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    studio = Studio()
    made, _ = studio_lab(tmp_path_factory.mktemp("lab"), studio=studio)
    made.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    return TestClient(build_site(build_app(lab, settings), lab, settings), base_url="http://127.0.0.1:7860")


def german(code: str, **data: object) -> str:
    with speaking("de"):
        told = say(code, **data)
    assert told != say(code, **data)
    return told


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("fr, es;q=0.4, de;q=0.6", "de"),
        ("fr-CA, fr;q=0.9", "en"),
        ("de;q=0, es;q=0.1", "es"),
        ("es;q=much, en", "en"),
        ("en, de", "en"),
    ],
)
def test_a_browser_gets_the_language_it_asks_for_most(header: str, language: str) -> None:
    assert accepted(header) == language


def test_a_choice_outweighs_the_browser_and_a_foreign_one_is_none() -> None:
    assert wanted(Headers({"cookie": f"{COOKIE}=es", "accept-language": "de"})) == "es"
    assert wanted(Headers({"cookie": f"{COOKIE}=tlh", "accept-language": "de"})) == "de"


def test_scripts_get_their_sentences_in_the_language_and_again_when_it_changes(client: TestClient) -> None:
    first = client.get("/lab/words.json", headers={"accept-language": "de"})
    assert first.json()["language"] == "de"
    assert first.json()["words"]["tab.review"] == german("tab.review")
    again = {"if-none-match": first.headers["etag"], "accept-language": "de"}
    assert client.get("/lab/words.json", headers=again).status_code == 304
    other = client.get("/lab/words.json", headers={**again, "cookie": f"{COOKIE}=es"})
    assert (other.status_code, other.json()["language"]) == (200, "es")


def test_what_gradio_draws_is_said_to_each_in_their_language(client: TestClient) -> None:
    for language in ("de", "en", "es", "de"):
        page = client.get("/", headers={"accept-language": language}).text
        with speaking(language):
            assert {say("tab.review"), say("tab.models")} <= set(re.findall(r'"label":"([^"]+)"', page))
            assert say("tab.poses") in " ".join(re.findall(r'aria-label=\\"([^\\]+)', page))
        assert "\ue000" not in page


def test_errors_are_told_in_the_language_also_from_the_thread_that_adds_photos(client: TestClient) -> None:
    client.headers["accept-language"] = "de"
    try:
        assert client.get("/photo/999").json()["error"] == german("photo.not_found")
        form = {"files": ("x.jpg", b"", "image/jpeg")}
        told = client.post("/lab/photos", data={"consent": "agreed"}, files=form).text
        assert german("photo.empty", name="x.jpg") in told
    finally:
        del client.headers["accept-language"]
    assert client.get("/photo/999").json()["error"] == say("photo.not_found")


def test_what_a_job_has_stored_is_told_in_the_readers_language() -> None:
    job = Job(
        id=1, kind="train", payload={}, who="", state=JobState.FAILED, stage="train.fit", error="training.busy"
    )
    with speaking("de"):
        shown = present.job(job)
    assert shown["stage"] == german("train.fit")
    assert shown["error"] == german("training.busy")


def test_a_choice_is_remembered(client: TestClient) -> None:
    with client:
        assert client.post("/lab/language", json={"language": "es"}).status_code == 204
        assert client.get("/lab/words.json", headers={"accept-language": "de"}).json()["language"] == "es"
        assert client.post("/lab/language", json={"language": "tlh"}).status_code == 204
        assert client.get("/lab/words.json").json()["language"] == "es"
        client.cookies.clear()


def test_the_login_page_speaks_and_lets_choose(lab: Lab, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, password=PASSWORD, host="0.0.0.0")
    site = build_site(build_app(lab, settings), lab, settings)
    with TestClient(site, follow_redirects=False) as visitor:
        page = visitor.get("/login?next=/x", headers={"accept-language": "de"}).text
        assert '<html lang="de">' in page
        assert german("login.go") in page
        address = re.search(r'href="([^"]+)" lang="es"', page)
        assert address
        chosen = visitor.get(address[1].replace("&amp;", "&"), headers={"accept-language": "de"}).text
        assert '<html lang="es">' in chosen
        assert 'value="/x"' in chosen
        wrong = visitor.post("/login", data={"name": "Anna", "password": "?"})
        with speaking("es"):
            assert say("login.wrong") in wrong.text
