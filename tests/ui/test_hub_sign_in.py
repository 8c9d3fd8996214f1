"""Signing in by the Hub: the whole way there and back, and everybody who must not get in by it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.fakes import AGREED, Studio, studio_lab
from tests.oauth_server import CLIENT, SECRET, Provider, User, provider
from tests.ui.signing_in import HOST, by_hub, come_back, cookies_of, header, rules_of, set_out, space
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.settings import Settings
from yogalab.ui.openid import Errand, OpenIdProvider, ProviderAway, ProviderRefused
from yogalab.ui.pages import build_app
from yogalab.ui.sessions import COOKIE
from yogalab.ui.site import build_site
from yogalab.words import say

AUTHOR, EVE, IDA = User("sub-1", "anna"), User("sub-2", "eve"), User("sub-3", "ida")
OWNER = Coach(id="owner", name="Owner")


class Space:
    def __init__(self, home: Path, provider: Provider, **more: str) -> None:
        settings = space(Settings(home=home), provider, SPACE_AUTHOR_NAME="Anna", **more)
        studio = Studio()
        self.provider = provider
        self.lab: Lab = studio_lab(home / "lab", studio=studio, rules=rules_of(settings))[0]
        self.lab.photos.add(OWNER, [studio.draw("tree", 1)], consent=AGREED)
        site = build_site(build_app(self.lab, settings), self.lab, settings)
        self.client = TestClient(site, base_url=f"http://{HOST}", follow_redirects=False)
        self.home = home

    def role(self, session: dict[str, str]) -> str:
        """What the strip says of whoever has the session."""
        names = {"visitor": "Visitor"}
        photo = self.client.get("/photo/1", headers=session).status_code
        pack = self.client.get("/lab/lab.zip", headers=session).status_code
        return {(403, 403): names["visitor"], (200, 403): "Viewer", (200, 200): "Owner"}.get((photo, pack), "?")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    with provider(AUTHOR) as made:
        one = Space(tmp_path_factory.mktemp("space"), made)
        yield one
        one.lab.close()


@pytest.fixture(autouse=True)
def _in_order(here: Space) -> Iterator[None]:
    here.provider.fault, here.provider.user = "", AUTHOR
    yield
    here.client.cookies.clear()


def test_the_author_is_an_owner_and_a_stranger_a_visitor_who_waits(here: Space) -> None:
    assert here.role(by_hub(here.client)) == "Owner"
    here.provider.user = EVE
    session = by_hub(here.client)
    assert here.role(session) == "Visitor"
    # Who and what they are called: nothing else was asked for.
    assert set(here.provider.scopes) == {"openid profile"}
    (eve,) = [one for one in here.lab.people.list(OWNER) if one.name == "eve"]
    assert eve.waiting
    here.lab.people.set_role(OWNER, eve.id, Role.VIEWER)
    assert here.role(session) == "Viewer"
    here.lab.people.remove(OWNER, eve.id)
    assert here.client.post("/lab/leave", headers=session).status_code == 401


def test_an_invitation_makes_somebody_of_the_hub_a_viewer(here: Space) -> None:
    here.provider.user = IDA
    _, secret = here.lab.invitations.invite(OWNER, Role.VIEWER)
    assert say("invite.hub") in here.client.get(f"/invite/{secret}").text
    assert here.role(by_hub(here.client, f"?invitation={secret}")) == "Viewer"
    arrived = come_back(here.client, *set_out(here.client, f"?invitation={secret}"))
    assert (arrived.status_code, COOKIE in cookies_of(arrived)) == (400, False)
    assert "has been used" in arrived.text


def test_the_way_leads_back_to_where_somebody_wanted_and_never_to_another_site(here: Space) -> None:
    for wanted, led in {"/photo/1": "/photo/1", "//evil.example": "/", "https://evil.example/": "/"}.items():
        arrived = come_back(here.client, *set_out(here.client, f"?next={wanted}"))
        assert (arrived.status_code, arrived.headers["location"]) == (303, led)


def test_only_the_browser_that_set_out_comes_in_and_only_once(here: Space) -> None:
    address, cookies = set_out(here.client)
    other, _ = set_out(here.client)
    tries = {
        "no cookie": (address, {}),
        "another's way back": (other, cookies),
        "another state": (address.replace("state=", "state=x"), cookies),
        "no state": ("/login/callback?code=x", cookies),
        "a cookie that was changed": (address, {name: f"{value}x" for name, value in cookies.items()}),
    }
    for how, (back, brought) in tries.items():
        arrived = come_back(here.client, back, brought)
        assert (arrived.status_code, COOKIE in cookies_of(arrived)) == (400, False), how
        assert say("login.hub_again").partition(",")[0] in arrived.text, how
    assert come_back(here.client, address, cookies).status_code == 303
    again = come_back(here.client, address, cookies)
    assert (again.status_code, COOKIE in cookies_of(again)) == (400, False)
    assert here.client.get("/login/callback?code=made-up", headers=header(cookies)).status_code == 400


def test_a_code_without_what_it_was_asked_for_with_is_worth_nothing(here: Space) -> None:
    """A code that somebody overheard, brought by a browser with an errand of its own."""
    heard, _ = set_out(here.client)
    own, cookies = set_out(here.client)
    code = heard.partition("code=")[2].partition("&")[0]
    mine = own.partition("code=")[2].partition("&")[0]
    arrived = come_back(here.client, own.replace(mine, code), cookies)
    assert (arrived.status_code, COOKIE in cookies_of(arrived)) == (400, False)


@pytest.mark.parametrize(
    "fault",
    [
        *("other_issuer", "other_audience", "other_nonce", "other_key", "shared_secret", "unsigned"),
        *("expired", "other_subject"),
    ],
)
def test_an_identity_that_is_not_right_lets_nobody_in(here: Space, fault: str) -> None:
    address, cookies = set_out(here.client)
    here.provider.fault = fault
    arrived = come_back(here.client, address, cookies)
    assert (arrived.status_code, COOKIE in cookies_of(arrived)) == (400, False)
    assert "could not be trusted" in arrived.text


def test_a_name_that_only_the_profile_has_and_a_new_key_are_fine(here: Space) -> None:
    here.provider.fault = "nameless"
    here.provider.new_key()
    assert here.role(by_hub(here.client)) == "Owner"


def test_a_no_and_a_hub_that_is_away_are_told(here: Space) -> None:
    here.provider.fault = "declined"
    assert "was not allowed" in come_back(here.client, *set_out(here.client)).text
    here.provider.fault = ""
    address, cookies = set_out(here.client)
    here.provider.fault = "away"
    # The token is asked for by POST, which this fault leaves alone: the keys are not.
    here.provider.new_key()
    assert "does not answer" in come_back(here.client, address, cookies).text


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [("away", ProviderAway), ("elsewhere", ProviderRefused), ("not_json", ProviderRefused)],
)
def test_nobody_is_sent_to_a_provider_that_is_not_as_it_should_be(
    here: Space, fault: str, trouble: type[Exception]
) -> None:
    here.provider.fault = fault
    fresh = OpenIdProvider(address=here.provider.address, client=CLIENT, secret=SECRET, redirect="http://x/y")
    with pytest.raises(trouble):
        asyncio.run(fresh.way_there(Errand()))


def test_what_the_hub_gave_is_in_no_file_and_no_log(here: Space, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        by_hub(here.client)
        address, cookies = set_out(here.client)
        here.provider.fault = "other_nonce"
        come_back(here.client, address, cookies)
    planted = [*here.provider.tokens, SECRET]
    assert len(planted) >= 5
    kept = b"".join(file.read_bytes() for file in here.home.rglob("*") if file.is_file())
    assert b"sub-1" in kept
    assert [one for one in planted if one.encode() in kept or one in caplog.text] == []


def test_a_sign_in_works_inside_a_frame_or_says_where_it_does(here: Space) -> None:
    framed = here.client.get("/login", headers={"sec-fetch-dest": "iframe"}).text
    assert f'href="https://{HOST}/login?next=%2F" target="_blank"' in framed
    assert "/login/hub" not in framed
    arrived = come_back(here.client, *set_out(here.client))
    (kept,) = [line for line in arrived.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}=")]
    assert {"Secure", "HttpOnly", "SameSite=none", "Partitioned"} <= set(kept.split("; "))


def test_viewers_only_where_the_lab_says_so_and_nobody_looks_in_where_it_does_not(tmp_path: Path) -> None:
    with provider(EVE) as made:
        there = Space(
            tmp_path, made, YOGALAB_SIGNED_IN="viewer", YOGALAB_VISITORS="0", YOGALAB_OWNERS="ida, ben"
        )
        assert there.role(by_hub(there.client)) == "Viewer"
        made.user = IDA
        assert there.role(by_hub(there.client)) == "Owner"
        assert there.client.get("/", headers={"accept": "text/html"}).status_code == 303
        there.lab.close()
