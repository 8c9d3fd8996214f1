"""What a browser sent, read no further than it may be long."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from yogalab.errors import NotUnderstood

# A name or a choice, and what is written around it.
_MOST_BYTES: Final = 4096


async def sent(request: Request, most: int) -> bytes | None:
    """The bytes; None when they are more than `most`, however many they claim to be, or break off."""
    parts, size = [], 0
    with suppress(ClientDisconnect):
        async for part in request.stream():
            size += len(part)
            if size > most:
                return None
            parts.append(part)
        return b"".join(parts)
    return None


def plain(body: bytes) -> object:
    """What a body of JSON says. Raises NotUnderstood for anything else, however deep or strange.

    Strings are what every database and every other program can hold: no half characters, no zero bytes.
    Numbers are finite.
    """
    try:
        told: object = json.loads(body.decode(), parse_constant=_no_number, parse_float=_finite)
        # Both can be written only in this way, which hardly anybody uses.
        if b"\\u" in body and b"\\u0000" in json.dumps(told, ensure_ascii=False).encode():
            raise ValueError(told)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(what="JSON") from error
    return told


async def field(request: Request, name: str) -> str:
    """One text of a small JSON object; empty where there is none of that name, or no such object."""
    try:
        told = plain(await sent(request, _MOST_BYTES) or b"")
    except NotUnderstood:
        return ""
    value = told.get(name) if isinstance(told, Mapping) else None
    return value if isinstance(value, str) else ""


def _no_number(name: str) -> object:
    """Refuse NaN and its like, which JSON does not know."""
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value
