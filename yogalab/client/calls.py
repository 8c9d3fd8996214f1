"""Asking over HTTP, with Python's own library alone."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# A lab that is being restarted is back within seconds; whatever is sent again has the id it had before.
TRIES = 4
PAUSE_SECONDS = 1.0
LONGEST_PAUSE = 30.0
# "Too many requests" and "service unavailable": a lab that is asked too often, or is busy starting.
BUSY = frozenset({429, 503})


class LabError(Exception):
    """The lab refused. `status` is HTTP's, 0 where nobody answered; `code` is the same in every language."""

    def __init__(self, error: str, code: str, status: int) -> None:
        super().__init__(error)
        self.code = code
        self.status = status


class Calls:
    """Requests to one lab."""

    def __init__(self, address: str, token: str | None, space_token: str | None, timeout: float) -> None:
        self._address = address.rstrip("/")
        self._timeout = timeout
        self._headers: dict[str, str] = {}
        if token:
            self._headers["X-YogaLab-Token"] = token
        if space_token:
            self._headers["Authorization"] = f"Bearer {space_token}"

    def ask(self, method: str, path: str, body: bytes | None = None, media: str = "") -> Any:
        """The answer of JSON to a request below /api/v1. Raises LabError."""
        return json.loads(self.send(method, f"/api/v1/{path}", body, media))

    def tell(self, path: str, body: Mapping[str, object]) -> Any:
        """Post an object, without what is None in it. Raises LabError."""
        given = {name: value for name, value in body.items() if value is not None}
        return self.ask("POST", path, json.dumps(given).encode(), "application/json")

    def send(self, method: str, path: str, body: bytes | None = None, media: str = "") -> bytes:
        """The bytes of an answer. Raises LabError."""
        headers = {**self._headers, **({"Content-Type": media} if media else {})}
        request = urllib.request.Request(self._address + path, data=body, headers=headers, method=method)
        # Training twice is not the same as once; everything else may be asked again.
        tries = 1 if path.endswith("/trainings") else TRIES
        for left in reversed(range(tries)):
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    if not left or error.code not in BUSY:
                        raise _refusal(error) from error
                    pause = error.headers.get("Retry-After", "")
                time.sleep(min(float(pause), LONGEST_PAUSE) if pause.isdecimal() else PAUSE_SECONDS)
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    raise LabError(f"The lab does not answer: {error}", "no_connection", 0) from error
                time.sleep(PAUSE_SECONDS)
        raise AssertionError


def form(values: Sequence[tuple[str, str]], files: Sequence[Path]) -> tuple[bytes, str]:
    """(body, media type) of a form, as RFC 7578 has it."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values
    ]
    for file in files:
        name = file.name.replace('"', "%22").replace("\r", " ").replace("\n", " ")
        head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        parts += [
            f"{head}Content-Type: application/octet-stream\r\n\r\n".encode("utf-8", "replace"),
            file.read_bytes(),
            b"\r\n",
        ]
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


def _refusal(error: urllib.error.HTTPError) -> LabError:
    try:
        told = json.loads(error.read())
        return LabError(told["error"], told.get("code", ""), error.code)
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        # Something on the way answered in the lab's place.
        return LabError(f"{error.code} {error.reason}", "", error.code)
