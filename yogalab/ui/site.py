"""The site: Gradio's pages and the lab's own routes behind one gate, and the server that serves them."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import Final

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from yogalab.errors import PasswordNeeded, PortTaken
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.ui.ahead import Ahead
from yogalab.ui.api import build_api
from yogalab.ui.door import Door, Patience
from yogalab.ui.gate import Gate
from yogalab.ui.routes import lab_routes
from yogalab.ui.sessions import Sessions, session_secret
from yogalab.ui.tenancy import settle_in
from yogalab.ui.theme import HEAD, lab_theme, styles
from yogalab.ui.upload import LARGEST_UPLOAD
from yogalab.words import say

# Where programs ask; see `yogalab.ui.api`.
API: Final = "/api/v1"


def build_site(demo: gr.Blocks, lab: Lab, settings: Settings) -> Gate:
    """Return the whole site as one ASGI application. Raises PasswordNeeded.

    Beyond this machine it needs a password: anyone could see the photos.
    """
    if (settings.on_space or not settings.loopback) and not settings.password:
        raise PasswordNeeded(host=settings.host)
    sessions = Sessions(session_secret(settings.home, settings.password, shared=settings.secret), _now)
    inner = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    inner.include_router(lab_routes(lab, settings, sessions))
    inner.mount(API, build_api(lab))
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
        Ahead(site),
        door=_door(lab, settings, sessions),
        sessions=sessions,
        enter=lab.people.enter,
        bearer=lab.tokens.bearer,
        locked=bool(settings.password),
        on_space=settings.on_space,
    )


def serve(demo: gr.Blocks, lab: Lab, settings: Settings) -> None:
    """Serve the pages until stopped. Raises PasswordNeeded, PortTaken."""
    site = build_site(demo, lab, settings)
    if not _free(settings.host, settings.port):
        raise PortTaken(port=settings.port)
    shown = "localhost" if settings.host in {"0.0.0.0", "::"} else settings.host
    print(say("serve.ready", address=f"http://{shown}:{settings.port}"), flush=True)
    settle_in()
    uvicorn.run(
        site,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        # A Space's proxy speaks for the browser; anywhere else nobody may claim to be another.
        proxy_headers=settings.on_space,
        forwarded_allow_ips="*" if settings.on_space else None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def _door(lab: Lab, settings: Settings, sessions: Sessions) -> ASGIApp:
    if not settings.password:
        return _nothing
    return Door(
        password=settings.password,
        sessions=sessions,
        enter=lab.people.enter,
        patience=Patience(_now),
        on_space=settings.on_space,
    )


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


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
