"""An OpenID provider over real HTTP, as strict as the Hub's, with faults to be set.

It knows one client. `user` is who sits at the browser: their consent is given at once, unless the provider
`asks`, when a page with a button is shown first.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "a-space", "the-secret-of-a-space-that-nobody-may-read"


@dataclass(frozen=True)
class User:
    subject: str
    name: str


@dataclass
class Provider:
    """What is known and what goes wrong.

    fault: "" or one of: away, declined, other_issuer, other_audience, other_nonce, other_key, shared_secret,
    unsigned, expired, nameless (the name only at userinfo), other_subject (and userinfo is somebody else's),
    not_json, elsewhere (its configuration names endpoints of another host).
    redirects: addresses of ours that it sends browsers back to. tokens: all it ever gave out.
    """

    address: str
    user: User
    redirects: set[str] = field(default_factory=set)
    asks: bool = False
    fault: str = ""
    tokens: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "now"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    holders: dict[str, User] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        root = "http://127.0.0.2:9" if self.fault == "elsewhere" else self.address
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{root}/oauth/authorize",
            "token_endpoint": f"{root}/oauth/token",
            "userinfo_endpoint": f"{root}/oauth/userinfo",
            "jwks_uri": f"{root}/oauth/jwks",
        }

    def new_key(self) -> None:
        """Sign with another key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": "then"})

    def back(self, asked: dict[str, str]) -> str:
        """Where the browser goes with a code, or with a no."""
        answer = {"state": asked["state"]}
        if self.fault == "declined":
            return f"{asked['redirect_uri']}?{urlencode({**answer, 'error': 'access_denied'})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({**answer, 'code': code})}"

    def refuses(self, asked: dict[str, str]) -> str:
        """What is wrong with how a browser was sent here."""
        if asked.get("client_id") != CLIENT or asked.get("redirect_uri") not in self.redirects:
            return "unknown client or redirect"
        if asked.get("response_type") != "code" or not asked.get("state") or not asked.get("nonce"):
            return "no code flow with state and nonce"
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return "no PKCE"
        return ""

    def trade(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """A code for tokens; each once, and only by whoever set out for it."""
        given = self.codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            given is None
            or given["redirect_uri"] != asked.get("redirect_uri")
            or not secrets.compare_digest(given["code_challenge"], challenge)
        ):
            return None
        access = f"hf_oauth_{secrets.token_urlsafe(24)}"
        self.holders[access] = self.user
        identity = self.identity(given["nonce"])
        self.tokens += [access, identity]
        return {"access_token": access, "token_type": "bearer", "expires_in": 3600, "id_token": identity}

    def identity(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": "https://elsewhere.example" if self.fault == "other_issuer" else self.address,
            "aud": "another-space" if self.fault == "other_audience" else CLIENT,
            "sub": self.user.subject,
            "nonce": "another" if self.fault == "other_nonce" else nonce,
            "iat": now,
            "exp": now - 3600 if self.fault == "expired" else now + 3600,
        }
        if self.fault not in {"nameless", "other_subject"}:
            claims["preferred_username"] = self.user.name
        if self.fault == "unsigned":
            head, body = ({"alg": "none"}, claims)
            return ".".join(_coded(json.dumps(part).encode()) for part in (head, body)) + "."
        if self.fault == "shared_secret":
            return jwt.encode({"alg": "HS256", "kid": "now"}, claims, OctKey.import_key(SECRET))
        key = RSAKey.generate_key(2048) if self.fault == "other_key" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


class _Answers(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path, asked = self._asked()
        provider = self.provider
        if provider.fault == "away":
            self._say(503, {})
        elif path == "/.well-known/openid-configuration":
            self._say(200, b"<html>" if provider.fault == "not_json" else provider.configuration())
        elif path == "/oauth/jwks":
            self._say(200, {"keys": [provider.key.as_dict(private=False)]})
        elif path == "/oauth/authorize":
            self._authorize(asked)
        elif path == "/oauth/userinfo":
            holder = provider.holders.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            subject = "somebody else" if provider.fault == "other_subject" else holder and holder.subject
            told = {"sub": subject, "preferred_username": holder and holder.name}
            self._say(200 if holder else 401, told if holder else {})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        asked = {name: values[-1] for name, values in parse_qs(body).items()}
        path, _ = self._asked()
        if path == "/oauth/consent":
            self._go(self.provider.back(json.loads(asked["asked"])))
        elif path == "/oauth/token":
            expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if self.headers.get("Authorization") != expected:
                self._say(401, {"error": "invalid_client"})
            else:
                tokens = self.provider.trade(asked)
                self._say(200 if tokens else 400, tokens or {"error": "invalid_grant"})
        else:
            self._say(404, {})

    def _authorize(self, asked: dict[str, str]) -> None:
        wrong = self.provider.refuses(asked)
        self.provider.scopes.append(asked.get("scope", ""))
        if wrong:
            self._say(400, {"error": wrong})
        elif self.provider.asks:
            kept = html.escape(json.dumps(asked), quote=True)
            self._say(
                200,
                f"<!doctype html><title>Consent</title><form method=post action=/oauth/consent>"
                f'<input type=hidden name=asked value="{kept}"><button>Authorize</button></form>'.encode(),
            )
        else:
            self._go(self.provider.back(asked))

    def _asked(self) -> tuple[str, dict[str, str]]:
        there = urlsplit(self.path)
        return there.path, {name: values[-1] for name, values in parse_qs(there.query).items()}

    def _go(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, status: int, told: dict[str, Any] | bytes) -> None:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(told, bytes) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def provider(user: User, *redirects: str) -> Iterator[Provider]:
    """Serve one on a port of this machine until the block ends."""
    handler = type("Answers", (_Answers,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made = Provider(address=f"http://127.0.0.1:{server.server_port}", user=user, redirects=set(redirects))
    handler.provider = made  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def environment(made: Provider, host: str) -> dict[str, str]:
    """What a Space at `host` is told of the provider."""
    made.redirects.add(f"http://{host}/login/callback")
    return {
        "OAUTH_CLIENT_ID": CLIENT,
        "OAUTH_CLIENT_SECRET": SECRET,
        "OAUTH_SCOPES": "openid profile",
        "OPENID_PROVIDER_URL": made.address,
        "SPACE_HOST": host,
    }


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
