"""What Gradio itself writes on the page, in the language of whoever opens it.

Its pages are built once for everybody. What is said there is marked then, and said when a page is asked for.
"""

from __future__ import annotations

import re
from typing import Any

import gradio as gr

from yogalab.words import language, say

# Characters for private use: in no sentence, and harmless in markup and JSON.
_MARKED = re.compile("\ue000([a-z_.]+)\ue001")


def said_later(code: str) -> str:
    """A sentence in its place, said when a page is asked for."""
    return f"\ue000{code}\ue001"


class Pages(gr.Blocks):
    """Gradio's blocks with a configuration that speaks the language spoken now."""

    @property
    def config(self) -> Any:
        spoken = self._spoken.get(language())
        if spoken is None:
            spoken = self._spoken[language()] = _said(self._built)
        return spoken

    @config.setter
    def config(self, built: Any) -> None:
        self._built = built
        self._spoken: dict[str, Any] = {}


def _said(value: Any) -> Any:
    """The same with every mark replaced by its sentence."""
    if isinstance(value, str):
        return _MARKED.sub(lambda mark: say(mark[1]), value)
    if isinstance(value, dict):
        return {name: _said(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_said(inner) for inner in value]
    return value
