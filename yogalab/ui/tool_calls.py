"""What assistants send, looked at before the server that speaks their protocol is given it."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yogalab.errors import NotUnderstood
from yogalab.ui.gate import problem
from yogalab.ui.sent import plain, sent
from yogalab.words import sentence

PATH: Final = "/gradio_api/mcp"
# How large a request may be is seen to by `Limits`.
_ANY_SIZE: Final = 2**62


class ToolCalls:
    """ASGI: answers 400 to what is no JSON, or nested so deeply that the protocol's server would fall."""

    def __init__(self, site: ASGIApp) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(PATH):
            await self._site(scope, receive, send)
            return
        body = await sent(Request(scope, receive), _ANY_SIZE) or b""
        try:
            await run_in_threadpool(plain, body)
        except NotUnderstood as error:
            await problem(sentence(error), 400, code=error.code)(scope, receive, send)
            return
        await self._site(scope, _again(body, receive), send)


def _again(body: bytes, receive: Receive) -> Receive:
    """The same body once more, then whatever else is heard."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def told() -> Message:
        return waiting.pop() if waiting else await receive()

    return told
