"""With a password nobody gets past the gate; without one only this machine's own pages do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.fakes import AGREED, Studio, studio_lab
from tests.ui.exposed import ALSO, METHODS, every_path, inner_of
from yogalab.errors import NotAllowed, PasswordNeeded
from yogalab.lab.lab import Lab
from yogalab.records import Coach
from yogalab.settings import Settings
from yogalab.ui.gate import Gate
from yogalab.ui.pages import build_app
from yogalab.ui.patience import WRONG_BEFORE_PAUSE, Patience
from yogalab.ui.sessions import COOKIE, LASTS, Sessions, coach_of, session_secret
from yogalab.ui.site import build_site

PASSWORD = "nine lives of a cat"
ANNA = Coach(id="anna", name="Anna")


def site_of(lab: Lab, home: Path, password: str | None = None, **more: object) -> Gate:
    settings = Settings(home=home, password=password, **more)  # type: ignore[arg-type]
    return build_site(build_app(lab, settings), lab, settings)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    studio = Studio()
    made, _ = studio_lab(tmp_path_factory.mktemp("lab"), studio=studio)
    made.photos.add(ANNA, [studio.draw("tree", 1)], consent=AGREED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def locked(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    site = site_of(lab, tmp_path_factory.mktemp("home"), PASSWORD, host="0.0.0.0")
    with TestClient(site, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def open_(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    site = site_of(lab, tmp_path_factory.mktemp("home"))
    with TestClient(site, base_url="http://127.0.0.1:7860", follow_redirects=False) as client:
        yield client


def signed_in(client: TestClient, name: str = "Anna") -> str:
    answer = client.post("/login", data={"name": name, "password": PASSWORD, "next": "/"})
    assert answer.status_code == 303
    cookie = answer.cookies[COOKIE]
    client.cookies.clear()
    return cookie


# --- with a password ------------------------------------------------------------------------------


def test_no_route_event_or_file_answers_an_anonymous_caller(locked: TestClient) -> None:
    paths = {*every_path(inner_of(locked.app).routes), *ALSO} - {"/login", "/login/"}
    assert len(paths) > 60
    answered = [
        (method, path, answer.status_code)
        for path in sorted(paths)
        for method in METHODS
        if (answer := locked.request(method, path)).status_code not in {401, 303}
        or (answer.status_code == 303 and not answer.headers["location"].startswith("/login?next="))
    ]
    assert answered == []


def test_a_browser_is_led_to_the_door_and_back_to_where_it_wanted(locked: TestClient) -> None:
    led = locked.get("/photo/1", headers={"accept": "text/html"})
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=/photo/1")
    assert 'value="/photo/1"' in locked.get(led.headers["location"]).text


def test_a_web_socket_is_closed_before_it_opens(locked: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, locked.websocket_connect("/gradio_api/anything"):
        pass
    assert closed.value.code == 1008


def test_the_password_opens_pages_photos_and_server_functions(locked: TestClient) -> None:
    cookies = {COOKIE: signed_in(locked)}
    for path in ("/", "/config", "/photo/1", "/photo/1?edge=320", "/figure/tree.svg", "/lab/words.json"):
        locked.cookies = cookies  # type: ignore[assignment]
        assert locked.get(path).status_code == 200, path
    locked.cookies.clear()


def test_signing_out_takes_the_session_away(locked: TestClient) -> None:
    left = locked.post("/lab/leave", headers={"cookie": f"{COOKIE}={signed_in(locked)}"})
    assert left.status_code == 204
    assert f'{COOKIE}=""' in left.headers["set-cookie"] and "Max-Age=0" in left.headers["set-cookie"]


@pytest.mark.parametrize("cookie", ["", "x", "QW5uYQ==.1.x", "..", "QW5uYQ==", "\u00e4"])
def test_a_made_up_cookie_is_nobody(locked: TestClient, cookie: str) -> None:
    answer = locked.get("/config", headers={b"cookie": f"{COOKIE}={cookie}".encode()})
    assert answer.status_code == 401


def test_a_wrong_password_is_told_and_keeps_the_name(locked: TestClient) -> None:
    answer = locked.post("/login", data={"name": 'An"na', "password": "guess"})
    assert answer.status_code == 401
    assert "not the lab" in answer.text
    assert "An&quot;na" in answer.text
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "x", "/a\r\nb"]
)
def test_signing_in_never_leads_to_another_site(locked: TestClient, wanted: str) -> None:
    answer = locked.post("/login", data={"name": "Anna", "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == "/"
    locked.cookies.clear()


def test_patience_ends_for_one_address_and_returns() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [now]
    patience = Patience(lambda: moments[0])
    for _ in range(WRONG_BEFORE_PAUSE):
        assert not patience.exhausted("a")
        patience.wrong("a")
    assert patience.exhausted("a")
    assert not patience.exhausted("b")
    moments[0] = now + timedelta(minutes=6)
    assert not patience.exhausted("a")


def test_too_many_wrong_tries_shut_the_door_for_the_right_password_too(lab: Lab, tmp_path: Path) -> None:
    client = TestClient(site_of(lab, tmp_path, PASSWORD), follow_redirects=False)
    for _ in range(WRONG_BEFORE_PAUSE):
        client.post("/login", data={"name": "x", "password": "guess"})
    assert client.post("/login", data={"name": "x", "password": PASSWORD}).status_code == 429


# --- refusing to start ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", [{"host": "0.0.0.0"}, {"host": "192.168.1.5"}, {"host": "::"}, {"on_space": True}]
)
def test_beyond_this_machine_it_does_not_start_without_a_password(
    lab: Lab, tmp_path: Path, more: dict[str, object]
) -> None:
    with pytest.raises(PasswordNeeded):
        site_of(lab, tmp_path, **more)


def test_pages_started_without_the_gate_serve_nobody() -> None:
    with pytest.raises(NotAllowed):
        coach_of(object())


# --- without a password ---------------------------------------------------------------------------


def test_on_this_machine_a_name_is_enough(open_: TestClient) -> None:
    assert open_.get("/photo/1").status_code == 200
    renamed = open_.post("/lab/name", content=json.dumps({"name": "  Ben  "}))
    assert renamed.json() == {"name": "Ben"}
    assert COOKIE in open_.cookies
    refused = open_.post("/lab/name", content=json.dumps({"name": ""}))
    assert refused.status_code == 409
    assert "name" in refused.json()["error"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"name": 7}', b'{"name": "%s"}' % (b" " * 10_000 + b"Ben")]
)
def test_what_says_no_name_changes_none_and_nobody_reads_on_for_ever(open_: TestClient, body: bytes) -> None:
    before = dict(open_.cookies)
    assert open_.post("/lab/name", content=body).status_code == 409
    assert open_.post("/lab/language", content=body).status_code == 204
    assert dict(open_.cookies) == before


def test_another_host_name_that_points_here_is_not_answered(open_: TestClient) -> None:
    for host in ("evil.example", "evil.example:7860", "127.0.0.1.evil.example", ""):
        assert open_.get("/photo/1", headers={"host": host}).status_code == 403, host


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    ],
)
def test_another_site_cannot_act_in_a_coachs_name(open_: TestClient, headers: dict[str, str]) -> None:
    assert open_.post("/lab/name", content="{}", headers=headers).status_code == 403


def test_another_site_cannot_show_a_photo(open_: TestClient) -> None:
    embedded = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert open_.get("/photo/1", headers=embedded).status_code == 403
    assert (
        open_.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code
        == 200
    )


def test_answers_forbid_what_no_page_of_ours_does(open_: TestClient) -> None:
    headers = open_.get("/photo/1").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"].startswith("private")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_photo_is_not_sent_again_while_it_is_the_same(open_: TestClient) -> None:
    first = open_.get("/photo/1?edge=320")
    again = open_.get("/photo/1?edge=320", headers={"if-none-match": first.headers["etag"]})
    assert (first.headers["content-type"], again.status_code, again.content) == ("image/webp", 304, b"")


def test_a_page_keeps_its_photos_as_long_as_they_are_what_it_was_told(lab: Lab, open_: TestClient) -> None:
    photo = lab.review.card(ANNA, 1).photo
    known = open_.get(f"/photo/1?kept={photo.sha256[:16]}.a-page").headers["cache-control"]
    assert known == "private, max-age=86400, immutable"
    # Another photo under the same number, a small one, or nothing known: it is asked for each time.
    for asked in (
        f"kept={'0' * 16}.a-page",
        "kept=",
        f"kept={photo.sha256[:8]}",
        f"edge=160&kept={photo.sha256[:16]}",
    ):
        assert open_.get(f"/photo/1?{asked}").headers["cache-control"] == "private, no-cache", asked


# --- sessions -------------------------------------------------------------------------------------


def test_a_session_survives_a_restart_but_not_another_password_or_a_month(tmp_path: Path) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    cookie = Sessions(session_secret(tmp_path, "a"), lambda: now).issue("Zoë 山田")
    again = session_secret(tmp_path, "a")
    assert Sessions(again, lambda: now + LASTS).read(cookie) == ("Zoë 山田", "")
    assert Sessions(again, lambda: now + LASTS + timedelta(hours=1)).read(cookie) is None
    assert Sessions(session_secret(tmp_path, "b"), lambda: now).read(cookie) is None
    assert (tmp_path / "session.key").stat().st_mode & 0o077 == 0
    shared = "one secret for every server"
    cookie = Sessions(session_secret(tmp_path, "a", shared=shared), lambda: now).issue("Zoë")
    elsewhere = Sessions(session_secret(tmp_path / "b", "a", shared=shared), lambda: now)
    assert elsewhere.read(cookie) == ("Zoë", "") and not (tmp_path / "b").exists()
    assert Sessions(session_secret(tmp_path, "b", shared=shared), lambda: now).read(cookie) is None
