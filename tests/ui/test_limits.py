"""A request brings only so much, and only so many come in a while; whoever labels never notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from yogalab.lab.pace import Pace
from yogalab.records import Coach, Role
from yogalab.ui.limits import Limits, size_of
from yogalab.ui.sessions import ANYBODY, SCOPE_KEY
from yogalab.ui.upload import LARGEST_UPLOAD

CLEO = Coach(id="cleo", name="Cleo", role=Role.COACH)
KB = 1024


class Clock:
    """Stands still until told to move."""

    def __init__(self) -> None:
        self.now = 1e6

    def __call__(self) -> float:
        return self.now


class Site:
    """Says how many bytes it was sent; whoever asks is who the test says."""

    def __init__(self, clock: Clock, *, on_space: bool = False) -> None:
        self.who = CLEO
        self.read = 0
        self._limits = Limits(self._answer, pace=Pace(clock), on_space=on_space)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[SCOPE_KEY] = self.who
        await self._limits(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.read = len(await Request(scope, receive).body())
        await PlainTextResponse(str(self.read))(scope, receive, send)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Site:
    return Site(clock)


def in_pieces(size: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(size // KB):
        yield b"x" * KB


@pytest.mark.parametrize(
    "path", ["/lab/name", "/lab/review/leave", "/api/v1/labels", "/gradio_api/component_server"]
)
def test_more_than_an_address_takes_is_told_however_it_is_announced(site: Site, path: str) -> None:
    client = TestClient(site)
    most = size_of(path)
    assert client.post(path, content=b"x" * most).text == str(most)
    for body in (b"x" * (most + 1), in_pieces(most + KB)):
        answer = client.post(path, content=body)
        assert answer.status_code == 413
        assert "at most" in answer.json()["error"]
    assert site.read == most


def test_only_photos_come_by_the_gigabyte() -> None:
    assert [path for path in ("/lab/photos", "/api/v1/photos") if size_of(path) == LARGEST_UPLOAD] == [
        "/lab/photos",
        "/api/v1/photos",
    ]
    for path in (
        "/",
        "/lab/photos/stop/x",
        "/lab/photosx",
        "/photo/1",
        "/lab/look",
        "/gradio_api/mcp/",
        "/login",
    ):
        assert size_of(path) <= 40 * KB**2, path


def test_coaches_who_label_quickly_for_an_hour_are_never_told_to_wait(site: Site, clock: Clock) -> None:
    client = TestClient(site)
    # A label a second with what a page asks beside it, and a page that sends all it has kept while offline.
    for second in range(3600 // 20):
        clock.now += 20
        for _ in range(20 * 6 if second % 30 else 20 * 6 + 200):
            site.who = CLEO
            # Asked of the limits alone: an hour of requests would take longer than it is worth.
            assert site._limits._wait({"path": "/gradio_api/component_server", SCOPE_KEY: CLEO}) == 0
    assert client.post("/gradio_api/component_server", content=b"{}").status_code == 200


def test_a_flood_is_told_when_to_come_again_and_floods_nobody_else(site: Site, clock: Clock) -> None:
    client = TestClient(site)
    answers = [client.post("/lab/name", content=b"") for _ in range(2300)]
    assert answers[0].status_code == 200
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.json()["code"] == "page.too_often"
    site.who = Coach(id="ben", name="Ben", role=Role.COACH)
    assert client.post("/lab/name").status_code == 200
    site.who = CLEO
    clock.now += int(refused.headers["retry-after"])
    assert client.post("/lab/name").status_code == 200


def test_visitors_are_counted_by_where_they_come_from(clock: Clock) -> None:
    site = Site(clock, on_space=True)
    site.who = ANYBODY
    client = TestClient(site)

    def looked(address: str) -> int:
        return client.post("/lab/look", content=b"x", headers={"x-forwarded-for": address}).status_code

    # What stands before the proxy's own entry is anybody's to make up.
    tries = [looked(f"203.0.113.{number}, 198.51.100.7") for number in range(13)]
    assert tries == [200] * 12 + [429]
    assert looked("198.51.100.8") == 200
    # One line has very many addresses of the new kind.
    assert [looked(f"2001:db8::{number:x}") for number in range(13)] == [200] * 12 + [429]
    clock.now += 4
    assert looked("198.51.100.7") == 200
