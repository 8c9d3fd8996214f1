"""Which machine serves a lab whose rows are one SQLite file: two of them would tear it.

SQLite's write-ahead log is memory that processes share, and machines that only share a disk have none in
common. Locks are no help: on many network disks they do nothing. So whoever serves says so in a file, again and
again, and whoever comes waits to see whether it still changes; no two clocks are compared.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from yogalab.errors import ServedElsewhere
from yogalab.settings import Settings

NAME: Final = "served.json"
BEAT_SECONDS: Final = 5.0
# One beat may come late.
_BEATS_WAITED: Final = 2.5


def occupy(settings: Settings) -> None:
    """Say that this process serves the lab, until it ends. A lab on a database server bears many.

    Raises:
        ServedElsewhere: another machine serves it from the same file.
    """
    if not settings.database_url:
        occupancy = Occupancy(settings.home)
        occupancy.begin()
        atexit.register(occupancy.end)


class Occupancy:
    """One server's word that it serves the lab in a home.

    machine: its name; two processes of one machine may serve one lab. beat: seconds between two words.
    """

    def __init__(
        self,
        home: Path,
        *,
        machine: str = "",
        beat: float = BEAT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file = home / NAME
        self._machine = machine or socket.gethostname()
        self._beat = beat
        self._sleep = sleep
        self._over = threading.Event()

    def begin(self) -> None:
        """Raises ServedElsewhere."""
        other = self._said()
        if other is not None and other[0] != self._machine:
            # A server that was killed has left its last word behind, and says nothing more.
            self._sleep(self._beat * _BEATS_WAITED)
            now = self._said()
            if now is not None and now != other:
                raise ServedElsewhere(machine=now[0])
        self._say()
        threading.Thread(target=self._go_on, name="occupancy", daemon=True).start()

    def end(self) -> None:
        """Say no more."""
        self._over.set()
        said = self._said()
        if said is not None and said[0] == self._machine:
            self._file.unlink(missing_ok=True)

    def _go_on(self) -> None:
        while not self._over.wait(self._beat):
            self._say()

    def _say(self) -> None:
        aside = self._file.with_suffix(f".{secrets.token_hex(4)}")
        # A full disk must not end what is being served.
        with contextlib.suppress(OSError):
            try:
                aside.write_text(json.dumps({"machine": self._machine, "word": secrets.token_hex(8)}))
                aside.replace(self._file)
            finally:
                aside.unlink(missing_ok=True)

    def _said(self) -> tuple[str, str] | None:
        """(machine, word), None where nobody serves."""
        try:
            said = json.loads(self._file.read_text(encoding="utf-8"))
            return str(said["machine"]), str(said["word"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
