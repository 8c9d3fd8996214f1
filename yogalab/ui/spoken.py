"""What Gradio itself writes on the page, in the language of whoever opens it.

Its pages are built once for everybody. What is said there is marked then, and said when a page is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import gradio as gr

from yogalab.words import language, say

# Characters for private use: in no sentence, and harmless in markup and JSON.
_MARKED = re.compile("\ue000([a-z_.]+)\ue001")


def said_later(code: str) -> str:
    """A sentence in its place, said when a page is asked for."""
    return f"\ue000{code}\ue001"


# The one page of somebody who only looks in.
OPEN_PAGE: Final = "live"
_visiting: ContextVar[bool] = ContextVar("visiting", default=False)


@contextmanager
def visiting(visits: bool) -> Iterator[None]:
    """Whether pages that are asked for until the block ends are a visitor's: the others are not drawn there.

    That is only tidy. What a visitor may do is asked of their role, wherever they ask.
    """
    token = _visiting.set(visits)
    try:
        yield
    finally:
        _visiting.reset(token)


class Pages(gr.Blocks):
    """Gradio's blocks, configured for whoever opens the page: in their language, with what they may see."""

    @property
    def config(self) -> Any:
        reader = (language(), _visiting.get())
        spoken = self._spoken.get(reader)
        if spoken is None:
            spoken = _said(self._built)
            self._spoken[reader] = spoken = _opened(spoken) if _visiting.get() else spoken
        return spoken

    @config.setter
    def config(self, built: Any) -> None:
        self._built = built
        self._spoken: dict[tuple[str, bool], Any] = {}


def _said(value: Any) -> Any:
    """The same with every mark replaced by its sentence."""
    if isinstance(value, str):
        return _MARKED.sub(lambda mark: say(mark[1]), value)
    if isinstance(value, dict):
        return {name: _said(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_said(inner) for inner in value]
    return value


def _opened(built: dict[str, Any]) -> dict[str, Any]:
    """The same with only the page that is open to everybody."""
    for component in built["components"]:
        props = component.get("props") or {}
        if component["type"] == "tabitem":
            props["visible"] = props.get("id") == OPEN_PAGE
        elif component["type"] == "tabs":
            props["selected"] = OPEN_PAGE
            for tab in props.get("initial_tabs") or []:
                tab["visible"] = tab.get("id") == OPEN_PAGE
    return built
