"""Every code has its sentence, and every sentence gets what its blanks need."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import polib
import pytest

import yogalab.errors
from yogalab.errors import YogaLabError
from yogalab.words import PARTS as FILES
from yogalab.words import catalogue, decimal, for_pages, languages, say, sentence, speaking

PACKAGE = Path(__file__).parents[1] / "yogalab"
PARTS = tuple(part.SENTENCES for part in FILES)
SENTENCES = {code: text for part in PARTS for code, text in part.items()}
KINDS = [
    kind for kind in vars(yogalab.errors).values() if isinstance(kind, type) and issubclass(kind, YogaLabError)
]
# Who says what with a code: the keyword or the place of the code among the arguments.
TRANSLATED = [language for language in languages.NAMES if language != languages.ENGLISH]
# Sentences that are the same in another language, or may be.
ALIKE = {
    *("shell.label", "tab.live", "key.escape", "key.insert", "models.encoder", "models.parameters"),
    *("models.repo", "models.revision", "models.version", "role.coach"),
}
CODES = {"Asked": "reason", "Verdict": "reason", "progress": 1, "on_progress": 1, "say": 0, "said_later": 0}


def blanks(code: str) -> set[str]:
    return _blanks(SENTENCES[code])


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """(where, name of what is called, the call) over the whole package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", name, node


def given(call: ast.Call) -> set[str] | None:
    """Keywords of a call; None when some come by `**`."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}


def test_no_code_has_two_sentences() -> None:
    assert sum(map(len, PARTS)) == len(SENTENCES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence(kind: type[YogaLabError]) -> None:
    assert kind.code in SENTENCES


def test_every_error_is_raised_with_what_its_sentence_says() -> None:
    by_name = {kind.__name__: kind for kind in KINDS}
    short = []
    for where, name, call in calls():
        names = given(call)
        if name in by_name and names is not None and call.args == []:
            missing = blanks(by_name[name].code) - names
            if missing:
                short.append(f"{where}: {name} without {', '.join(sorted(missing))}")
    assert short == []


def test_every_code_that_is_said_has_a_sentence_with_blanks_that_fit() -> None:
    wrong = []
    for where, name, call in calls():
        if name not in CODES:
            continue
        for code in _codes(call, CODES[name]):
            if code not in SENTENCES:
                wrong.append(f"{where}: no sentence for {code}")
            elif name == "say" and (names := given(call)) is not None and blanks(code) - names:
                wrong.append(f"{where}: {code} without {', '.join(sorted(blanks(code) - names))}")
    assert wrong == []


def _codes(call: ast.Call, place: str | int) -> list[str]:
    """The codes written down in a call; both of `a if x else b`."""
    if isinstance(place, int):
        argument = call.args[place] if len(call.args) > place else None
    else:
        argument = next((keyword.value for keyword in call.keywords if keyword.arg == place), None)
    found = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    return [one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def test_every_sentence_is_a_sentence() -> None:
    """Nothing empty, no stray spaces, no words of programmers."""
    for code, text in SENTENCES.items():
        assert text.strip() == text != "", code
        assert not any(word in text.lower() for word in ("traceback", "exception", "nonetype")), code


def test_an_error_that_lacks_a_blank_is_still_told() -> None:
    class Odd(YogaLabError):
        code = "photo.unreadable"

    assert sentence(Odd()) == say("error")
    assert sentence(ValueError("x")) == say("error")


# --- other languages --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_a_page_is_translated_from_what_it_says_now(language: str) -> None:
    assert languages.gaps(language, for_pages()) == languages.Gaps(missing=(), stale=(), needless=())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_the_same_blanks_and_is_none_by_copying(language: str) -> None:
    with speaking(language):
        spoken = {code: text for code, text in catalogue().items() if code in for_pages()}
    told = languages.translated(language, for_pages())
    odd = [code for code, text in told.items() if _blanks(text) != _blanks(SENTENCES[code])]
    assert odd == []
    assert [code for code, text in told.items() if text.strip() != text] == []
    worded = {code for code, text in told.items() if any(map(str.isalpha, re.sub(r"\{.*?\}", "", text)))}
    copied = {code for code in worded if told[code] == SENTENCES[code]}
    assert sorted(copied - ALIKE) == []
    # What is missing is said in English rather than not at all.
    assert spoken == {**for_pages(), **told}


@pytest.mark.parametrize("language", TRANSLATED)
def test_whoever_has_a_form_for_one_has_one_for_many(language: str) -> None:
    told = languages.translated(language, for_pages())
    assert [code for code in told if code.endswith(".one") and code.removesuffix(".one") not in told] == []


def test_a_sentence_whose_english_has_changed_is_said_in_english_and_named() -> None:
    today = dict(for_pages())
    today["tab.photos"] = "Pictures"
    today["tab.new"] = "New"
    del today["tab.models"]
    found = languages.gaps("de", today)
    assert "tab.photos" in found.stale
    assert "tab.new" in found.missing
    assert "tab.models" in found.needless
    told = languages.translated("de", today)
    assert {"tab.photos", "tab.new", "tab.models"}.isdisjoint(told)
    assert "tab.review" in told


def test_a_renewed_catalogue_keeps_what_is_there_and_marks_the_rest() -> None:
    file = polib.pofile(languages.renewed("de", {"tab.photos": "Pictures", "tab.review": "Review", "x": "New"}))
    by_code = {entry.msgctxt: entry for entry in file}
    assert list(by_code) == ["tab.photos", "tab.review", "x"]
    assert (by_code["tab.photos"].fuzzy, by_code["tab.photos"].previous_msgid) == (True, "Photos")
    assert (by_code["tab.review"].fuzzy, by_code["tab.review"].msgstr) == (False, "Benennen")
    assert by_code["x"].msgstr == ""


def test_a_language_is_spoken_where_it_was_begun_and_english_else() -> None:
    with speaking("de"):
        assert decimal(1.25, 2) == "1,25"
        assert copy_context().run(say, "tab.review") == "Benennen"
        with ThreadPoolExecutor(1) as other:
            assert other.submit(say, "tab.review").result() == "Review"
        with speaking("tlh"):
            assert say("tab.review") == "Review"
        # A name that somebody keeps stays the same, and the command line is English.
        assert say("people.nameless") == SENTENCES["people.nameless"]
        assert catalogue()["terminal.trouble"] == SENTENCES["terminal.trouble"]
    assert (say("tab.review"), decimal("1.5")) == ("Review", "1.5")
