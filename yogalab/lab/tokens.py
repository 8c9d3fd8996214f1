"""The token desk: keys for programs that act for a person, shown once and kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from yogalab.errors import BadTokenName, PersonNotFound, TokenNotFound, TokenUnknown, TooManyTokens
from yogalab.lab.parts import Parts, lesser, require
from yogalab.records import Coach, Role, Token

# What a key begins with: scanners for secrets find one that slipped into a repository, and logs hide it.
PREFIX: Final = "yogalab_"
LONGEST_NAME: Final = 60
LONGEST_DAYS: Final = 3650
MOST_TOKENS: Final = 50
# When a key was last used is written down no more often than this: a program may ask many times a second.
_USED_EVERY: Final = timedelta(hours=1)


class TokenDesk:
    """Keys are 256 random bits, so that their plain SHA-256 tells nobody what they are."""

    def __init__(self, parts: Parts, today: Callable[[str], Coach | None]) -> None:
        """today: somebody by id, with the role they have now; None for one who may not come in any more."""
        self._store = parts.store
        self._today = today
        self._clock = parts.clock

    def make(
        self, who: Coach, name: str, *, role: Role | None = None, days: int | None = None
    ) -> tuple[Token, str]:
        """Return a new key's facts and the key itself, which nobody can read again.

        role: what it may do at most; never more than `who`. days: until it ends; None, it does not.
        Raises PersonNotFound for one whom the lab would not let in, BadTokenName, TooManyTokens.
        """
        require(who, Role.VIEWER)
        maker = self._today(who.id)
        if maker is None:
            raise PersonNotFound(name=who.name)
        shown = " ".join(name.split())
        if not 1 <= len(shown) <= LONGEST_NAME or not shown.isprintable():
            raise BadTokenName(name=name[:LONGEST_NAME])
        if sum(token.coach == who.id for token in self._store.tokens()) >= MOST_TOKENS:
            raise TooManyTokens(most=MOST_TOKENS)
        now = self._clock()
        key = PREFIX + secrets.token_urlsafe(32)
        token = Token(
            id=secrets.token_hex(6),
            coach=who.id,
            name=shown,
            role=lesser(role or who.role, lesser(who.role, maker.role)),
            made_at=now,
            ends_at=None if days is None else now + timedelta(days=min(max(days, 1), LONGEST_DAYS)),
        )
        self._store.add_token(token, digest=_digest(key))
        return token, key

    def list(self, who: Coach) -> Sequence[Token]:
        """The person's own keys; an owner sees everybody's."""
        require(who, Role.VIEWER)
        return [token for token in self._store.tokens() if self._may_drop(who, token)]

    def drop(self, who: Coach, token_id: str) -> None:
        """Take a key back: the program that has it is let in no more. Raises TokenNotFound."""
        if not any(token.id == token_id for token in self.list(who)) or not self._store.drop_token(token_id):
            raise TokenNotFound()

    def bearer(self, key: str) -> Coach:
        """Return whom a key stands for, with the lesser of the key's role and the person's today.

        Raises TokenUnknown.
        """
        token = self._store.token(_digest(key)) if key.startswith(PREFIX) else None
        now = self._clock()
        if token is None or (token.ends_at is not None and token.ends_at <= now):
            raise TokenUnknown()
        person = self._today(token.coach)
        if person is None:
            raise TokenUnknown()
        if token.used_at is None or now - token.used_at >= _USED_EVERY:
            self._store.touch_token(token.id, now)
        return replace(person, role=lesser(token.role, person.role))

    def _may_drop(self, who: Coach, token: Token) -> bool:
        return token.coach == who.id or who.role is Role.OWNER


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
