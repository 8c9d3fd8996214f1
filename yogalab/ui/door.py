"""The login page: a name, the password, and a little patience after wrong ones."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from yogalab.errors import BadCoachName
from yogalab.records import Coach
from yogalab.ui.language import set_language
from yogalab.ui.sessions import COOKIE, LASTS, Sessions
from yogalab.words import language, say, sentence, speaking
from yogalab.words.languages import NAMES

WRONG_BEFORE_PAUSE = 8
PAUSE_SECONDS = 300.0
# From all addresses together: somebody with many of them is no faster than this.
WRONG_FROM_ALL = 200
LONGEST_FORM = 4096


class Patience:
    """Counts wrong passwords by address; after a few it asks to wait."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._wrong: deque[tuple[float, str]] = deque(maxlen=10_000)

    def exhausted(self, address: str) -> bool:
        """Whether this address, or all together, had too many wrong tries lately."""
        since = self._now().timestamp() - PAUSE_SECONDS
        while self._wrong and self._wrong[0][0] < since:
            self._wrong.popleft()
        mine = sum(other == address for _, other in self._wrong)
        return mine >= WRONG_BEFORE_PAUSE or len(self._wrong) >= WRONG_FROM_ALL

    def wrong(self, address: str) -> None:
        self._wrong.append((self._now().timestamp(), address))


class Door:
    """ASGI: GET shows the form, POST opens."""

    def __init__(
        self,
        *,
        password: str,
        sessions: Sessions,
        enter: Callable[[str], Coach],
        patience: Patience,
        on_space: bool = False,
    ) -> None:
        self._password = password.encode()
        self._sessions = sessions
        self._enter = enter
        self._patience = patience
        self._on_space = on_space

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method == "POST":
            response = await self._opened(request)
        elif request.method in {"GET", "HEAD"}:
            response = self._shown(request)
        else:
            response = Response(status_code=405)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    def _shown(self, request: Request) -> Response:
        """The form; a language that was picked on it is kept."""
        chosen = request.query_params.get("language", language())
        with speaking(chosen):
            response = _form(_inside(request.query_params.get("next")))
        if "language" in request.query_params:
            set_language(response, chosen, on_space=self._on_space)
        return response

    async def _opened(self, request: Request) -> Response:
        if int(request.headers.get("content-length") or LONGEST_FORM + 1) > LONGEST_FORM:
            return Response(status_code=413)
        address = self._address(request)
        if self._patience.exhausted(address):
            return _form("/", told=say("login.wait"), status=429)
        form = await request.form(max_files=0)
        wanted = _inside(str(form.get("next") or "/"))
        name, password = str(form.get("name") or ""), str(form.get("password") or "")
        if not hmac.compare_digest(password.encode(), self._password):
            self._patience.wrong(address)
            return _form(wanted, name=name, told=say("login.wrong"), status=401)
        try:
            coach = self._enter(name)
        except BadCoachName as error:
            return _form(wanted, name=name, told=sentence(error), status=400)
        response = RedirectResponse(wanted, status_code=303)
        set_session(response, self._sessions.issue(coach.name), on_space=self._on_space)
        return response

    def _address(self, request: Request) -> str:
        # On a Space the connection is the proxy's; the last entry is the one the proxy itself has written.
        if self._on_space:
            return request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
        return request.client.host if request.client else ""


def set_session(response: Response, value: str, *, on_space: bool) -> None:
    """Put the session into a cookie no script can read."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        # A Space is shown inside a frame of another site, where a browser sends no other cookie.
        secure=on_space,
        samesite="none" if on_space else "lax",
    )


def drop_session(response: Response, *, on_space: bool) -> None:
    """Take the session's cookie away; a browser only forgets one that is named with the same rules."""
    response.delete_cookie(COOKIE, httponly=True, secure=on_space, samesite="none" if on_space else "lax")


def _inside(wanted: str | None) -> str:
    """Only a path of this site: "//elsewhere" and "/\\elsewhere" are addresses of other hosts."""
    if wanted and wanted.startswith("/") and wanted[1:2] not in {"/", "\\"} and wanted.isprintable():
        return wanted
    return "/"


@cache
def _page() -> Template:
    return Template(files("yogalab.ui").joinpath("assets", "login.html").read_text(encoding="utf-8"))


def _form(wanted: str, *, name: str = "", told: str = "", status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        _page().substitute(
            title=escape(say("login.title")),
            lead=escape(say("login.lead")),
            told=f'<p class="told" role="alert">{escape(told)}</p>' if told else "",
            name_label=escape(say("login.name")),
            password_label=escape(say("login.password")),
            go=escape(say("login.go")),
            name=escape(name, quote=True),
            wanted=escape(wanted, quote=True),
            language=language(),
            languages=_languages(wanted),
        ),
        status_code=status,
    )


def _languages(wanted: str) -> str:
    """A link for each language, under its own name."""
    links = []
    for one, name in NAMES.items():
        current = ' aria-current="true"' if one == language() else ""
        address = f"/login?language={one}&amp;next={quote(wanted)}"
        links.append(f'<a href="{address}" lang="{one}" hreflang="{one}"{current}>{escape(name)}</a>')
    return f'<nav aria-label="{escape(say("shell.language"), quote=True)}">{"".join(links)}</nav>'
