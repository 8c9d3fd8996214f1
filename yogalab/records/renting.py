"""A machine that is rented by the minute, and what doing so would mean."""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One on offer. name: as the Hub calls it; accelerator: its graphics card, "" for none; dollars an hour."""

    name: str
    label: str
    accelerator: str
    dollars_per_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed to before anything leaves this machine.

    minutes: after which the machine is stopped, whatever it has come to. photos: how many are sent; unsure: of
    how many nobody said that the people in them agreed. account: in whose name, and at whose cost. image: the
    Space whose programs it runs.
    """

    rung: str
    machine: Machine
    minutes: int
    photos: int
    unsure: int
    account: str
    image: str

    @property
    def dollars(self) -> float:
        """The most it can cost."""
        return self.machine.dollars_per_hour * self.minutes / 60

    @property
    def dollars_at_most(self) -> float:
        """The same, up to the next cent."""
        return math.ceil(round(100 * self.dollars, 2)) / 100

    @property
    def mark(self) -> str:
        """A name of exactly these terms: whoever agrees to others is asked again."""
        return hashlib.sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    """What a rented tuning runs on. machine: its name; minutes: its time limit."""

    machine: str
    minutes: int
