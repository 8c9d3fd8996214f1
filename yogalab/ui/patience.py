"""A little patience after wrong passwords."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address

WRONG_BEFORE_PAUSE = 8
PAUSE_SECONDS = 300.0
# For one name from all addresses: more, or anybody could shut somebody out by guessing eight times.
WRONG_FOR_A_NAME = 40
# From all addresses together: somebody with many of them is no faster than this.
WRONG_FROM_ALL = 200


class Patience:
    """Counts wrong passwords by address and by name; after a few it asks to wait."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._wrong: deque[tuple[float, str, str]] = deque(maxlen=10_000)

    def exhausted(self, address: str, name: str = "") -> bool:
        """Whether this address, this name or all together had too many wrong tries lately."""
        since = self._now().timestamp() - PAUSE_SECONDS
        while self._wrong and self._wrong[0][0] < since:
            self._wrong.popleft()
        here, called = neighbourhood(address), name.casefold()
        from_here = sum(other == here for _, other, _ in self._wrong)
        for_them = sum(other == called for _, _, other in self._wrong) if called else 0
        return (
            from_here >= WRONG_BEFORE_PAUSE
            or for_them >= WRONG_FOR_A_NAME
            or len(self._wrong) >= WRONG_FROM_ALL
        )

    def wrong(self, address: str, name: str = "") -> object:
        """Count a try. It counts from before the password is looked at, so that many at once are no way around;
        returns what `right` takes it back by."""
        entry = (self._now().timestamp(), neighbourhood(address), name.casefold())
        self._wrong.append(entry)
        return entry

    def right(self, entry: object) -> None:
        """That try was none after all."""
        if entry in self._wrong:
            self._wrong.remove(entry)  # type: ignore[arg-type]


def neighbourhood(address: str) -> str:
    """One line to the internet has 2^64 addresses of the new kind at least: they count as one."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(IPv6Network((known, 64), strict=False))
    return str(known)
