"""The pages in other languages than English: one catalogue each, in gettext's format (.po).

An entry's context is the sentence's code, its id the English sentence it was made from. Where the English has
changed since, the translation may promise what is no longer so: it is stale, and the English is said instead.
`gaps` names what is missing or stale; `renewed` is the file with the gaps marked, for any editor of .po files:

    python -c "from yogalab import words; words.renew('de')"
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import polib

ENGLISH: Final = "en"
# Each under its own name: who looks for a language reads it in that language.
NAMES: Final[Mapping[str, str]] = {ENGLISH: "English", "de": "Deutsch", "es": "Español"}
_WIDTH: Final = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Codes, sorted. missing: no translation; stale: made from another English; needless: no such sentence."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    needless: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.needless)


def translated(language: str, english: Mapping[str, str]) -> dict[str, str]:
    """code -> sentence, for those of the English ones that have a translation made from them as they are."""
    known = _entries(language)
    return {
        code: known[code].msgstr
        for code, text in english.items()
        if code in known and known[code].msgstr and known[code].msgid == text
    }


def gaps(language: str, english: Mapping[str, str]) -> Gaps:
    """What a translator has to do."""
    known = _entries(language)
    return Gaps(
        missing=tuple(sorted(code for code in english if code not in known or not known[code].msgstr)),
        stale=tuple(sorted(c for c, text in english.items() if c in known and known[c].msgid != text)),
        needless=tuple(sorted(known.keys() - english.keys())),
    )


def renewed(language: str, english: Mapping[str, str]) -> str:
    """The catalogue as text, in the order of the English one: what is missing empty, what is stale marked
    fuzzy with the English it was made from, what is needless gone."""
    known = _entries(language)
    file = polib.POFile(wrapwidth=_WIDTH)
    file.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for code, text in english.items():
        entry = polib.POEntry(msgctxt=code, msgid=text, msgstr=known[code].msgstr if code in known else "")
        if code in known and known[code].msgid != text:
            entry.flags.append("fuzzy")
            entry.previous_msgid = known[code].msgid
        file.append(entry)
    return str(file) + "\n"


def path_of(language: str) -> Path:
    """Where a catalogue lies in a checkout."""
    return Path(str(files(__name__).joinpath(f"{language}.po")))


@cache
def _entries(language: str) -> Mapping[str, polib.POEntry]:
    text = ""
    with suppress(FileNotFoundError):
        text = files(__name__).joinpath(f"{language}.po").read_text(encoding="utf-8")
    return {entry.msgctxt: entry for entry in polib.pofile(text or "\n")}
