"""The site: Gradio's pages and the lab's own routes behind one gate, and the server that serves them."""

from __future__ import annotations

import socket
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from yogalab.errors import PasswordNeeded, PortTaken, YogaLabError
from yogalab.lab.lab import Lab
from yogalab.lab.pace import Pace
from yogalab.settings import Settings
from yogalab.ui.ahead import Ahead
from yogalab.ui.api import build_api
from yogalab.ui.door import BACK, Door
from yogalab.ui.ending import OrderlyServer, ending_with
from yogalab.ui.gate import Gate
from yogalab.ui.hub_door import HubDoor
from yogalab.ui.limits import Limits
from yogalab.ui.openid import OpenIdProvider, scheme_of
from yogalab.ui.openings import Openings
from yogalab.ui.panel_route import panel_routes
from yogalab.ui.patience import Patience
from yogalab.ui.routes import lab_routes, refusal
from yogalab.ui.safekeeping import brought_back
from yogalab.ui.seal import Seal
from yogalab.ui.sessions import Sessions, session_secret
from yogalab.ui.tenancy import settle_in
from yogalab.ui.theme import HEAD, lab_theme, styles
from yogalab.ui.tool_calls import ToolCalls
from yogalab.ui.upload import LARGEST_UPLOAD
from yogalab.words import say

# Where programs ask; see `yogalab.ui.api`.
API: Final = "/api/v1"
# How long open pages may hold up the end; with what is kept elsewhere after it, less than platforms allow.
_GRACE_SECONDS: Final = 3


def build_site(demo: gr.Blocks, lab: Lab, settings: Settings, *, pace: Pace | None = None) -> Gate:
    """Return the whole site as one ASGI application. Raises PasswordNeeded.

    Beyond this machine it needs a password: anyone could see the photos. pace: by which requests are counted.
    """
    if (settings.on_space or not settings.loopback) and not settings.locked:
        raise PasswordNeeded(host=settings.host)
    # What a Space is given to know people by outlives its disk, and so do sessions.
    shared = settings.secret or settings.oauth_secret
    secret = session_secret(settings.home, settings.password, shared=shared)
    sessions = Sessions(secret, _now)
    inner = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    inner.add_exception_handler(YogaLabError, _refused)
    inner.add_exception_handler(ClientDisconnect, _gone)
    inner.include_router(lab_routes(lab, settings, sessions))
    inner.mount(API, build_api(lab))
    inner.include_router(panel_routes(demo))
    # Mounted last: Gradio answers at "/" whatever the lab's own routes do not.
    site = gr.mount_gradio_app(
        inner,
        demo,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=["gradio"],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=True,
        max_file_size=LARGEST_UPLOAD,
        theme=lab_theme(),
        css=styles(),
        head=HEAD,
    )
    return Gate(
        Limits(Ahead(Openings(ToolCalls(site))), pace=pace or Pace(), on_space=settings.on_space),
        door=_door(lab, settings, sessions, secret),
        sessions=sessions,
        people=lab.people,
        bearer=lab.tokens.bearer,
        visitors=settings.visitors,
        on_space=settings.on_space,
    )


def serve(demo: gr.Blocks, lab: Lab, settings: Settings) -> None:
    """Serve the pages until stopped, then close the lab. Raises PasswordNeeded, PortTaken."""
    site = build_site(demo, lab, settings)
    if not _free(settings.host, settings.port):
        raise PortTaken(port=settings.port)
    shown = "localhost" if settings.host in {"0.0.0.0", "::"} else settings.host
    for line in (*brought_back(lab), say("serve.ready", address=f"http://{shown}:{settings.port}")):
        print(line, flush=True)
    settle_in()
    config = uvicorn.Config(
        site,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        # A Space's proxy speaks for the browser; anywhere else nobody may claim to be another.
        proxy_headers=settings.on_space,
        forwarded_allow_ips="*" if settings.on_space else None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    with ending_with(lab), suppress(KeyboardInterrupt):
        OrderlyServer(config, lab).run()


async def _refused(request: Request, error: Exception) -> Response:
    """What a route has left to be told."""
    assert isinstance(error, YogaLabError)
    return refusal(error)


async def _gone(request: Request, error: Exception) -> Response:
    """Nobody is there any more to read an answer, and nothing is wrong with the server."""
    return Response(status_code=400)


def _door(lab: Lab, settings: Settings, sessions: Sessions, secret: bytes) -> Door | None:
    if not settings.locked:
        return None
    hub = _hub_door(lab, settings, secret) if settings.oauth else None
    return Door(lab, settings, sessions, Patience(_now), hub)


def _hub_door(lab: Lab, settings: Settings, secret: bytes) -> HubDoor:
    host = settings.space_host or ""
    provider = OpenIdProvider(
        address=settings.oauth_provider or "",
        client=settings.oauth_client or "",
        secret=settings.oauth_secret or "",
        redirect=f"{scheme_of(host)}://{host}{BACK}",
    )
    return HubDoor(lab, provider, Seal(secret, "errand", _now))


def _now() -> datetime:
    return datetime.now(UTC)


def _free(host: str, port: int) -> bool:
    """Whether nobody else listens there: uvicorn itself only logs the trouble and ends."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
