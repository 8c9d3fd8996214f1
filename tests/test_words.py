"""Every code has its sentence, and every sentence gets what its blanks need."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import yogalab.errors
from yogalab.errors import YogaLabError
from yogalab.words import PARTS as FILES
from yogalab.words import say, sentence

PACKAGE = Path(__file__).parents[1] / "yogalab"
PARTS = tuple(part.SENTENCES for part in FILES)
SENTENCES = {code: text for part in PARTS for code, text in part.items()}
KINDS = [
    kind for kind in vars(yogalab.errors).values() if isinstance(kind, type) and issubclass(kind, YogaLabError)
]
# Who says what with a code: the keyword or the place of the code among the arguments.
CODES = {"Asked": "reason", "Verdict": "reason", "progress": 1, "on_progress": 1, "say": 0}


def blanks(code: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}


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
