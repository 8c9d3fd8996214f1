"""The catalogue of words: every sentence a person reads, by code.

Rooms raise codes with data; only the edges (pages, command line) turn them into sentences here. The pages speak
the reader's language (`speaking`), the command line English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

from yogalab.errors import YogaLabError
from yogalab.words import (
    advice,
    api,
    checks,
    deeper,
    errors,
    languages,
    live,
    measurements,
    models,
    pages,
    people,
    photos,
    poses,
    reasons,
    review,
    safekeeping,
    sharing,
    spaces,
    telling,
    terminal,
    welcome,
)

# Every file of sentences; no code is in two of them.
PARTS = (
    errors,
    sharing,
    reasons,
    pages,
    people,
    photos,
    review,
    models,
    poses,
    live,
    advice,
    telling,
    terminal,
    spaces,
    safekeeping,
    checks,
    measurements,
    deeper,
    welcome,
    api,
)

_CATALOGUE: dict[str, str] = {code: text for part in PARTS for code, text in part.SENTENCES.items()}

# What no page says, and a name that somebody keeps whatever they read in.
_NO_PAGES: Final = (api, terminal, measurements, spaces)
_ENGLISH_ONLY: Final = (
    *("terminal.", "bench.", "serve.", "settings.", "schooling.", "pretrain.", "exchange.", "space."),
    "people.nameless",
)
_DECIMAL_COMMA: Final = frozenset({"de", "es"})

_language: ContextVar[str] = ContextVar("language", default=languages.ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in this language until the block ends, here and in threads that carry this context on.

    A language we do not know is English.
    """
    token = _language.set(language if language in languages.NAMES else languages.ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The language spoken now, one of `languages.NAMES`."""
    return _language.get()


def for_pages() -> Mapping[str, str]:
    """The English sentences that a page may say: what there is to translate."""
    said = (part.SENTENCES for part in PARTS if part not in _NO_PAGES)
    return {code: text for part in said for code, text in part.items() if not code.startswith(_ENGLISH_ONLY)}


def catalogue() -> Mapping[str, str]:
    """All sentences by code in the language spoken now, blanks unfilled: the page's scripts fill them.

    What has no translation is there in English.
    """
    return _spoken(language())


def say(code: str, **data: object) -> str:
    """Return the sentence for a code with its blanks filled.

    Raises:
        KeyError: the code is not in the catalogue, or a blank has no value.
    """
    return catalogue()[code].format(**data)


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


def decimal(value: float | str, digits: int = 1) -> str:
    """A number with so many digits behind the decimal sign of the language spoken now.

    A value that is a string already, as a kept verdict has it, only gets its sign.
    """
    text = value if isinstance(value, str) else f"{value:.{digits}f}"
    return text.replace(".", ",") if language() in _DECIMAL_COMMA else text


def renew(language: str) -> languages.Gaps:
    """Write a language's file anew, gaps marked, and return them; for translators, in a checkout."""
    found = languages.gaps(language, for_pages())
    languages.path_of(language).write_text(languages.renewed(language, for_pages()), encoding="utf-8")
    return found


@cache
def _spoken(language: str) -> Mapping[str, str]:
    if language == languages.ENGLISH:
        return _CATALOGUE
    return {**_CATALOGUE, **languages.translated(language, for_pages())}


def percent(share: float) -> str:
    """Return a share, 0 to 1, as whole hundredths with their sign on the same line."""
    return f"{round(100 * share)}\u202f%"
