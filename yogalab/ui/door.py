"""The login page: a name, the password, and a little patience after wrong ones."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable
from datetime import datetime
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from yogalab.errors import BadCoachName
from yogalab.records import Coach
from yogalab.ui.sessions import COOKIE, LASTS, Sessions
from yogalab.words import say, sentence

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
            response = _form(_inside(request.query_params.get("next")))
        else:
            response = Response(status_code=405)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

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


def _inside(wanted: str | None) -> str:
    """Only a path of this site: "//elsewhere" and "/\\elsewhere" are addresses of other hosts."""
    if wanted and wanted.startswith("/") and wanted[1:2] not in {"/", "\\"} and wanted.isprintable():
        return wanted
    return "/"


def _form(wanted: str, *, name: str = "", told: str = "", status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        _PAGE.format(
            title=escape(say("login.title")),
            lead=escape(say("login.lead")),
            told=f'<p class="told" role="alert">{escape(told)}</p>' if told else "",
            name_label=escape(say("login.name")),
            password_label=escape(say("login.password")),
            go=escape(say("login.go")),
            name=escape(name, quote=True),
            wanted=escape(wanted, quote=True),
        ),
        status_code=status,
    )


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title><style>
:root {{ color-scheme: light dark; --paper:#f6f2ea; --card:#fffdf9; --ink:#25211b; --soft:#6a6257; --line:#d9d1c3;
  --accent:#1d6153; --on:#fff; --bad:#a3261b }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper:#191714; --card:#22201c; --ink:#f1ece3; --soft:#b3a99b;
  --line:#403b34; --accent:#7cc7b4; --on:#10201c; --bad:#ff9d90 }} }}
* {{ box-sizing: border-box }}
body {{ margin:0; min-height:100dvh; display:grid; place-items:center; padding:16px; background:var(--paper);
  color:var(--ink); font:16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }}
form {{ width:min(400px, 100%); background:var(--card); border:1px solid var(--line); border-radius:18px; padding:28px }}
h1 {{ margin:0 0 4px; font:600 30px/1.15 "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif }}
p {{ margin:0 0 18px; color:var(--soft) }} .told {{ color:var(--bad) }}
label {{ display:block; font-weight:600; margin:14px 0 6px }}
input {{ width:100%; min-height:46px; padding:8px 12px; font:inherit; color:inherit; background:var(--paper);
  border:1px solid var(--line); border-radius:10px }}
button {{ width:100%; min-height:48px; margin-top:22px; border:0; border-radius:10px; background:var(--accent);
  color:var(--on); font:inherit; font-weight:600; cursor:pointer }}
:focus-visible {{ outline:3px solid var(--accent); outline-offset:2px }}
</style></head><body><form method="post" action="/login">
<h1>YogaLab</h1><p>{lead}</p>{told}
<label for="name">{name_label}</label>
<input id="name" name="name" value="{name}" maxlength="40" autocomplete="name" required autofocus>
<label for="password">{password_label}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<input type="hidden" name="next" value="{wanted}"><button>{go}</button>
</form></body></html>
"""
