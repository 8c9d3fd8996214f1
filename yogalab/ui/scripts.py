"""The pages' own scripts and drawings, at an address that changes with any of them: asked for only once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

MEDIA: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_MARK_DIGITS: Final = 12


@cache
def scripts() -> Mapping[str, bytes]:
    """Return every file that pages may fetch, by name."""
    return {
        entry.name: entry.read_bytes()
        for entry in files("yogalab.ui").joinpath("assets").iterdir()
        if Path(entry.name).suffix in MEDIA
    }


@cache
def mark() -> str:
    """Return what tells these files, all of them together, from those of another YogaLab."""
    known = hashlib.sha256()
    for name, data in sorted(scripts().items()):
        known.update(name.encode() + hashlib.sha256(data).digest())
    return known.hexdigest()[:_MARK_DIGITS]


def address(name: str) -> str:
    """Return where a script lies, seen from the page. Scripts name each other as neighbours there."""
    return f"lab/assets/{mark()}/{name}"
