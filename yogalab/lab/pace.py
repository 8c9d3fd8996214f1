"""How often somebody may do what costs the lab much: some at once, then one after every little while."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from yogalab.errors import TooOften

# Of so many it is remembered what they did; those who waited longest are forgotten first.
_MOST_KNOWN: Final = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and one more after every so many seconds."""

    at_once: int
    seconds: float


# A picture to be looked at costs up to a second of both cores: by one viewer or from one address of visitors,
# and by all visitors together.
LOOKS: Final = Allowance(at_once=12, seconds=4.0)
LOOKS_OF_VISITORS: Final = Allowance(at_once=30, seconds=1.0)
# Long work that one person starts: trainings, encodings, publications.
STARTS: Final = Allowance(at_once=30, seconds=20.0)
# Files that one person has the lab write for them: the whole lab may be gigabytes.
PACKS: Final = Allowance(at_once=10, seconds=30.0)


class Pace:
    """Counts by what is done and who does it.

    Of each one number is kept, the moment at which everything allowed is free again ("generic cell rate
    algorithm", ITU-T I.371).

    now: seconds that only go on.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._rested: dict[tuple[str, str], float] = {}

    def take(self, what: str, by: str, allowance: Allowance) -> None:
        """Count once more. Raises TooOften, and counts nothing, where that is too often."""
        wait = self.waiting(what, by, allowance)
        if wait > 0:
            raise TooOften(seconds=math.ceil(wait))

    def waiting(self, what: str, by: str, allowance: Allowance) -> float:
        """Count once more and return 0; or the seconds to wait, and count nothing."""
        now, key = self._now(), (what, by)
        with self._lock:
            rested = max(self._rested.get(key, now), now)
            wait = rested - now - (allowance.at_once - 1) * allowance.seconds
            # Of two moments long after the clock began the difference is not exact.
            if wait > 1e-6:
                return wait
            self._rested[key] = rested + allowance.seconds
            if len(self._rested) > _MOST_KNOWN:
                self._forget(now)
            return 0.0

    def _forget(self, now: float) -> None:
        known = sorted(self._rested.items(), key=lambda item: item[1])
        self._rested = dict(one for one in known[len(known) // 2 :] if one[1] > now)
