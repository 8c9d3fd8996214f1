"""Signing in with a password, by an invitation or not at all; what each role is answered, and until when."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.testclient import TestClient

from tests.fakes import AGREED, Studio, studio_lab
from tests.ui.signing_in import PASSWORD, by_invitation, cookies_of, header
from yogalab.lab.house import HouseRules
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.settings import Settings
from yogalab.ui.pages import build_app
from yogalab.ui.patience import WRONG_FOR_A_NAME, Patience
from yogalab.ui.sessions import COOKIE
from yogalab.ui.site import _now, build_site

LABS_PASSWORD = "nine lives of a cat"
OWNER = Coach(id="owner", name="Owner")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    studio = Studio()
    made, _ = studio_lab(tmp_path_factory.mktemp("lab"), studio=studio, rules=HouseRules(locked=True))
    made.photos.add(OWNER, [studio.draw("tree", 1)], consent=AGREED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), host="0.0.0.0", password=LABS_PASSWORD, visitors=True
    )
    site = build_site(build_app(lab, settings), lab, settings)
    return TestClient(site, follow_redirects=False)


def sign_in(client: TestClient, name: str, password: str) -> httpx.Response:
    # As a browser: it brings no cookie of somebody who signed in before.
    client.cookies.clear()
    return client.post("/login", data={"name": name, "password": password})  # type: ignore[return-value]


def ask(client: TestClient, session: dict[str, str], panel: str, name: str, **data: object) -> object:
    """Call a panel's server function; returns its answer, or the code of its refusal."""
    components = client.get("/config", headers=session).json()["components"]
    (number,) = (one["id"] for one in components if one["props"].get("elem_id") == f"yl-{panel}")
    body = {"component_id": number, "fn_name": name, "data": data}
    answer = client.post("/gradio_api/component_server", json=body, headers=session).json()
    return answer["ok"] if "ok" in answer else answer["code"]


def test_the_labs_password_makes_owners_and_ones_own_opens_ones_own_account(
    client: TestClient, lab: Lab
) -> None:
    owner = header({COOKIE: cookies_of(sign_in(client, "Anna", LABS_PASSWORD))[COOKIE]})
    by_invitation(client, lab, Role.VIEWER, "Vera")
    vera = header({COOKIE: cookies_of(sign_in(client, "vera", PASSWORD))[COOKIE]})
    state = ask(client, vera, "shell", "state")
    assert isinstance(state, dict)
    assert (state["coach"], state["role"], state["own_password"]) == ("Vera", "viewer", True)
    assert ask(client, owner, "shell", "state")["role"] == "owner"  # type: ignore[index]
    for name, password in {"Vera": LABS_PASSWORD, "Anna": PASSWORD, "nobody": PASSWORD, "": PASSWORD}.items():
        refused = sign_in(client, name, password)
        assert (refused.status_code in {400, 401}, COOKIE in cookies_of(refused)) == (True, False), name
    # Whoever has signed in has the name of their account.
    renamed = client.post("/lab/name", json={"name": "Anna"}, headers=vera)
    assert (renamed.status_code, COOKIE in cookies_of(renamed)) == (409, False)


def test_a_role_that_changes_bites_at_the_next_request_and_a_removed_coachs_cookie_ends(
    client: TestClient, lab: Lab
) -> None:
    ben = by_invitation(client, lab, Role.COACH, "Ben")
    person = lab.people.find(OWNER, "Ben")
    assert ask(client, ben, "shell", "people") == "people.not_allowed"
    label = {"lab": lab.mark, "entries": []}
    assert ask(client, ben, "review", "answers", **label) == {"results": []}
    lab.people.set_role(OWNER, person.id, Role.OWNER)
    assert isinstance(ask(client, ben, "shell", "people"), dict)
    lab.people.set_role(OWNER, person.id, Role.VISITOR)
    assert client.get("/photo/1", headers=ben).status_code == 403
    lab.people.remove(OWNER, person.id)
    # What they meant to do is not done in a visitor's name; a page that they open is a visitor's.
    gone = client.post("/lab/name", json={"name": "x"}, headers=ben)
    assert (gone.status_code, gone.json()["code"]) == (401, "people.sign_in")
    opened = client.get("/", headers=ben | {"accept": "text/html"})
    assert (opened.status_code, cookies_of(opened)[COOKIE]) == (200, "")


def test_an_invitation_is_looked_at_by_anybody_and_used_by_one(client: TestClient, lab: Lab) -> None:
    _, secret = lab.invitations.invite(OWNER, Role.COACH, name="Cleo")
    for _ in range(3):
        page = client.get(f"/invite/{secret}", headers={"accept-language": "de"})
        assert (page.status_code, 'value="Cleo"' in page.text, "Du bist als Coach" in page.text) == (
            200,
            True,
            True,
        )
    for wrong in ({"name": "Cleo", "password": "short"}, {"name": "Owner\t\x00", "password": PASSWORD}):
        refused = client.post(f"/invite/{secret}", data=wrong)
        assert (refused.status_code, COOKIE in cookies_of(refused)) == (400, False)
    came = client.post(f"/invite/{secret}", data={"name": "Cleo", "password": PASSWORD})
    assert (came.status_code, came.headers["location"]) == (303, "/")
    for method in (client.get, client.post):
        again = method(f"/invite/{secret}")
        assert (again.status_code, COOKIE in cookies_of(again)) == (410, False)
    assert client.post(f"/invite/{secret}", data={"name": "Dora", "password": PASSWORD}).status_code == 410
    assert client.get("/invite/made-up").status_code == 410
    assert client.get("/invite/a/b").status_code in {403, 404}


def test_another_password_keeps_this_device_and_ends_the_others(client: TestClient, lab: Lab) -> None:
    here = by_invitation(client, lab, Role.COACH, "Dana")
    other = header({COOKIE: cookies_of(sign_in(client, "Dana", PASSWORD))[COOKIE]})
    client.cookies.clear()
    wrong = client.post("/lab/password", json={"old": "x", "new": "another good one"}, headers=here)
    assert (wrong.status_code, "belong together" in wrong.json()["error"]) == (409, True)
    for odd in (b"", b"[]", b"{", b'{"old": 1}'):
        assert client.post("/lab/password", content=odd, headers=here).status_code == 409
    done = client.post("/lab/password", json={"old": PASSWORD, "new": "another good one"}, headers=here)
    fresh = header({COOKIE: cookies_of(done)[COOKIE]})
    client.cookies.clear()
    asked = [client.get("/photo/1", headers=session).status_code for session in (fresh, here, other)]
    assert asked == [200, 403, 403]
    assert client.post("/lab/password", json={"old": "x", "new": "y"}).status_code == 409


def test_a_visitor_tries_the_classifier_and_sees_nobodys_photo(client: TestClient) -> None:
    client.cookies.clear()
    assert client.get("/", headers={"accept": "text/html"}).status_code == 200
    looked = client.post("/lab/look?name=x.png", content=Studio().draw("boat", 2).data)
    assert (looked.status_code, len(looked.json()["ranked"])) == (200, 5)
    assert client.get("/lab/poses.json").json()["poses"]
    refused = ("/photo/1", "/photo/1?edge=160", "/lab/lab.zip", "/lab/versions/1.zip")
    assert [client.get(path).status_code for path in refused] == [403] * len(refused)
    tabs = [one["props"] for one in client.get("/config").json()["components"] if one["type"] == "tabitem"]
    assert [tab["id"] for tab in tabs if tab["visible"]] == ["live"]
    state = ask(client, {}, "shell", "state")
    assert isinstance(state, dict)
    assert (state["role"], state["anybody"], state["coaches"]) == ("visitor", True, [])
    asked = (("photos", "filters"), ("review", "queue"), ("models", "state"), ("shell", "people"))
    assert [ask(client, {}, *one) for one in asked] == ["people.not_allowed"] * len(asked)


def test_patience_is_kept_for_a_name_from_everywhere_and_for_a_line_with_many_addresses() -> None:
    patience = Patience(_now)
    for number in range(WRONG_FOR_A_NAME):
        assert not patience.exhausted("198.51.100.7", "anna")
        patience.wrong(f"203.0.113.{number}", "Anna")
    assert patience.exhausted("198.51.100.7", "ANNA")
    assert not patience.exhausted("198.51.100.7", "ben")
    for number in range(8):
        entry = patience.wrong(f"2001:db8::{number:x}", f"n{number}")
    assert patience.exhausted("2001:db8::ffff", "dora")
    patience.right(entry)
    assert not patience.exhausted("2001:db8::ffff", "dora")
    assert not patience.exhausted("2001:db8:1::1", "dora")
