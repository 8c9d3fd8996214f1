"""The pages of a lab on a port of this machine, for tests that go through HTTP or a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.ui.pages import build_app
from yogalab.ui.site import build_site


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(lab: Lab, settings: Settings, *, port: int | None = None) -> Iterator[str]:
    """Serve until the block ends; yields the address."""
    port = port or free_port()
    settings = replace(settings, port=port)
    site = build_site(build_app(lab, settings), lab, settings)
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    started = threading.Event()
    while not server.started and thread.is_alive():
        started.wait(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
