"""The catalogue of words: every sentence a person reads, by code.

Rooms raise codes with data; only the edges (pages, command line) turn them into sentences here.
"""

from __future__ import annotations

from collections.abc import Mapping

from yogalab.errors import YogaLabError
from yogalab.words import (
    checks,
    deeper,
    errors,
    live,
    measurements,
    models,
    pages,
    photos,
    poses,
    reasons,
    review,
    telling,
    terminal,
)

# Every file of sentences; no code is in two of them.
PARTS = (
    errors,
    reasons,
    pages,
    photos,
    review,
    models,
    poses,
    live,
    telling,
    terminal,
    checks,
    measurements,
    deeper,
)

_CATALOGUE: dict[str, str] = {code: text for part in PARTS for code, text in part.SENTENCES.items()}


def catalogue() -> Mapping[str, str]:
    """All sentences by code, blanks unfilled: the page's scripts fill them."""
    return _CATALOGUE


def say(code: str, **data: object) -> str:
    """Return the sentence for a code with its blanks filled.

    Raises:
        KeyError: the code is not in the catalogue, or a blank has no value.
    """
    return _CATALOGUE[code].format(**data)


def sentence(error: BaseException) -> str:
    """Return what to tell a person about an error, known or not."""
    return told(error.code, error.data) if isinstance(error, YogaLabError) else say("error")


def told(code: str | None, data: Mapping[str, object]) -> str:
    """Return the sentence for an error kept as code and data; a general one where it does not fit.

    Rows written by another version of YogaLab may hold codes or lack blanks that this one does not know.
    """
    try:
        return say(code or "error", **data)
    except (KeyError, IndexError, ValueError):
        return say("error")
