"""The safekeeping desk: whether the lab would survive its machine."""

from __future__ import annotations

from yogalab.errors import VaultUnset
from yogalab.lab.parts import Parts, require
from yogalab.ports import Keeper, Progress
from yogalab.records import Coach, Role, Safekeeping, VaultCheck


class SafekeepingDesk:
    """A lab that is kept elsewhere as well, where a place is set for it."""

    def __init__(self, parts: Parts) -> None:
        self._keeper = parts.keeper
        self._stopped = False

    def state(self, who: Coach) -> Safekeeping | None:
        """How far the other place is behind; None where there is no such place. Nobody is asked for it."""
        require(who, Role.VIEWER)
        return None if self._keeper is None else self._keeper.state()

    def keep_now(self, who: Coach) -> Safekeeping:
        """Keep a copy of everything now, and whatever else waits. Raises VaultUnset, VaultError, HubError."""
        require(who, Role.OWNER)
        keeper = self._named()
        keeper.keep_now(whole=True)
        return keeper.state()

    def verify(self, who: Coach, progress: Progress = lambda share, stage: None) -> VaultCheck:
        """Read everything back from there and compare. Raises VaultUnset, VaultError, HubError."""
        require(who, Role.OWNER)
        return self._named().verify(progress)

    def start(self) -> None:
        """Keep up from now on: for a process that is going to stay."""
        if self._keeper is not None:
            self._keeper.start()

    def hurry(self) -> None:
        """The machine may be about to go."""
        if self._keeper is not None:
            self._keeper.hurry()

    def stop(self) -> None:
        """Keep what waits, and end. A second time does nothing."""
        if self._keeper is not None and not self._stopped:
            self._stopped = True
            self._keeper.stop()

    def _named(self) -> Keeper:
        if self._keeper is None:
            raise VaultUnset()
        return self._keeper
