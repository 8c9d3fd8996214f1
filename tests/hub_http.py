"""How the test hub talks: bodies in, faults, replies out."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.hub_repos import Refused

JSON = {"Content-Type": "application/json"}
# A slow line moves in steps of so many seconds.
TICK = 0.05


class Exchange(BaseHTTPRequestHandler):
    """One request: fault, route, reply."""

    protocol_version = "HTTP/1.1"
    # One write a reply and no Nagle, or each costs the 40 ms of a delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    hub: Any
    rate: float | None = None

    def handle_any(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        how = self.hub.fault_for(f"{self.command} {path}")
        self.rate = how.get("rate") if isinstance(how, dict) else None
        if how == "tear" and self._tear():
            return
        body = self._body()
        if how == "cut":
            self._hang_up()
            return
        try:
            if isinstance(how, int):
                raise Refused(how, "as the test asked")
            if isinstance(how, dict) and "status" in how:
                headers = {name: value for name, value in how.items() if name != "status"}
                raise Refused(how["status"], "as the test asked", headers=headers)
            reply = self._route(path, body)
        except Refused as refused:
            headers = {"X-Error-Message": refused.message, **refused.headers}
            if refused.code:
                headers["X-Error-Code"] = refused.code
            self._send(refused.status, json.dumps({"error": refused.message, **refused.more}).encode(), headers)
            return
        if how == "lose":
            self._hang_up()
            return
        data, headers = reply if isinstance(reply, tuple) else (json.dumps(reply).encode(), JSON)
        if isinstance(data, bytes):
            self._send(200, data, headers, torn=how == "tear")
        else:
            self._stream(data, headers)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - http.server's names

    def log_message(self, *args: object) -> None:
        """Keep pytest's output to itself."""

    def _tear(self) -> bool:
        """Half of what comes in, then nothing more; False where nothing comes in."""
        size = int(self.headers.get("Content-Length") or 0)
        if size:
            self.rfile.read(size // 2)
            self._hang_up()
        return size > 0

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self._read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self._read(int(self.headers.get("Content-Length") or 0))

    def _read(self, size: int) -> bytes:
        if not self.rate:
            return self.rfile.read(size)
        # No more than a little waits on this side, as behind a slow line.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        parts, step = [], max(1, int(self.rate * TICK))
        while size > 0 and (part := self.rfile.read1(min(step, size))):
            parts.append(part)
            size -= len(part)
            time.sleep(len(part) / self.rate)
        return b"".join(parts)

    def _send(self, status: int, data: bytes, headers: dict[str, str], *, torn: bool = False) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._write(data[: len(data) // 2] if torn else data)
        self.wfile.flush()
        if torn:
            self._hang_up()

    def _stream(self, pieces: Iterable[bytes], headers: dict[str, str]) -> None:
        """As they come; the line is closed after the last."""
        self.send_response(200)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()

    def _write(self, data: bytes) -> None:
        step = max(1, int(self.rate * TICK)) if self.rate else max(1, len(data))
        for start in range(0, len(data), step):
            self.wfile.write(data[start : start + step])
            if self.rate:
                self.wfile.flush()
                time.sleep(step / self.rate)

    def _route(self, path: str, body: bytes) -> Any:
        raise NotImplementedError
