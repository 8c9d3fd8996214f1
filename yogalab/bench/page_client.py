"""One coach's review page as far as the server sees it: the same requests, without a browser."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from yogalab.errors import LabNotServed

PATIENCE_SECONDS: Final = 30.0
# A server hangs up after five seconds without a request.
IDLE_SECONDS: Final = 3.0
PANEL: Final = "yl-review"


class NotAnswered(Exception):
    """A request that the page would have taken for trouble. Carries what was heard."""


@dataclass(kw_only=True)
class PageClient:
    """A page that is open: asks the panel's server functions over one connection. Not for several threads.

    patience: seconds that an answer may take. seconds: request -> how long each took, by its name; the clock is
    `time.perf_counter`. others: further servers of the same lab: when the line to one breaks, the next gets the
    same request, as behind anything that spreads requests over servers. moved: how often that was.
    """

    address: str
    coach: str
    others: Sequence[str] = ()
    moved: int = 0
    panel: str = PANEL
    patience: float = PATIENCE_SECONDS
    seat: str = field(default_factory=lambda: str(uuid4()))
    seconds: dict[str, list[float]] = field(default_factory=dict)
    _cookie: str = ""
    _panel: int = 0
    _line: http.client.HTTPConnection | None = None
    _used: float = 0.0

    def open(self) -> None:
        """Sign in and load the page. Raises LabNotServed."""
        try:
            answer, headers = self._send("POST", "/lab/name", {"name": self.coach})
            self.coach = answer["name"]
            self._cookie = headers.get("set-cookie", "").partition(";")[0]
            shown, _ = self._send("GET", "/config")
            self._panel = next(
                part["id"] for part in shown["components"] if part["props"].get("elem_id") == self.panel
            )
        except (NotAnswered, StopIteration, KeyError) as error:
            raise LabNotServed from error

    def ask(self, name: str, asked: Mapping[str, object]) -> Any:
        """Return what a server function answers. Raises NotAnswered."""
        call = {"session_hash": self.seat, "component_id": self._panel, "fn_name": name, "data": asked}
        start = time.perf_counter()
        answer, _ = self._send("POST", "/gradio_api/component_server", call)
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        if not isinstance(answer, dict) or "ok" not in answer:
            raise NotAnswered(answer)
        return answer["ok"]

    def knock(self, path: str) -> float:
        """Return the seconds of a round trip that asks the lab nothing. Raises NotAnswered."""
        start = time.perf_counter()
        self._send("GET", path)
        return time.perf_counter() - start

    def close(self) -> None:
        """Close the page without a word, as a lost connection does."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _send(self, method: str, path: str, body: object = None) -> tuple[Any, Mapping[str, str]]:
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        data = None if body is None else json.dumps(body).encode()
        answer, told = self._heard(method, path, data, headers)
        if answer.status >= 400:
            raise NotAnswered(f"{path}: {answer.status}")
        heard = {name.lower(): value for name, value in answer.getheaders()}
        return (json.loads(told) if "json" in heard.get("content-type", "") else None), heard

    def _heard(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask, at the next server where this one is gone. The lab takes the same answer twice as one."""
        for left in range(len(self.others), -1, -1):
            try:
                if time.perf_counter() - self._used > IDLE_SECONDS:
                    self.close()
                line = self._connected()
                line.request(method, path, body=data, headers=dict(headers))
                answer = line.getresponse()
                told = answer.read()
                self._used = time.perf_counter()
                return answer, told
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if not left:
                    raise NotAnswered(repr(error)) from error
                self.address, *others = (*self.others, self.address)
                self.others = others
                self.moved += 1
        raise AssertionError("asked at least once")

    def _connected(self) -> http.client.HTTPConnection:
        if self._line is None:
            at = urlsplit(self.address)
            self._line = http.client.HTTPConnection(at.hostname or "", at.port or 80, timeout=self.patience)
        return self._line
