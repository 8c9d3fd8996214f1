"""Values that a browser keeps for us and cannot change."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime


class Seal:
    """Signs a few words with a time. purpose: what is sealed for one use is no good for another."""

    def __init__(self, secret: bytes, purpose: str, now: Callable[[], datetime]) -> None:
        self._key = hmac.digest(secret, purpose.encode(), "sha256")
        self._now = now

    def close(self, words: Mapping[str, str]) -> str:
        """Return them as text for a cookie or an address."""
        body = _coded(json.dumps({**words, "": str(int(self._now().timestamp()))}).encode())
        return f"{body}.{self._signature(body)}"

    def open(self, sealed: str, *, seconds: float) -> Mapping[str, str] | None:
        """Return the words; None where they are not ours or older than that."""
        body, _, signature = sealed.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        try:
            words: dict[str, str] = json.loads(base64.urlsafe_b64decode(body))
        except (binascii.Error, ValueError):
            return None
        age = self._now().timestamp() - int(words.pop("", "0"))
        return words if 0 <= age <= seconds else None

    def _signature(self, body: str) -> str:
        return _coded(hmac.digest(self._key, body.encode(), "sha256"))


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
