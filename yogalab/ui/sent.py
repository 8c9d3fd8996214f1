"""What a browser sent, read no further than it may be long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from fastapi import Request

# A name or a choice, and what is written around it.
_MOST_BYTES: Final = 4096


async def sent(request: Request, most: int) -> bytes | None:
    """The bytes; None when they are more than `most`, however many they claim to be."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


async def field(request: Request, name: str) -> str:
    """One text of a small JSON object; empty where there is none of that name, or no such object."""
    try:
        told = json.loads(await sent(request, _MOST_BYTES) or b"")
    except ValueError:
        return ""
    value = told.get(name) if isinstance(told, Mapping) else None
    return value if isinstance(value, str) else ""
