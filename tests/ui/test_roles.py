"""Everything exposed, asked by everybody, of their own things and of another's. `-s` prints the table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.ui.exposed import METHODS, functions, open_routes, shut_paths, tools
from tests.ui.inhabited import ASKERS, LAB_PASSWORD, NOBODY, Answer, Call, World, inhabited
from tests.ui.role_table import DOOR, FUNCTIONS, ROUTES, STREAMS, TOOLS, Rule
from yogalab.settings import Settings
from yogalab.ui import routes
from yogalab.ui.pages import build_app
from yogalab.ui.site import build_site

TABLE = {**FUNCTIONS, **ROUTES, **TOOLS, **DOOR}
# (name, asker, whose) -> what was answered.
Asked = dict[tuple[str, str, str], str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patched, inhabited(tmp_path_factory.mktemp("inhabited")) as made:
        # Whether somebody may have people drawn shows with two as with sixty.
        patched.setattr(routes, "DRAWN", 2)
        yield made
        assert list(made.parts.store.check()) == []


@pytest.fixture(scope="module")
def answers() -> Iterator[Asked]:
    """What everybody was answered; printed at the end."""
    known: Asked = {}
    yield known
    print("\n" + "\n".join(table(known)))


def test_nothing_is_exposed_that_the_table_does_not_know(world: World, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, password=LAB_PASSWORD)
    demo = build_app(world.lab, settings)
    assert set(functions(demo)) == set(FUNCTIONS)
    assert open_routes(build_site(demo, world.lab, settings)) == set(ROUTES) | STREAMS
    assert {f"tool {name}" for name in tools(demo)} == set(TOOLS)


@pytest.mark.parametrize("name", TABLE)
def test_everybody_may_what_their_role_says_and_nothing_with_anothers(
    world: World, name: str, answers: Asked
) -> None:
    holes = [
        f"{asker}, {whose}: {found}"
        for asker in ASKERS
        for whose in ("own", "other")
        if (found := hole(world, name, asker, whose, answers))
    ]
    assert not holes, "\n".join(holes)


def test_gradios_other_addresses_are_shut_for_everybody(world: World, tmp_path: Path, answers: Asked) -> None:
    settings = Settings(home=tmp_path, password=LAB_PASSWORD)
    site = build_site(build_app(world.lab, settings), world.lab, settings)
    # What begins with two strokes names a host to most clients.
    paths = sorted(path for path in shut_paths(site) if not path.startswith("//"))
    assert len(paths) > 40
    found = [
        (asker, method, path, answer.status)
        for path in paths
        for method in METHODS
        for asker in (NOBODY, "owner")
        if (answer := world.ask(asker, Call(method=method, path=path))).status
        not in ({401, 403} if asker == NOBODY else {403, 404})
    ]
    assert not found, "\n".join(map(str, found))
    for path in paths:
        answers[f"shut {path}", "everybody", "own"] = "no 404"


@pytest.mark.parametrize("path", ["/", "/gradio_api/anything", "/lab/live"])
def test_no_web_socket_opens_for_anybody(world: World, tmp_path: Path, path: str) -> None:
    settings = Settings(home=tmp_path, password=LAB_PASSWORD, visitors=True)
    client = TestClient(build_site(build_app(world.lab, settings), world.lab, settings))
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect(path):
        pass
    assert closed.value.code == 1008


def hole(world: World, name: str, asker: str, whose: str, answers: Asked) -> str:
    """What is wrong with an answer; empty where nothing is."""
    rule = TABLE[name]
    make = rule.own if whose == "own" else rule.other
    if make is None:
        return ""
    call = make(world, world.who(asker) if whose == "own" else world.other)
    before = world.theirs(world.other)
    answer = world.ask(asker, call)
    allowed = rule.allows(asker, whose)
    answers[name, asker, whose] = f"{'yes' if allowed else 'no'} {answer.status}"
    told = f"{answer.status} {answer.text[:300]}"
    if answer.status >= 500 or "Traceback" in answer.text:
        return told
    if allowed:
        return "" if let_in(rule, answer) else f"not let in: {told}"
    if whose == "own":
        return "" if answer.shut_out else f"let in: {told}"
    # What is not theirs is refused, or they are given something of their own in its place.
    return "" if world.theirs(world.other) == before else f"changed what is another's: {told}"


def let_in(rule: Rule, answer: Answer) -> bool:
    well = answer.status < 400 and not answer.shut_out and answer.codes <= rule.fine
    return well or answer.status in rule.statuses


def table(known: Asked) -> Iterator[str]:
    """The table, a line for everything exposed."""
    wide = max((len(name) for name, _, _ in known), default=0)
    yield f"{'':{wide}}  " + "  ".join(f"{asker:>16}" for asker in ASKERS)
    for name in dict.fromkeys(name for name, _, _ in known):
        cells = []
        for asker in ASKERS:
            own, other = (known.get((name, asker, whose), "=") for whose in ("own", "other"))
            cells.append(f"{own:>7} | {other:<6}")
        yield f"{name:{wide}}  " + "  ".join(f"{cell:>16}" for cell in cells)
    yield f"{len(known)} questions, own | another's; = is the same"
