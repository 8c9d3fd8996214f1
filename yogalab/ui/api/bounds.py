"""How much of a request's body is read: enough for what the address takes, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yogalab.ui.api.troubles import trouble
from yogalab.ui.live import LARGEST_PICTURE
from yogalab.ui.upload import LARGEST_UPLOAD
from yogalab.words import say

# A form around a picture costs a little more than the picture.
_FORM: Final = 64 * 1024
_MOST_BYTES: Final[Mapping[str, int]] = {
    "/predict": LARGEST_PICTURE + _FORM,
    "/photos": LARGEST_UPLOAD,
}
# Words and numbers.
_MOST_ELSEWHERE: Final = 64 * 1024


class Bounded:
    """ASGI: answers 413 as soon as a body is known to be too large, however it was announced."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = _MOST_BYTES.get(scope["path"].removeprefix(scope.get("root_path", "")), _MOST_ELSEWHERE)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and (len(announced) > 15 or int(announced) > most):
            await _too_large(most)(scope, receive, send)
            return
        await self._watch(most, scope, receive, send)

    async def _watch(self, most: int, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0
        answered = False

        async def counting() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                # Nobody keeps the rest; whoever reads on is told that the program has gone.
                return {"type": "http.disconnect"}
            return message

        async def sending(message: Message) -> None:
            nonlocal answered
            if read <= most or answered:
                answered = True
                await send(message)

        try:
            await self._app(scope, counting, sending)
        except Exception:
            if read <= most:
                raise
        if read > most and not answered:
            await _too_large(most)(scope, receive, send)


def _too_large(most: int) -> ASGIApp:
    limit = f"{most / 2**20:.0f} MB" if most >= 2**20 else f"{most // 1024} KB"
    return trouble(say("api.too_large", limit=limit), "api.too_large", 413)
