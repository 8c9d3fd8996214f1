"""Machines that are rented by the minute."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from yogalab.ports.tuning import Tuner
from yogalab.records import Hire, Machine


class RentedMachines(Protocol):
    """Machines with graphics cards, in the name and at the cost of the account that the lab uses."""

    def account(self) -> str:
        """In whose name. Raises HubOffline, HubTokenMissing, HubError."""

    def image(self) -> str:
        """The Space, "owner/name", whose programs a machine runs. Raises RentNoImage."""

    def machines(self) -> Sequence[Machine]:
        """What is on offer now, cheapest first. Raises HubOffline, HubTokenMissing, HubError."""

    def tuner(self, hire: Hire) -> Tuner:
        """What tunes on such a machine: pictures travel there, and are taken away when it is over.

        Cut off, the same request goes on watching the machine that works on it. Its `tune` raises besides what
        the port says: RentFailed, RentLost, RentTimeout, RentNeedsCredit, HubError.
        """

    def left(self) -> Collection[str]:
        """Fingerprints of requests whose machine or pictures may still be there."""

    def give_back(self, *, but: str | None = None) -> int:
        """Stop those machines and take those pictures away; returns how many are still left.

        but: the fingerprint of a request that goes on.
        """
