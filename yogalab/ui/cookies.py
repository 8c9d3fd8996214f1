"""Cookies that no script can read, kept also where a Space is shown inside a frame of another site."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.responses import Response

_PARTITIONED = b"; Partitioned"


def cookie_of(headers: Mapping[str, str], name: str) -> str:
    """Return a cookie's value, empty where there is none or the header is no cookie's."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def put_cookie(
    response: Response, name: str, value: str, *, seconds: int, on_space: bool, framed: bool = True
) -> None:
    """Set a cookie.

    framed: whether it is needed inside a frame of huggingface.co. There a browser sends only what says so, and
    many only if each site that frames the page has a jar of its own (CHIPS).
    """
    across = on_space and framed
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, secure=on_space, samesite="none" if across else "lax"
    )
    _part(response, across)


def drop_cookie(response: Response, name: str, *, on_space: bool, framed: bool = True) -> None:
    """Take a cookie away; a browser only forgets one that is named with the same rules."""
    across = on_space and framed
    response.delete_cookie(name, httponly=True, secure=on_space, samesite="none" if across else "lax")
    _part(response, across)


def _part(response: Response, across: bool) -> None:
    # Starlette writes this one only on a Python whose own cookies know it.
    if across:
        name, value = response.raw_headers[-1]
        response.raw_headers[-1] = (name, value + _PARTITIONED)
