"""Whatever is sent, by whomever: no error of the server, no trace of one, and a sound database."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest

from tests.ui.fuzzing import Fuzzer, as_sent
from tests.ui.inhabited import World, inhabited
from tests.ui.role_table import DOOR, FUNCTIONS, ROUTES, TOOLS
from yogalab.ui import routes

SEED = 20261121
# Of what nobody foresaw: a page is told nothing else, and no log is to be needed.
_TROUBLE = ("Traceback", '"code": "error"', '"code":"error"')
_MOST_TOLD = 20


class Overheard(logging.Handler):
    """What the server says in its log of errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patched, inhabited(tmp_path_factory.mktemp("fuzzed")) as made:
        patched.setattr(routes, "DRAWN", 2)
        yield made


@pytest.fixture
def overheard(world: World) -> Iterator[list[str]]:
    handler = Overheard()
    # The server's own log goes to nobody above it.
    loggers = [logging.getLogger(), logging.getLogger("uvicorn")]
    for one in loggers:
        one.addHandler(handler)
    yield handler.said
    for one in loggers:
        one.removeHandler(handler)


def test_whatever_is_sent_is_no_error_of_the_server(world: World, fuzz: int, overheard: list[str]) -> None:
    calls = Fuzzer(world, {**FUNCTIONS, **ROUTES, **TOOLS, **DOOR}, SEED)
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    for number, (asker, call) in enumerate(islice(calls, fuzz)):
        answer = world.ask(asker, as_sent(call, world.wrapped))
        statuses[answer.status] += 1
        if answer.status >= 500 or overheard or any(sign in answer.text for sign in _TROUBLE):
            told = [
                f"call {number} as {asker}: {call!r:.1500}",
                f"{answer.status} {answer.text[:500]}",
                *overheard,
            ]
            wrong.append("\n".join(told))
            overheard.clear()
    assert not wrong, "\n\n".join(wrong[:_MOST_TOLD])
    print(f"\n{fuzz} calls: {dict(sorted(statuses.items()))}")
    # Most of it has to be told apart from what is right, and some of it is right all the same.
    assert statuses[200] > fuzz / 20
    assert list(world.parts.store.check()) == []
    assert world.lab.review.label(world.other, *world.answer()).event.coach == world.other.id
