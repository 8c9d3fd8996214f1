"""The live desk: a camera's pictures one after the other, named and advised at once. Nothing is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from yogalab.errors import LiveBusy, LiveFull
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.lab.sitting import Seen, Sitting
from yogalab.records import Coach, Role

# A watcher holds some 60 MB and half a core: more cameras at once would each stutter.
MOST_CAMERAS: Final = 4
# Visitors of a public lab may try it, but never so many that a coach finds no room.
MOST_VISITING: Final = 2
# A camera of which nothing came for this long is off.
IDLE_SECONDS: Final = 10.0
# One looked at, one on its way.
MOST_AT_ONCE: Final = 2
NAME: Final = "camera.jpg"


@dataclass(eq=False)
class _Seat:
    """One camera. last: when the desk heard of it, by its clock; at_ms: its newest picture, by its page's."""

    sitting: Sitting
    lock: threading.Lock
    last: float
    visiting: bool = False
    waiting: int = 0
    at_ms: int = -1


class LiveDesk:
    """Cameras that are on now, each with a watcher of its own.

    now: seconds that only go on.
    """

    def __init__(self, parts: Parts, served: Served, *, now: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._served = served
        self._now = now
        self._lock = threading.Lock()
        self._seats: dict[tuple[str, str], _Seat] = {}
        self._broom: threading.Timer | None = None

    def see(
        self, who: Coach, seat: str, jpeg: bytes, at_ms: int, *, practised: int | None = None
    ) -> Seen | None:
        """Look at the next picture of a camera; None for one that is older than what was seen already.

        seat: the camera, by a name that its page made up. at_ms: when the picture was taken, by the page's own
        clock. practised: id of the pose to be advised on; the one that is named unless given.

        Raises NotAllowed, PhotoError, LiveFull, LiveBusy, PoseModelMissing.
        """
        require(who, Role.VISITOR)
        pixels = self._parts.reader.frame(NAME, jpeg)
        with self._taken(who, seat) as chair, chair.lock:
            if at_ms <= chair.at_ms:
                return None
            chair.at_ms = at_ms
            return chair.sitting.see(pixels, at_ms, practised)

    def leave(self, who: Coach, seat: str) -> None:
        """The camera was switched off."""
        require(who, Role.VISITOR)
        with self._lock:
            chair = self._seats.pop((who.id, seat), None)
        if chair is not None:
            _close(chair)

    def tidy(self) -> None:
        """Let go of cameras of which nothing came for `IDLE_SECONDS`."""
        with self._lock:
            long_ago = self._now() - IDLE_SECONDS
            idle = [key for key, chair in self._seats.items() if not chair.waiting and chair.last <= long_ago]
            gone = [self._seats.pop(key) for key in idle]
        for chair in gone:
            _close(chair)

    def close(self) -> None:
        """Let go of every camera."""
        with self._lock:
            gone, self._seats = list(self._seats.values()), {}
            broom, self._broom = self._broom, None
        if broom is not None:
            broom.cancel()
        for chair in gone:
            _close(chair)

    @contextmanager
    def _taken(self, who: Coach, seat: str) -> Iterator[_Seat]:
        """The camera's seat, held while one of its pictures is looked at."""
        self.tidy()
        with self._lock:
            chair = self._seats.get((who.id, seat))
            if chair is None:
                chair = self._seats[who.id, seat] = self._new(who)
                self._sweep_later()
            if chair.waiting >= MOST_AT_ONCE:
                raise LiveBusy()
            chair.waiting += 1
        try:
            yield chair
        finally:
            with self._lock:
                chair.waiting -= 1
                chair.last = self._now()

    def _new(self, who: Coach) -> _Seat:
        visiting = who.role is Role.VISITOR
        visitors = sum(chair.visiting for chair in self._seats.values())
        if len(self._seats) >= MOST_CAMERAS or (visiting and visitors >= MOST_VISITING):
            raise LiveFull(cameras=len(self._seats))
        sitting = Sitting(self._parts, self._served)
        return _Seat(sitting=sitting, lock=threading.Lock(), last=self._now(), visiting=visiting)

    def _sweep_later(self) -> None:
        """Called with the lock held. Nobody may ask again once the last camera is off."""
        if self._broom is None:
            self._broom = threading.Timer(IDLE_SECONDS, self._sweep)
            self._broom.daemon = True
            self._broom.start()

    def _sweep(self) -> None:
        self.tidy()
        with self._lock:
            self._broom = None
            if self._seats:
                self._sweep_later()


def _close(chair: _Seat) -> None:
    # Not in the middle of a picture.
    with chair.lock:
        chair.sitting.close()
