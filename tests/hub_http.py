"""How the test hub talks: bodies in, faults, replies out."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.hub_repos import Refused


class Exchange(BaseHTTPRequestHandler):
    """One request: fault, route, reply."""

    protocol_version = "HTTP/1.1"
    # One write a reply and no Nagle, or each costs the 40 ms of a delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    hub: Any

    def handle_any(self) -> None:
        path, body = unquote(urlsplit(self.path).path), self._body()
        self.hub.requests.append(f"{self.command} {path}")
        how = self.hub.fault_for(f"{self.command} {path}")
        if how == "cut":
            self._hang_up()
            return
        try:
            if isinstance(how, int):
                raise Refused(how, "as the test asked")
            reply = self._route(path, body)
        except Refused as refused:
            headers = {"X-Error-Message": refused.message}
            if refused.code:
                headers["X-Error-Code"] = refused.code
            self._send(refused.status, json.dumps({"error": refused.message, **refused.more}).encode(), headers)
            return
        if how == "lose":
            self._hang_up()
        elif isinstance(reply, tuple):
            self._send(200, reply[0], reply[1])
        else:
            self._send(200, json.dumps(reply).encode(), {"Content-Type": "application/json"})

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - http.server's names

    def log_message(self, *args: object) -> None:
        """Keep pytest's output to itself."""

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
        self.wfile.flush()

    def _route(self, path: str, body: bytes) -> Any:
        raise NotImplementedError
