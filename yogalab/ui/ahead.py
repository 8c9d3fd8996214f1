"""What the first page will ask for, named with the page itself: fetched while Gradio is still getting ready."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yogalab.ui.scripts import address, scripts

# The scripts of the strip and of the page in front.
FIRST: Final = ("shell.js", "photos.js")
_IMPORT: Final = re.compile(r'^import [^;]*?from "\./([\w.]+)";', re.M)


class Ahead:
    """Names scripts and words to the browser at once, which it would else learn of one after the other."""

    def __init__(self, site: ASGIApp) -> None:
        self._site = site
        self._links = ", ".join(
            [
                *(f"<{address(name)}>; rel=modulepreload" for name in needed(FIRST)),
                "<lab/words.json>; rel=preload; as=fetch; crossorigin=anonymous",
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            return await self._site(scope, receive, send)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message).append("Link", self._links)
            await send(message)

        return await self._site(scope, receive, told)


def needed(first: tuple[str, ...]) -> list[str]:
    """The names of scripts and of all that they import, each after whoever needs it first."""
    found = list(first)
    for name in found:
        imported = _IMPORT.findall(scripts()[name].decode())
        found += [one for one in dict.fromkeys(imported) if one not in found]
    return found
