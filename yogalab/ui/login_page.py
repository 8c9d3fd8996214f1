"""What is seen at the door: the login page and an invitation, without a script."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse

from yogalab.lab.names import LEAST_PASSWORD, LONGEST_PASSWORD
from yogalab.records import Invitation
from yogalab.words import language, say
from yogalab.words.languages import NAMES

LOGIN = "/login"
HUB = f"{LOGIN}/hub"
INVITE = "/invite/"


class DoorPages:
    """The pages of a door.

    hub: whether people can come by the Hub. visitors: whether anybody may look in without. window: the lab's
    own address where it may be seen inside another site's frame; the Hub's pages are never shown in one.
    """

    def __init__(self, *, hub: bool, visitors: bool, window: str = "") -> None:
        self._hub = hub
        self._visitors = visitors
        self._window = window

    def login(
        self, wanted: str, *, name: str = "", told: str = "", status: int = 200, framed: bool = False
    ) -> HTMLResponse:
        """The login page. wanted: where to go then, on this site. framed: shown inside another site."""
        hub = self._by_hub(
            f"{HUB}?{urlencode({'next': wanted})}",
            "login.hub",
            f"{LOGIN}?{urlencode({'next': wanted})}",
            framed,
        )
        form = _filled(
            "login_form.html",
            action=LOGIN,
            name_label=say("login.name"),
            name=name,
            password_label=say("login.password"),
            autocomplete="current-password",
            least="1",
            most=str(LONGEST_PASSWORD),
            wanted=wanted,
            # A keyboard that slides up would hide the first way in on a phone.
            focus="" if hub else " autofocus",
            go=say("login.go"),
        )
        visit = _link("/", "login.visit", "aside") if self._visitors else ""
        body = [_told(told), hub, _or() if hub else "", form, visit]
        lead = say("login.lead_hub" if self._hub else "login.lead")
        return _page(say("login.title"), lead, "".join(body), _languages(LOGIN, {"next": wanted}), status)

    def invitation(
        self,
        secret: str,
        invitation: Invitation,
        *,
        name: str = "",
        told: str = "",
        status: int = 200,
        framed: bool = False,
    ) -> HTMLResponse:
        """Where an invitation leads."""
        here = f"{INVITE}{quote(secret)}"
        hub = self._by_hub(f"{HUB}?{urlencode({'invitation': secret})}", "invite.hub", here, framed)
        form = _filled(
            "login_form.html",
            action=here,
            name_label=say("login.name"),
            name=name or invitation.name,
            password_label=say("invite.password", least=LEAST_PASSWORD),
            autocomplete="new-password",
            least=str(LEAST_PASSWORD),
            most=str(LONGEST_PASSWORD),
            wanted="/",
            focus="" if hub else " autofocus",
            go=say("invite.go"),
        )
        body = [_told(told), hub, _or() if hub else "", form]
        lead = say(f"invite.as.{invitation.role}")
        return _page(say("invite.title"), lead, "".join(body), _languages(here, {}), status)

    def closed(self, told: str, status: int) -> HTMLResponse:
        """An invitation that lets nobody in."""
        return _page(say("invite.title"), "", _told(told) + _link(LOGIN, "invite.login", "aside"), "", status)

    def _by_hub(self, there: str, code: str, here: str, framed: bool) -> str:
        if not self._hub:
            return ""
        if framed and self._window:
            return f"<p>{escape(say('login.window'))}</p>" + _link(
                f"{self._window}{here}", "login.window_go", "go", out=True
            )
        return _link(there, code, "go")


def _page(title: str, lead: str, body: str, languages: str, status: int) -> HTMLResponse:
    page = _template("login.html").substitute(
        title=escape(title),
        lead=f"<p>{escape(lead)}</p>" if lead else "",
        body=body,
        language=language(),
        languages=languages,
    )
    return HTMLResponse(page, status_code=status)


@cache
def _template(name: str) -> Template:
    return Template(files("yogalab.ui").joinpath("assets", name).read_text(encoding="utf-8"))


def _filled(template: str, **words: str) -> str:
    return _template(template).substitute({name: escape(word, quote=True) for name, word in words.items()})


def _told(words: str) -> str:
    return f'<p class="told" role="alert">{escape(words)}</p>' if words else ""


def _or() -> str:
    return f'<p class="or">{escape(say("login.or"))}</p>'


def _link(address: str, code: str, kind: str, *, out: bool = False) -> str:
    away = ' target="_blank" rel="noopener"' if out else ""
    return f'<a class="{kind}" href="{escape(address, quote=True)}"{away}>{escape(say(code))}</a>'


def _languages(here: str, more: Mapping[str, str]) -> str:
    """A link for each language, under its own name."""
    links = []
    for one, name in NAMES.items():
        current = ' aria-current="true"' if one == language() else ""
        address = escape(f"{here}?{urlencode({'language': one, **more})}", quote=True)
        links.append(f'<a href="{address}" lang="{one}" hreflang="{one}"{current}>{escape(name)}</a>')
    return f'<nav aria-label="{escape(say("shell.language"), quote=True)}">{"".join(links)}</nav>'
