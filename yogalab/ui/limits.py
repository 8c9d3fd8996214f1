"""How much one request may bring, and how many may come in a while from one person or address."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yogalab.errors import TooOften
from yogalab.lab.pace import LOOKS, Allowance, Pace
from yogalab.records import Coach, Role
from yogalab.ui import panel_route
from yogalab.ui.gate import problem
from yogalab.ui.live import LARGEST_PICTURE
from yogalab.ui.patience import neighbourhood
from yogalab.ui.sessions import SCOPE_KEY
from yogalab.ui.upload import LARGEST_UPLOAD
from yogalab.words import say, sentence

_MB: Final = 2**20
# Written in base64 a picture is a third larger, and a form or an envelope around it costs a little more.
_PICTURE: Final = LARGEST_PICTURE * 4 // 3 + _MB
_SIZES: Final[Sequence[tuple[re.Pattern[str], int]]] = (
    (re.compile(r"/lab/photos|/api/v\d+/photos"), LARGEST_UPLOAD),
    (re.compile(r"/lab/look|/api/v\d+/predict|/gradio_api/mcp/?.*"), _PICTURE),
    (re.compile(rf"{panel_route.PATH}/?"), panel_route.MOST_BYTES),
    (re.compile(r"/lab/live"), 2 * _MB),
)
_LOOKING: Final = re.compile(r"/lab/look|/api/v\d+/predict")
# Names and choices.
_ELSEWHERE: Final = 64 * 1024

# A coach who labels one photo a second asks some five times a second, and a page that was offline sends all it
# has at once; a program may be quicker. Beyond that one of them would take the machine from all others.
OF_PEOPLE: Final = Allowance(at_once=2000, seconds=1 / 200)
# A page costs some eighty requests and a camera fifteen a second. Behind one address may be a whole studio.
OF_AN_ADDRESS: Final = Allowance(at_once=600, seconds=1 / 40)


class Limits:
    """ASGI, behind the gate: 413 for what is too large however it was announced, 429 for what comes too often.

    on_space: the last hop is the Space's proxy.
    """

    def __init__(self, site: ASGIApp, *, pace: Pace, on_space: bool = False) -> None:
        self._site = site
        self._pace = pace
        self._on_space = on_space

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._site(scope, receive, send)
            return
        wait = self._wait(scope)
        if wait > 0:
            await too_often(TooOften(seconds=math.ceil(wait)))(scope, receive, send)
            return
        most = size_of(scope["path"])
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and (len(announced) > 15 or int(announced) > most):
            await _too_large(most)(scope, receive, send)
        else:
            await self._measured(most, scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        who = scope.get(SCOPE_KEY)
        if isinstance(who, Coach) and who.role is not Role.VISITOR:
            return self._pace.waiting("ask", who.id, OF_PEOPLE)
        address = neighbourhood(address_of(scope, on_space=self._on_space))
        wait = self._pace.waiting("look", address, LOOKS) if _LOOKING.fullmatch(scope["path"]) else 0.0
        return wait or self._pace.waiting("visit", address, OF_AN_ADDRESS)

    async def _measured(self, most: int, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0
        answered = False

        async def counting() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # Whoever reads on is told that the browser has gone.
            return message if read <= most else {"type": "http.disconnect"}

        async def sending(message: Message) -> None:
            nonlocal answered
            if read <= most or answered:
                answered = True
                await send(message)

        try:
            await self._site(scope, counting, sending)
        except Exception:
            if read <= most:
                raise
        if read > most and not answered:
            await _too_large(most)(scope, receive, send)


def size_of(path: str) -> int:
    """How many bytes a request to this address may bring."""
    return next((most for paths, most in _SIZES if paths.fullmatch(path)), _ELSEWHERE)


def address_of(scope: Scope, *, on_space: bool) -> str:
    """From where somebody asks.

    on_space: the connection is the proxy's; the last entry is the one the proxy itself has written.
    """
    if on_space:
        return Headers(scope=scope).get("x-forwarded-for", "").split(",")[-1].strip()
    client = scope.get("client")
    return str(client[0]) if client else ""


def too_often(error: TooOften) -> Response:
    """The refusal of what comes too often, with when to come again."""
    refusal = problem(sentence(error), 429, code=error.code)
    refusal.headers["Retry-After"] = str(error.data["seconds"])
    return refusal


def _too_large(most: int) -> Response:
    limit = f"{most // _MB} MB" if most >= _MB else f"{most // 1024} KB"
    return problem(say("page.too_large", limit=limit), 413, code="page.too_large")
