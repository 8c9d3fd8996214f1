"""The way of the panels' server functions: what a script asks comes in as JSON, and is answered as JSON.

Gradio's own route for them takes bodies of any size and shape, and answers a wrong one with a bare 500.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import anyio.to_thread
import gradio as gr
from fastapi import APIRouter, Request
from fastapi.responses import Response

from yogalab.errors import NotUnderstood
from yogalab.ui.gate import problem
from yogalab.ui.sent import plain, sent
from yogalab.words import say, sentence

PATH: Final = "/gradio_api/component_server"
# The names of all photos of the largest lab, when they are all named at one click.
MOST_BYTES: Final = 4 * 2**20


def panel_routes(demo: gr.Blocks) -> APIRouter:
    """POST where Gradio's scripts send {"component_id", "fn_name", "data"}. Included before Gradio's own."""
    router = APIRouter()

    @router.post(PATH)
    @router.post(f"{PATH}/")
    async def answer(request: Request) -> Response:
        body = await sent(request, MOST_BYTES)
        if body is None:
            return problem(say("page.too_large", limit=f"{MOST_BYTES // 2**20} MB"), 413)
        try:
            told = plain(body)
            asked = told if isinstance(told, dict) else {}
            function = _function(demo, asked.get("component_id"), asked.get("fn_name"))
        except NotUnderstood as error:
            return problem(sentence(error), 400)
        if function is None:
            return problem(say("page.missing"), 404)
        work = anyio.to_thread.run_sync(function, asked.get("data"), request, limiter=demo.limiter)
        return Response(_json(await work), media_type="application/json")

    return router


def _function(demo: gr.Blocks, component: object, name: object) -> Callable[..., object] | None:
    """The panel's function of that name; None where the panel has none. Raises NotUnderstood."""
    if isinstance(component, bool) or not isinstance(component, int) or not isinstance(name, str):
        raise NotUnderstood(what="fn_name")
    block: Any = demo.blocks.get(component)
    # As Gradio marks what scripts may call: no other method of a component is theirs.
    offered = {one.__name__: one for one in getattr(block, "server_fns", ())}
    return offered.get(name)


def _json(answer: object) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return json.dumps(_finite(answer), ensure_ascii=False).encode(errors="replace")


def _finite(value: object) -> object:
    """The same with null for every number that is none: no browser reads NaN."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value
