"""The gate in front of everything that is served: who may pass, and from which page they may ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yogalab.errors import BadCoachName, TokenUnknown, YogaLabError
from yogalab.lab.people import PeopleDesk
from yogalab.records import Coach, Role
from yogalab.ui.cookies import cookie_of
from yogalab.ui.door import Door, drop_session
from yogalab.ui.language import wanted
from yogalab.ui.login_page import LOGIN
from yogalab.ui.sessions import ANYBODY, BY_TOKEN, COOKIE, SCOPE_KEY, Sessions, token_of
from yogalab.ui.spoken import visiting
from yogalab.words import say, sentence, speaking

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
READING = frozenset({"GET", "HEAD"})
_LOOKED_UP_AT_ONCE = 8

# Gradio evaluates its templates and styles in the page; nothing may come from, or go to, another host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'{frames}"
)


class Gate:
    """ASGI middleware around the whole site.

    locked: nothing but the door answers somebody without a session, unless visitors may look in: what they may
    do is then asked of their role, as for everybody. Who has a session is looked up with every request: a role
    that was changed holds from the next one on. Else (this machine only) everybody is an owner, but only under
    a name of this machine and never on behalf of another site.
    A program shows its access token with every request, and is whoever made the token.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        door: Door | None,
        sessions: Sessions,
        people: PeopleDesk,
        bearer: Callable[[str], Coach],
        visitors: bool = False,
        on_space: bool = False,
    ) -> None:
        self._app = app
        self._door = door
        self._sessions = sessions
        self._people = people
        self._bearer = bearer
        self._locked = door is not None
        self._visitors = visitors
        self._on_space = on_space
        # So that looking somebody up never waits for the work of others.
        self._room = CapacityLimiter(_LOOKED_UP_AT_ONCE)
        self._coaches: dict[str, Coach] = {}
        self._policy = _POLICY.format(frames=" https://huggingface.co https://*.hf.space" if on_space else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with speaking(wanted(headers)):
            await self._answer(scope, headers, receive, self._hardened(send))

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if not self._own_host(headers) or not _own_page(scope, headers):
            await self._refuse(scope, receive, send, 403)
            return
        token = token_of(headers)
        if token:
            await self._answer_program(token, scope, receive, send)
            return
        if self._door is not None and scope["type"] == "http" and self._door.opens(scope["path"]):
            await self._door(scope, receive, send)
            return
        try:
            coach = await self._coach(scope, headers)
        except YogaLabError as error:
            await self._refuse(scope, receive, send, 503, error.code, sentence(error))
            return
        if coach is None:
            await self._refuse(scope, receive, send, 401)
            return
        scope[SCOPE_KEY] = coach
        if coach is ANYBODY and cookie_of(headers, COOKIE):
            # A session that is over: what this page asks for next is asked by a visitor.
            send = self._forgetting(send)
        with visiting(coach.role is Role.VISITOR):
            await self._app(scope, receive, send)

    async def _answer_program(self, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            coach = await run_in_threadpool(self._bearer, token)
        except TokenUnknown as error:
            # Nobody else either: a program whose token is gone must not act as whoever sits at this machine.
            await self._refuse(scope, receive, send, 401, error.code)
            return
        scope[SCOPE_KEY], scope[BY_TOKEN] = coach, True
        await self._app(scope, receive, send)

    # --- who --------------------------------------------------------------------------------------

    async def _coach(self, scope: Scope, headers: Headers) -> Coach | None:
        cookie = cookie_of(headers, COOKIE)
        session = self._sessions.read(cookie)
        if not self._locked:
            return self._at_this_machine(session.who if session else say("people.nameless"))
        if session is not None:
            coach = await to_thread.run_sync(self._people.known, session.who, session.mark, limiter=self._room)
            if coach is not None:
                return coach
        # Somebody whose session is over is told so: what they meant to do is not done in a visitor's name.
        lapsed = bool(cookie) and scope.get("method") not in READING
        return ANYBODY if self._visitors and not lapsed else None

    def _at_this_machine(self, name: str) -> Coach | None:
        if name not in self._coaches:
            try:
                self._coaches[name] = self._people.enter(name)
            except BadCoachName:
                return None
        return self._coaches[name]

    # --- from where -------------------------------------------------------------------------------

    def _own_host(self, headers: Headers) -> bool:
        """Without a password only names of this machine are answered: a page elsewhere that makes its own
        name point here (DNS rebinding) is not."""
        return self._locked or _hostname(headers.get("host", "")) in LOOPBACK_NAMES

    async def _refuse(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        status: int,
        code: str | None = None,
        told: str | None = None,
    ) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        response: Response
        if (
            status == 401
            and code is None
            and scope["method"] in READING
            and "text/html" in Headers(scope=scope).get("accept", "")
        ):
            inside = quote(scope["path"] or "/", safe="/")
            response = RedirectResponse(f"{LOGIN}?next={inside}", status_code=303)
        else:
            code = code or ("people.sign_in" if status == 401 else "people.foreign")
            response = JSONResponse({"error": told or say(code), "code": code}, status_code=status)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    def _forgetting(self, send: Send) -> Send:
        dropped = Response()
        drop_session(dropped, on_space=self._on_space)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookies = [one for one in dropped.raw_headers if one[0] == b"set-cookie"]
                message = {**message, "headers": [*message.get("headers", []), *cookies]}
            await send(message)

        return sending

    def _hardened(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Content-Security-Policy"] = self._policy
                headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
            await send(message)

        return sending


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _own_page(scope: Scope, headers: Headers) -> bool:
    """Whether a request comes from our own pages, or from nobody's (a typed address, a program)."""
    site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
    method = scope.get("method", "GET")
    if site in {"cross-site", "same-site"} and not (mode == "navigate" and method in READING):
        return False
    origin = headers.get("origin")
    if origin is None or (method in READING and scope["type"] == "http" and mode != "cors"):
        return True
    hosts = {headers.get("host"), headers.get("x-forwarded-host")}
    try:
        return urlsplit(origin).netloc in hosts
    except ValueError:
        # No page of anybody's is at such an address.
        return False


def problem(error: str, status: int, *, code: str = "") -> Response:
    """A refusal as JSON, the sentence under "error". code: the same in every language, for programs."""
    told = {"error": error, **({"code": code} if code else {})}
    return Response(json.dumps(told), status_code=status, media_type="application/json")
