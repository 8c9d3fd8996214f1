"""What of the site is open at all: of Gradio's own addresses only those that the pages and programs use.

Gradio brings addresses for uploads, other sites' files, recordings, monitoring and editing, which nothing here
needs and which know no roles.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from yogalab.ui.gate import problem
from yogalab.words import say

# The lab's own addresses; each asks for the role itself.
OWN: Final = re.compile(r"/(photo|figure|lab|api)/.*")
# Pages, scripts and styles, without anything of the lab's.
SHOWN: Final = re.compile(r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/(assets|static)/.*")
# What a panel's script asks, and what assistants ask; both find out who that is.
ASKED: Final = re.compile(r"/gradio_api/(component_server/?|mcp(/.*)?)")


class Openings:
    """ASGI: answers 404 at every address that is not open, before Gradio hears of it."""

    def __init__(self, site: ASGIApp) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_open(scope["path"]):
            await problem(say("page.missing"), 404)(scope, receive, send)
        elif scope["type"] == "websocket":
            # No page uses one.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._site(scope, receive, send)


def is_open(path: str) -> bool:
    """Whether anything is to be had at an address."""
    return any(kind.fullmatch(path) for kind in (OWN, SHOWN, ASKED))
