"""Who somebody is on the Hub, by OpenID Connect: authorization code, PKCE, a signed identity."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from yogalab.lab.entrance import HubPerson

# Who somebody is and what they are called: nothing here ever acts in their name on the Hub.
SCOPES: Final = "openid profile"
# Signatures that only the provider can make; "none" and shared secrets are not among them.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
_SECONDS: Final = 10.0
_LEEWAY_SECONDS: Final = 60
_KNOWN_FOR_SECONDS: Final = 3600.0
_LARGEST_ANSWER: Final = 2**18


class ProviderAway(Exception):
    """It does not answer, or says that it cannot now."""


class ProviderRefused(Exception):
    """It does not know the code, or what it says is not to be trusted. Holds no token and no code."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser takes along to the provider and has to bring back."""

    state: str = field(default_factory=lambda: generate_token(43))
    nonce: str = field(default_factory=lambda: generate_token(43))
    verifier: str = field(default_factory=lambda: generate_token(64))


class OpenIdProvider:
    """An OpenID provider. Its tokens live in `person` alone: read once, kept and logged nowhere.

    address: where its configuration lies, which is also how it calls itself. redirect: our own address that it
    sends browsers back to.
    """

    def __init__(self, *, address: str, client: str, secret: str, redirect: str) -> None:
        self._address = address.rstrip("/")
        self._client = client
        self._secret = secret
        self.redirect = redirect
        self._known: tuple[float, Mapping[str, Any]] | None = None
        self._keys: Mapping[str, Any] | None = None

    async def way_there(self, errand: Errand) -> str:
        """Where somebody is asked whether we may know who they are. Raises ProviderAway, ProviderRefused."""
        facts = await self._facts()
        return str(
            prepare_grant_uri(
                facts["authorization_endpoint"],
                self._client,
                "code",
                redirect_uri=self.redirect,
                scope=SCOPES,
                state=errand.state,
                nonce=errand.nonce,
                code_challenge=create_s256_code_challenge(errand.verifier),
                code_challenge_method="S256",
            )
        )

    async def person(self, code: str, errand: Errand) -> HubPerson:
        """Trade a code for who it was given to. Raises ProviderAway, ProviderRefused."""
        facts = await self._facts()
        tokens = await self._ask(
            "POST",
            facts["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.redirect,
                "code_verifier": errand.verifier,
            },
            auth=httpx2.BasicAuth(self._client, self._secret),
        )
        claims = await self._claims(facts, tokens, errand)
        if not claims.get("preferred_username"):
            claims = await self._profile(facts, tokens, claims["sub"])
        name = claims.get("preferred_username")
        if not isinstance(name, str) or not isinstance(claims["sub"], str):
            raise ProviderRefused("no name")
        return HubPerson(subject=claims["sub"], name=name)

    # --- what it says --------------------------------------------------------------------------------

    async def _claims(
        self, facts: Mapping[str, Any], tokens: Mapping[str, Any], errand: Errand
    ) -> Mapping[str, Any]:
        """What the identity token says, once its signature and all it is tied to are found right."""
        text, access = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(text, str) or not isinstance(access, str):
            raise ProviderRefused("no tokens")
        try:
            try:
                token = jwt.decode(text, await self._key_set(facts), algorithms=list(ALGORITHMS))
            except (JoseError, ValueError):
                # The provider may sign with a new key since.
                token = jwt.decode(text, await self._key_set(facts, anew=True), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": facts["issuer"]},
                    "aud": {"essential": True, "value": self._client},
                    "nonce": {"essential": True, "value": errand.nonce},
                },
                params={"nonce": errand.nonce, "client_id": self._client, "access_token": access},
            )
            claims.validate(now=int(time.time()), leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            # From None: what the libraries say may quote the token.
            raise ProviderRefused(type(error).__name__) from None
        return dict(claims)

    async def _profile(
        self, facts: Mapping[str, Any], tokens: Mapping[str, Any], subject: str
    ) -> Mapping[str, Any]:
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        told = await self._ask("GET", facts["userinfo_endpoint"], headers=bearer)
        if told.get("sub") != subject:
            raise ProviderRefused("another subject")
        return told

    # --- what it is ----------------------------------------------------------------------------------

    async def _facts(self) -> Mapping[str, Any]:
        if self._known is None or self._known[0] < time.monotonic() - _KNOWN_FOR_SECONDS:
            told = await self._ask("GET", f"{self._address}/.well-known/openid-configuration")
            names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            if str(told.get("issuer")).rstrip("/") != self._address:
                raise ProviderRefused("another issuer")
            if not all(_safe(str(told.get(name)), self._address) for name in names):
                raise ProviderRefused("endpoints elsewhere")
            self._known, self._keys = (time.monotonic(), told), None
        return self._known[1]

    async def _key_set(self, facts: Mapping[str, Any], *, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            self._keys = await self._ask("GET", facts["jwks_uri"])
        return KeySet.import_key_set(self._keys)  # type: ignore[arg-type]

    async def _ask(self, method: str, address: str, **more: Any) -> Mapping[str, Any]:
        """A JSON object from the provider, which is never followed to another address."""
        if not _safe(address, self._address):
            raise ProviderRefused("address")
        try:
            async with (
                httpx2.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client,
                client.stream(method, address, **more) as answer,
            ):
                body = b""
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > _LARGEST_ANSWER:
                        raise ProviderRefused("too long")
            if answer.status_code >= 500 or answer.status_code == 429:
                raise ProviderAway(str(answer.status_code))
            told = httpx2.Response(answer.status_code, content=body).json() if body else None
        except httpx2.HTTPError as error:
            raise ProviderAway(type(error).__name__) from None
        except ValueError:
            raise ProviderRefused("not JSON") from None
        if answer.status_code != 200 or not isinstance(told, dict):
            raise ProviderRefused(str(answer.status_code))
        return told


def scheme_of(host: str) -> str:
    """How a host is reached: only on this machine, where nobody listens in, without a certificate."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return "http" if name == "localhost" or ip_address(name).is_loopback else "https"
    except ValueError:
        return "https"


def _safe(address: str, provider: str) -> bool:
    """Whether an address is the provider's own, and nobody on the way can listen in."""
    wanted, own = urlsplit(address), urlsplit(provider)
    return (wanted.scheme, wanted.netloc) == (own.scheme, own.netloc) and wanted.scheme in {
        "https",
        scheme_of(own.netloc),
    }
