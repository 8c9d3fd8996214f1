"""Assistants that speak MCP find two tools and nothing else of the app, and each acts for whoever asks."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import McpError

from tests.fakes import AGREED, Studio, studio_lab
from tests.ui.serving import serving
from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.settings import Settings
from yogalab.ui.pages import build_app

TOOLS = {"predict_pose", "list_poses"}


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, studio: Studio) -> Iterator[Lab]:
    made, _ = studio_lab(tmp_path_factory.mktemp("lab"), studio=studio)
    made.photos.add(made.people.enter("Anna"), [studio.draw("tree", 1)], consent=AGREED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(lab, Settings(home=tmp_path_factory.mktemp("home"))) as served:
        yield served


def asked(address: str, work: Callable[[ClientSession], Awaitable[Any]], **headers: str) -> Any:
    async def visit() -> Any:
        where = f"{address}/gradio_api/mcp/"
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as http,
            streamable_http_client(where, http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await work(session)

    return asyncio.run(visit())


def test_an_assistant_finds_exactly_two_tools_and_names_a_drawn_person(
    address: str, lab: Lab, studio: Studio
) -> None:
    picture = base64.b64encode(studio.draw("boat", 5).data).decode()

    async def work(session: ClientSession) -> None:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert tools.keys() == TOOLS
        assert set(tools["predict_pose"].inputSchema["properties"]) == {"picture", "top"}
        assert all(tool.description for tool in tools.values())
        assert "base64" in tools["predict_pose"].inputSchema["properties"]["picture"]["description"]
        assert (await session.list_resources()).resources == []
        assert (await session.list_prompts()).prompts == []
        for given in (picture, f"data:image/png;base64,{picture}"):
            answer = await session.call_tool("predict_pose", {"picture": given, "top": 3})
            assert not answer.isError
            seen = json.loads(answer.content[0].text)  # type: ignore[union-attr]
            assert len(seen["poses"]) == 3 and seen["version"] == 0
        answer = await session.call_tool("list_poses", {})
        named = {pose["slug"] for pose in json.loads(answer.content[0].text)["poses"]}  # type: ignore[union-attr]
        assert named == {pose.slug for pose in lab.poses.list(Coach(id="anna", name="Anna"))}

    before = lab.review.tally(Coach(id="anna", name="Anna")).photos
    asked(address, work)
    assert lab.review.tally(Coach(id="anna", name="Anna")).photos == before


@pytest.mark.parametrize(
    "picture", ["", "https://example.org/x.png", "/etc/hostname", "file:///etc/hostname", "%%%", "aGVsbG8="]
)
def test_what_is_no_picture_is_refused_in_a_sentence_and_nothing_is_fetched(address: str, picture: str) -> None:
    async def work(session: ClientSession) -> None:
        answer = await session.call_tool("predict_pose", {"picture": picture})
        told = answer.content[0].text  # type: ignore[union-attr]
        assert answer.isError and told[0] not in "'\"" and "Traceback" not in told

    asked(address, work)


def test_the_old_transport_offers_the_same(address: str) -> None:
    async def visit() -> set[str]:
        async with (
            sse_client(f"{address}/gradio_api/mcp/sse") as (read, write),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return {tool.name for tool in (await session.list_tools()).tools}

    assert asyncio.run(visit()) == TOOLS


def test_nothing_else_of_the_app_has_a_public_name(address: str, lab: Lab, tmp_path: Path) -> None:
    named = build_app(lab, Settings(home=tmp_path)).get_api_info()
    assert named["named_endpoints"].keys() == {f"/{tool}" for tool in TOOLS}
    assert named["unnamed_endpoints"] == {}
    assert {tool["name"] for tool in httpx.get(f"{address}/gradio_api/mcp/schema").json()} == TOOLS


def test_a_tool_acts_for_whoever_asks_and_for_nobody_without_the_gate(address: str, lab: Lab) -> None:
    _, key = lab.tokens.make(lab.people.enter("Anna"), "assistant", role=Role.VIEWER)

    async def work(session: ClientSession) -> bool:
        return bool((await session.call_tool("list_poses", {})).isError)

    assert asked(address, work, authorization=f"Bearer {key}") is False
    for headers in (
        {"authorization": "Bearer yogalab_nobody"},
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
    ):
        answer = httpx.post(f"{address}/gradio_api/mcp/", json={}, headers=headers)
        assert answer.status_code in {401, 403}, headers
        with pytest.raises((ExceptionGroup, McpError, httpx.HTTPStatusError)):
            asked(address, work, **headers)
    plain = httpx.get(f"{address}/gradio_api/mcp/", headers={"accept": "text/html"})
    assert "default-src 'self'" in plain.headers["content-security-policy"]
