"""Finds models/ and db/, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """Return the path of a file or folder that ships with YogaLab, e.g. resource("models", "poses").

    Raises:
        FileNotFoundError: neither the wheel nor the checkout has it.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(parts))
