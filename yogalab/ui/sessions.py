"""Who is at the other end: a signed cookie with a name, and the coach it stands for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from yogalab.errors import NotAllowed
from yogalab.lab.names import HUB
from yogalab.lab.tokens import PREFIX
from yogalab.records import Coach, Role

COOKIE = "yogalab_session"
LASTS = timedelta(days=30)
# Where the gate leaves the coach for the handlers. Gradio's requests carry the same scope.
SCOPE_KEY = "yogalab.coach"
# Whether it is a program with an access token who asks, rather than the person.
BY_TOKEN = "yogalab.by_token"
# Whoever looks in without signing in. Nobody's id is that of a person on the Hub without a name of theirs.
ANYBODY: Final = Coach(id=HUB, name="", role=Role.VISITOR)
# Beside the usual header: on a private Space that one holds the Space's own key.
TOKEN_HEADER = "x-yogalab-token"


class Scoped(Protocol):
    """A request: Starlette's own, which server functions get, as well as a bare one in tests."""

    @property
    def scope(self) -> Mapping[str, object]: ...


def coach_of(request: object) -> Coach:
    """Return who is asking, as the gate found out.

    Fails closed: a page that was started without its gate in front serves nobody. Raises NotAllowed.
    """
    # gr.Request wraps the real one; a server function of gr.HTML gets the real one itself.
    inner = getattr(request, "request", request)
    scope = getattr(inner, "scope", None) or {}
    coach = scope.get(SCOPE_KEY)
    if not isinstance(coach, Coach):
        raise NotAllowed(role="nobody", needs=Role.VIEWER.value)
    return coach


def by_token(request: Scoped) -> bool:
    """Whether a program asks, with an access token."""
    return bool(request.scope.get(BY_TOKEN))


def token_of(headers: Mapping[str, str]) -> str:
    """Return the access token of a request, empty where it has none of ours."""
    given = headers.get(TOKEN_HEADER, "").strip()
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    # Another's key in the usual header, such as a private Space's, is none of our business.
    ours = scheme.lower() == "bearer" and bearer.strip().startswith(PREFIX)
    return given or (bearer.strip() if ours else "")


class Session(NamedTuple):
    """What a cookie says: a name, or an account's id and its mark."""

    who: str
    mark: str


class Sessions:
    """Makes and reads the cookie: who, time of issue, mark, signature.

    On this machine alone a name is enough. Where people sign in it is the account's id, and the mark has to be
    the account's: so sessions end with it.
    """

    def __init__(self, secret: bytes, now: Callable[[], datetime]) -> None:
        self._secret = secret
        self._now = now

    def issue(self, name: str, mark: str = "") -> str:
        """Return a cookie's value for a name. mark: letters and digits."""
        body = f"{_encoded(name.encode())}.{int(self._now().timestamp())}" + (f".{mark}" if mark else "")
        return f"{body}.{self._signature(body)}"

    def read(self, cookie: str) -> Session | None:
        """Return what a cookie of ours says that is not too old, else None."""
        body, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        name, _, rest = body.partition(".")
        issued, _, mark = rest.partition(".")
        with suppress(ValueError):
            age = self._now().timestamp() - int(issued)
            if -60 <= age <= LASTS.total_seconds():
                return Session(base64.urlsafe_b64decode(name).decode(), mark)
        return None

    def _signature(self, body: str) -> str:
        return _encoded(hmac.digest(self._secret, body.encode(), "sha256"))


def session_secret(home: Path, password: str | None, *, shared: str | None = None) -> bytes:
    """Return the key that signs cookies: 32 bytes that survive a restart, and end with the password.

    A random key in the lab's home, mixed with the password: changing it signs everybody out, and a stolen
    cookie gives nothing to guess the password with. shared: what stands for the random key where several
    servers of one lab, each with a home of its own, are to know each other's coaches.
    """
    if shared:
        return hashlib.sha256(f"{shared}\n{password or ''}".encode()).digest()
    file = home / "session.key"
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
        key = secrets.token_bytes(32)
        fresh = file.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(key)
        fresh.replace(file)
    return hashlib.sha256(key + (password or "").encode()).digest()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
