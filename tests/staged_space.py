"""A Space in small: what was really sent to the test hub, run as the Hub runs it, and somebody at a browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2

from tests.hub_server import HubServer

ROOT = Path(__file__).parents[1]
STARTS_WITHIN_SECONDS = 300


def fetched(hub: HubServer, repo: str, folder: Path) -> Path:
    """Write what the Space's repository holds into an empty folder: all that its builder gets to see."""
    found = hub.repos.get("space", repo)
    assert found is not None
    for path, blob in found.head.tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(blob.data)
    return folder


def without_checkout(folder: Path) -> Path:
    """Return a folder for PYTHONPATH that takes this checkout off every Python's path.

    The environment of the tests has the checkout installed, and with it a folder spaces/ that no Space has.
    """
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(
        f"import sys\nsys.path[:] = [path for path in sys.path if path != {str(ROOT)!r}]\n"
    )
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gpu_lender() -> Iterator[tuple[str, list[str]]]:
    """ZeroGPU's own service as far as a start goes: its address, and the paths that were asked for."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class StagedSpace:
    """One machine after the other that runs the Space: a disk of its own each, which is empty at first.

    python: what the builder made of requirements.txt. given: the environment beside what every process has.
    """

    folder: Path
    disk: Path
    python: str
    repo: str
    given: Mapping[str, str]
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}"

    @property
    def said(self) -> str:
        """All that its processes printed, of every life."""
        return (self.folder.parent / "space.log").read_text()

    def start(self, **more: str) -> float:
        """Start on an empty disk; return the seconds until the pages answer."""
        shutil.rmtree(self.disk, ignore_errors=True)
        self.disk.mkdir()
        owner, name = self.repo.split("/")
        # Nothing of whoever runs the tests but where programs are, and how many threads they may take.
        kept = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS") if name in os.environ}
        env = {
            **kept,
            "HOME": str(self.disk),
            "SYSTEM": "spaces",
            "SPACE_ID": self.repo,
            "SPACE_AUTHOR_NAME": owner,
            "SPACE_REPO_NAME": name,
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": str(self.port),
            "HF_HUB_DISABLE_XET": "1",
            "PYTHONPATH": str(without_checkout(self.folder.parent / "isolated")),
            **self.given,
            **more,
        }
        begun = time.monotonic()
        with (self.folder.parent / "space.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.python, "app.py"], cwd=self.folder, env=env, stdout=log, stderr=log
            )
        while not self._answers():
            assert self._process.poll() is None, self.said
            assert time.monotonic() - begun < STARTS_WITHIN_SECONDS, self.said
            time.sleep(0.1)
        return time.monotonic() - begun

    def kill(self) -> None:
        """As when the machine is pulled out."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As the Hub ends a Space; return the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        status = self._process.wait(timeout=60)
        self._process = None
        return status

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"{self.address}/login", timeout=5).status_code < 500
        except httpx2.TransportError:
            return False


class Browser:
    """Somebody at a browser: cookies, redirects, the panels' server functions."""

    def __init__(self, address: str) -> None:
        self.http = httpx2.Client(base_url=address, follow_redirects=True, timeout=120)
        # Like a browser, which takes a name of this machine for a safe one.
        self.http.cookies.jar.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))

    def sign_in(self) -> httpx2.Response:
        """By the Hub: there, and back with an identity."""
        return self.http.get("/login/hub", headers={"accept": "text/html"})

    def make_token(self) -> str:
        """Make an access token for a program, with one's own role."""
        made = self.http.post("/api/v1/tokens", json={"name": "test"})
        assert made.status_code == 201, made.text
        return str(made.json()["token"])

    def ask(self, panel: str, name: str, **asked: object) -> Any:
        """Return what a server function of a panel answers."""
        parts = self.http.get("/config").json()["components"]
        number = next(part["id"] for part in parts if part["props"].get("elem_id") == panel)
        call = {"component_id": number, "fn_name": name, "data": asked, "session_hash": "test"}
        answer = self.http.post("/gradio_api/component_server", content=json.dumps(call))
        told = answer.json()
        assert answer.status_code == 200 and "ok" in told, told
        return told["ok"]
