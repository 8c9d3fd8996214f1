"""When a lab is kept: every so often in a thread of its own, at once when its machine is about to go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from yogalab.errors import HubBusy, VaultError, YogaLabError
from yogalab.keeping.keeper import LabKeeper
from yogalab.keeping.verifying import check_vault
from yogalab.ports import Progress, Vault
from yogalab.records import Safekeeping, VaultCheck

LOG = logging.getLogger("yogalab.keeping")

# With what a step takes, an answer is elsewhere within a minute; and the Hub takes 128 commits an hour.
PACE_SECONDS: Final = 40.0
_AGAIN_AFTER: Final = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
# A platform that ends a program gives it about ten seconds.
_GRACE_SECONDS: Final = 8.0

# Does a little of what can wait, and says whether there is more.
Idle = Callable[[], bool]


class Rounds:
    """Implements `ports.Keeper`.

    idle: what to do while nothing waits to be kept, a little at a time.
    """

    def __init__(
        self,
        keeper: LabKeeper,
        vault: Vault,
        *,
        home: Path,
        idle: Idle = lambda: False,
        pace_seconds: float = PACE_SECONDS,
        again_after: Sequence[float] = _AGAIN_AFTER,
    ) -> None:
        self._keeper = keeper
        self._vault = vault
        self._home = home
        self._idle = idle
        self._pace = pace_seconds
        self._again_after = again_after
        self._wake, self._over = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._failures = 0
        self._asked_to_wait = 0.0

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="keeping elsewhere", daemon=True)
            self._thread.start()

    def hurry(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """As in the port; labels first, then photos while the platform's patience lasts."""
        if self._thread is None and self._keeper.idle:
            # A command that changed nothing asks nobody.
            return
        self._over.set()
        self._wake.set()
        end = time.monotonic() + _GRACE_SECONDS
        if self._thread is not None:
            self._thread.join(_GRACE_SECONDS)
            self._thread = None
        if self._round(files=False):
            while time.monotonic() < end and self._round(files=True):
                pass

    def keep_now(self, *, whole: bool = False) -> None:
        while self._keeper.keep(whole=whole):
            whole = False

    def state(self) -> Safekeeping:
        return self._keeper.state()

    def verify(self, progress: Progress) -> VaultCheck:
        return check_vault(self._vault, self._home, progress)

    def _run(self) -> None:
        more = True
        while not self._over.is_set():
            if not more:
                self._wake.wait(self._pause())
            self._wake.clear()
            if self._over.is_set():
                return
            more = self._round(files=True) or (not self._failures and self._bring_some())

    def _pause(self) -> float:
        if not self._failures:
            return self._pace
        return max(self._again_after[min(self._failures, len(self._again_after)) - 1], self._asked_to_wait)

    def _round(self, *, files: bool) -> bool:
        """Keep once; True while there is more. What goes wrong is told by `state`, and tried again later."""
        try:
            more = self._keeper.keep(files=files)
        except YogaLabError as error:
            self._failed(error)
            return False
        except Exception:
            # Labels go on, and so does the attempt to keep them elsewhere.
            LOG.exception("keeping elsewhere failed")
            self._failed(VaultError(place=self._vault.place))
            return False
        self._failures = 0
        return more

    def _failed(self, error: YogaLabError) -> None:
        self._failures += 1
        # The Hub says how long it wants to be left alone.
        self._asked_to_wait = float(str(error.data["seconds"])) if isinstance(error, HubBusy) else 0.0
        LOG.warning("not kept elsewhere: %s", error)
        self._keeper.note_trouble(error)

    def _bring_some(self) -> bool:
        try:
            return self._idle()
        except (YogaLabError, OSError) as error:
            LOG.warning("photos not brought back yet: %s", error)
            return False
