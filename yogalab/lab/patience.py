"""Waiting as long as the Hub asks for, where the coach can see it and may leave."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from yogalab.errors import HubBusy
from yogalab.ports import Progress

# Rather than wait longer, say so: the coach comes back when it suits.
_MOST_SECONDS: Final = 600
_TRIES: Final = 5

T = TypeVar("T")


def when_free(
    work: Callable[[], T], progress: Progress, *, share: float, pause: Callable[[float], None] = time.sleep
) -> T:
    """Return what `work` returns, after the wait that the Hub asks for, as often as it asks.

    work: may be done over again from its beginning; share: how far the whole is meanwhile.
    Raises what `work` raises, HubBusy when it takes too long, Cancelled from `progress`.
    """
    for left in reversed(range(_TRIES)):
        try:
            return work()
        except HubBusy as busy:
            seconds = float(str(busy.data["seconds"]))
            if not left or seconds > _MOST_SECONDS:
                raise
            # A little at a time, so that a click on "cancel" is heard. One second more: clocks are rounded.
            for _ in range(int(seconds) + 1):
                progress(share, "publish.wait")
                pause(1.0)
            progress(share, "publish.send")
    raise AssertionError("the last try returns or raises")
