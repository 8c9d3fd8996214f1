"""People who sign in to a lab without a browser, by the Hub or an invitation, each with their own session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import httpx
from starlette.responses import Response
from starlette.testclient import TestClient

from tests.oauth_server import Provider, environment
from yogalab.lab.house import HouseRules
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.settings import Settings
from yogalab.ui.hub_door import COOKIE as ERRAND
from yogalab.ui.sessions import COOKIE

HOST = "127.0.0.1:7860"
# Of everybody who is invited.
PASSWORD = "a password of my own"


def space(settings: Settings, provider: Provider, host: str = HOST, **more: str) -> Settings:
    """The settings as they are on a Space whose people the provider knows."""
    told = {"SYSTEM": "spaces", **environment(provider, host), **more}
    return replace(Settings.from_env(told), home=settings.home)


def rules_of(settings: Settings) -> HouseRules:
    """As wiring makes them."""
    return HouseRules(
        locked=settings.locked,
        owners=settings.owner_names,
        creator=settings.space_creator,
        signed_in=Role(settings.signed_in),
    )


def cookies_of(answer: httpx.Response | Response) -> dict[str, str]:
    """The cookies an answer sets, also those that are meant for https alone."""
    found: dict[str, str] = {}
    for line in answer.headers.get_list("set-cookie"):  # type: ignore[union-attr]
        found.update({name: one.value for name, one in SimpleCookie(line.replace("; Partitioned", "")).items()})
    return found


def header(cookies: Mapping[str, str]) -> dict[str, str]:
    return {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def by_invitation(client: TestClient, lab: Lab, role: Role, name: str) -> dict[str, str]:
    """Invite somebody to a locked lab, and let them in; returns the headers of their session."""
    _, secret = lab.invitations.invite(Coach(id="inviting", name="Inviting"), role)
    came = client.post(f"/invite/{secret}", data={"name": name, "password": PASSWORD}, follow_redirects=False)
    assert came.status_code == 303, came.text
    return header({COOKIE: cookies_of(came)[COOKIE]})


def set_out(client: TestClient, query: str = "") -> tuple[str, dict[str, str]]:
    """Go to the Hub and be sent back: the address to come back by, and the browser's cookies."""
    begun = client.get(f"/login/hub{query}")
    assert begun.status_code == 303
    there = httpx.get(begun.headers["location"])
    assert there.status_code == 302, there.text
    back = urlsplit(there.headers["location"])
    assert back.netloc == HOST
    return f"{back.path}?{back.query}", cookies_of(begun)


def come_back(client: TestClient, address: str, cookies: Mapping[str, str]) -> httpx.Response:
    """The browser arrives, from another site."""
    navigated = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    return client.get(address, headers=header(cookies) | navigated)  # type: ignore[return-value]


def by_hub(client: TestClient, query: str = "") -> dict[str, str]:
    """Sign in as the provider's user; returns the headers of the session."""
    arrived = come_back(client, *set_out(client, query))
    assert arrived.status_code == 303, arrived.text
    kept = cookies_of(arrived)
    assert kept[ERRAND] == ""
    return header({COOKIE: kept[COOKIE]})
