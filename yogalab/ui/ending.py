"""A server that ends in good order: what was answered is kept elsewhere before the machine goes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from yogalab.lab.lab import Lab


class OrderlyServer(uvicorn.Server):
    """Tells the lab at once that it is going to end, rather than when the last page has let go."""

    def __init__(self, config: uvicorn.Config, lab: Lab) -> None:
        super().__init__(config)
        self._lab = lab

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._lab.safekeeping.hurry()
        super().handle_exit(sig, frame)


@contextmanager
def ending_with(lab: Lab) -> Iterator[None]:
    """Keep the lab up to date elsewhere inside the block, and close it at the end, however that comes.

    A platform ends a program by SIGTERM. The server hands it on when it has ended, and Python would go at once.
    """

    def leave(sig: int, frame: FrameType | None) -> None:
        # Once is enough: what is going on then must not be cut off.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    lab.safekeeping.start()
    try:
        yield
    finally:
        lab.close()
