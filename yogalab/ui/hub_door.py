"""The way in by way of the Hub: there with an errand, back with who somebody is."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from yogalab.errors import YogaLabError
from yogalab.lab.entrance import HubPerson
from yogalab.lab.lab import Lab
from yogalab.records import Account
from yogalab.ui.cookies import cookie_of, drop_cookie, put_cookie
from yogalab.ui.openid import Errand, OpenIdProvider, ProviderAway, ProviderRefused
from yogalab.ui.seal import Seal
from yogalab.words import say, sentence

COOKIE: Final = "yogalab_errand"
# As long as somebody may think about it on the Hub's page.
_PATIENCE_SECONDS: Final = 600

_log = logging.getLogger(__name__)


class NotLetIn(Exception):
    """Nobody was signed in. Its text is the sentence for the login page."""


class HubDoor:
    """One round trip is one errand, sealed in a cookie of the browser that set out: no other one can end it."""

    def __init__(self, lab: Lab, provider: OpenIdProvider, seal: Seal) -> None:
        self._lab = lab
        self._provider = provider
        self._seal = seal

    async def set_out(self, *, wanted: str, invitation: str) -> Response:
        """Send a browser to the Hub. Raises NotLetIn."""
        errand = Errand()
        try:
            there = await self._provider.way_there(errand)
        except (ProviderAway, ProviderRefused) as error:
            raise self._told(error) from None
        words = {"state": errand.state, "nonce": errand.nonce, "verifier": errand.verifier}
        sealed = self._seal.close({**words, "next": wanted, "invitation": invitation})
        response = RedirectResponse(there, status_code=303)
        put_cookie(response, COOKIE, sealed, seconds=_PATIENCE_SECONDS, on_space=self._secure, framed=False)
        return response

    async def come_back(self, request: Request) -> tuple[Account, str]:
        """Return who came back and where they wanted to go. Raises NotLetIn."""
        errand = self._seal.open(cookie_of(request.headers, COOKIE), seconds=_PATIENCE_SECONDS)
        asked = request.query_params
        if errand is None or not hmac.compare_digest(asked.get("state", "").encode(), errand["state"].encode()):
            raise NotLetIn(say("login.hub_again"))
        if "error" in asked:
            raise NotLetIn(say("login.hub_declined"))
        try:
            own = Errand(errand["state"], errand["nonce"], errand["verifier"])
            person = await self._provider.person(asked.get("code", ""), own)
        except (ProviderAway, ProviderRefused) as error:
            raise self._told(error) from None
        try:
            return await run_in_threadpool(self._account, person, errand), errand["next"]
        except YogaLabError as error:
            raise NotLetIn(sentence(error)) from None

    def end(self, response: Response) -> None:
        """An errand is good for one return."""
        drop_cookie(response, COOKIE, on_space=self._secure, framed=False)

    def _account(self, person: HubPerson, errand: Mapping[str, str]) -> Account:
        if errand["invitation"]:
            return self._lab.invitations.accept_by_hub(errand["invitation"], person)
        return self._lab.entrance.by_hub(person)

    @property
    def _secure(self) -> bool:
        return self._provider.redirect.startswith("https:")

    def _told(self, error: ProviderAway | ProviderRefused) -> NotLetIn:
        # Which kind of trouble, and nothing that was sent.
        _log.warning("sign-in by the Hub: %s (%s)", type(error).__name__, error)
        return NotLetIn(say("login.hub_away" if isinstance(error, ProviderAway) else "login.hub_refused"))
