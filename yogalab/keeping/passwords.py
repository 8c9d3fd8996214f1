"""Passwords as Argon2id hashes (RFC 9106): what is kept says nothing about them to whoever takes it."""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

# Each takes 64 MiB while it runs: many tries at once must not take the machine's memory.
MOST_AT_ONCE: Final = 2


class Argon2Passwords:
    """See `yogalab.ports.Passwords`.

    hasher: the second recommended set of parameters of RFC 9106, section 4, unless given.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._room = threading.Semaphore(MOST_AT_ONCE)
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        with self._room:
            return self._hasher.hash(password)

    def verify(self, hash: str, password: str) -> bool:
        if not hash:
            if self._nobodys is None:
                self._nobodys = self.hash("")
            self.verify(self._nobodys, f"x{password}")
            return False
        with self._room:
            try:
                return self._hasher.verify(hash, password)
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, hash: str) -> bool:
        return self._hasher.check_needs_rehash(hash)
