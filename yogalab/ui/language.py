"""In which language somebody reads: their own choice, kept in a cookie, else what their browser asks for."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

from yogalab.ui.cookies import cookie_of, put_cookie
from yogalab.words.languages import ENGLISH, NAMES

COOKIE: Final = "yogalab_language"
_YEAR: Final = 365 * 24 * 3600


def wanted(headers: Headers) -> str:
    """Return the language to answer in, one of `NAMES`."""
    chosen = cookie_of(headers, COOKIE)
    return chosen if chosen in NAMES else accepted(headers.get("accept-language", ""))


def accepted(header: str) -> str:
    """Return the language of ours that an Accept-Language header wants most (RFC 9110, 12.5.4)."""
    asked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        name = tag.strip().lower().partition("-")[0]
        if name in NAMES and (weighs := _weight(weight)) > 0:
            asked.append((weighs, name))
    return max(asked, key=lambda one: one[0], default=(0.0, ENGLISH))[1]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def set_language(response: Response, language: str, *, on_space: bool) -> None:
    """Keep the choice in the browser. A language we do not know changes nothing."""
    if language in NAMES:
        put_cookie(response, COOKIE, language, seconds=_YEAR, on_space=on_space)
