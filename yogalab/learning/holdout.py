"""Which photos are kept aside to judge versions by, never to teach."""

from __future__ import annotations

import hashlib
from typing import Final

SHARE: Final = 0.15


def is_drawn(identity: str, *, salt: str, share: float = SHARE) -> bool:
    """Return whether a photo falls on the hold-out's side: a fair draw that never changes.

    Drawn from a hash rather than from a stream of random numbers, so that the side is known before the photo is
    labelled, is the same in every process, and cannot be moved by what the model knows or what is asked.

    identity: the photo's hash; copies take the side of the first of them. salt: the lab's.
    """
    value = int.from_bytes(hashlib.sha256(f"{salt}:{identity}".encode()).digest()[:8], "big")
    return value < share * 2**64
