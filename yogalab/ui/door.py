"""The door of a lab that is not on this machine alone: passwords, the Hub, invitations."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from yogalab.errors import InvitationExpired, InvitationUnknown, InvitationUsed, WrongPassword, YogaLabError
from yogalab.lab.lab import Lab
from yogalab.records import Account
from yogalab.settings import Settings
from yogalab.ui.cookies import drop_cookie, put_cookie
from yogalab.ui.hub_door import HubDoor, NotLetIn
from yogalab.ui.language import set_language
from yogalab.ui.login_page import HUB, INVITE, LOGIN, DoorPages
from yogalab.ui.patience import Patience
from yogalab.ui.sessions import COOKIE, LASTS, Sessions
from yogalab.words import language, say, sentence, speaking

# Where the Hub sends browsers back to.
BACK: Final = f"{LOGIN}/callback"
_LONGEST_FORM: Final = 4096
_READING: Final = frozenset({"GET", "HEAD"})
_CLOSED: Final = (InvitationExpired, InvitationUnknown, InvitationUsed)


class Door:
    """ASGI, for the addresses that it `opens`. Whoever comes in gets a session; nobody is sent to another site
    but the Hub's own page.

    hub: None where nobody comes by the Hub. patience: with wrong passwords.
    """

    def __init__(
        self, lab: Lab, settings: Settings, sessions: Sessions, patience: Patience, hub: HubDoor | None
    ) -> None:
        self._lab = lab
        self._password = (settings.password or "").encode()
        self._on_space = settings.on_space
        self._sessions = sessions
        self._patience = patience
        self._hub = hub
        window = f"https://{settings.space_host}" if settings.on_space and settings.space_host else ""
        self._pages = DoorPages(hub=hub is not None, visitors=settings.visitors, window=window)

    def opens(self, path: str) -> bool:
        """Whether an address is the door's, and answered before anybody has signed in."""
        path = path.rstrip("/")
        if path == LOGIN:
            return True
        if path in {HUB, BACK}:
            return self._hub is not None
        return path.startswith(INVITE) and "/" not in path.removeprefix(INVITE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        with speaking(request.query_params.get("language", language())):
            response = await self._answer(request)
            if "language" in request.query_params:
                # A language that was picked on the page is kept.
                set_language(response, request.query_params["language"], on_space=self._on_space)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path, reading = request.url.path.rstrip("/"), request.method in _READING
        if not reading and (request.method != "POST" or path in {HUB, BACK}):
            return Response(status_code=405)
        if not reading and int(request.headers.get("content-length") or _LONGEST_FORM + 1) > _LONGEST_FORM:
            return Response(status_code=413)
        if path.startswith(INVITE):
            return await self._invited(request, path.removeprefix(INVITE), reading)
        if path == HUB:
            return await self._to_hub(request)
        if path == BACK:
            return await self._from_hub(request)
        if reading:
            query = request.query_params
            wanted, name = inside(query.get("next")), query.get("name", "")
            return self._pages.login(wanted, name=name, framed=_framed(request))
        return await self._sign_in(request)

    # --- by a password ---------------------------------------------------------------------------------

    async def _sign_in(self, request: Request) -> Response:
        form = await _form(request)
        wanted, name, framed = inside(form["next"]), form["name"], _framed(request)
        address = self._address(request)
        if self._patience.exhausted(address, name):
            return self._pages.login("/", told=say("login.wait"), status=429, framed=framed)
        entry = self._patience.wrong(address, name)
        try:
            account = await run_in_threadpool(self._known, name, form["password"])
        except WrongPassword:
            return self._pages.login(wanted, name=name, told=say("login.wrong"), status=401, framed=framed)
        except YogaLabError as error:
            self._patience.right(entry)
            return self._pages.login(wanted, name=name, told=sentence(error), status=400, framed=framed)
        self._patience.right(entry)
        return self._come_in(account, wanted)

    def _known(self, name: str, password: str) -> Account:
        if self._password and hmac.compare_digest(password.encode(), self._password):
            return self._lab.entrance.by_lab(name)
        return self._lab.entrance.by_own(name, password)

    # --- by an invitation ------------------------------------------------------------------------------

    async def _invited(self, request: Request, secret: str, reading: bool) -> Response:
        try:
            invitation = await run_in_threadpool(self._lab.invitations.look, secret)
        except _CLOSED as error:
            return self._pages.closed(sentence(error), 410)
        framed = _framed(request)
        if reading:
            # A link is looked at by more than people, such as programs that show what it leads to: that uses
            # nothing up.
            return self._pages.invitation(secret, invitation, framed=framed)
        form = await _form(request)
        name = form["name"]
        try:
            account = await run_in_threadpool(self._lab.invitations.accept, secret, name, form["password"])
        except _CLOSED as error:
            return self._pages.closed(sentence(error), 410)
        except YogaLabError as error:
            told = sentence(error)
            return self._pages.invitation(secret, invitation, name=name, told=told, status=400, framed=framed)
        return self._come_in(account, "/")

    # --- by the Hub ------------------------------------------------------------------------------------

    async def _to_hub(self, request: Request) -> Response:
        assert self._hub is not None
        query = request.query_params
        wanted = inside(query.get("next"))
        try:
            return await self._hub.set_out(wanted=wanted, invitation=query.get("invitation", ""))
        except NotLetIn as told:
            return self._pages.login(wanted, told=str(told), status=502)

    async def _from_hub(self, request: Request) -> Response:
        assert self._hub is not None
        response: Response
        try:
            account, wanted = await self._hub.come_back(request)
            response = self._come_in(account, inside(wanted))
        except NotLetIn as told:
            response = self._pages.login("/", told=str(told), status=400)
        self._hub.end(response)
        return response

    # --- in ----------------------------------------------------------------------------------------------

    def _come_in(self, account: Account, wanted: str) -> Response:
        response = RedirectResponse(wanted, status_code=303)
        set_session(response, self._sessions.issue(account.id, account.mark), on_space=self._on_space)
        return response

    def _address(self, request: Request) -> str:
        # On a Space the connection is the proxy's; the last entry is the one the proxy itself has written.
        if self._on_space:
            return request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
        return request.client.host if request.client else ""


def set_session(response: Response, value: str, *, on_space: bool) -> None:
    """Put the session into a cookie no script can read."""
    put_cookie(response, COOKIE, value, seconds=int(LASTS.total_seconds()), on_space=on_space)


def drop_session(response: Response, *, on_space: bool) -> None:
    """Take the session's cookie away."""
    drop_cookie(response, COOKIE, on_space=on_space)


def inside(wanted: str | None) -> str:
    """Only a path of this site: "//elsewhere" and "/\\elsewhere" are addresses of other hosts."""
    if wanted and wanted.startswith("/") and wanted[1:2] not in {"/", "\\"} and wanted.isprintable():
        return wanted
    return "/"


async def _form(request: Request) -> Mapping[str, str]:
    try:
        given = await request.form(max_files=0)
    except MultiPartException:
        given = FormData()
    return {name: str(given.get(name) or "") for name in ("name", "password", "next")}


def _framed(request: Request) -> bool:
    """Whether the page is asked for by a frame, as browsers say themselves."""
    return request.headers.get("sec-fetch-dest") in {"iframe", "frame"}
