"""What a Lab is made of. `wiring` names the concrete parts, tests hand over fakes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from yogalab.errors import NotAllowed
from yogalab.lab.house import HouseRules
from yogalab.lab.pace import STARTS, Pace
from yogalab.ports import (
    Backup,
    Clock,
    Encoder,
    EncoderChanges,
    EncoderShelf,
    Exchange,
    Hub,
    Jobs,
    Keeper,
    Landmarker,
    Passwords,
    PhotoFiles,
    PhotoReader,
    Portable,
    RentedMachines,
    Store,
    Tuner,
    Versions,
)
from yogalab.records import Coach, Job, Role

# The setting that holds the lab's choice of encoder; empty for skeletons alone.
ENCODER: Final = "encoder"
# The kind of job that tunes an encoder.
TUNE: Final = "tune"

_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The concrete parts behind the ports.

    While no encoder is in use, the lab works from skeletons. Without a tuner, encoders stay as they are.
    Without a keeper, the lab is kept on this machine alone.
    pause: waits so many seconds.
    """

    store: Store
    files: PhotoFiles
    reader: PhotoReader
    landmarker: Landmarker
    encoders: EncoderShelf
    changes: EncoderChanges
    versions: Versions
    hub: Hub
    jobs: Jobs
    backup: Backup
    exchange: Exchange
    clock: Clock
    passwords: Passwords
    tuner: Tuner | None = None
    portable: Portable | None = None
    hub_repo: str | None = None
    keeper: Keeper | None = None
    rented: RentedMachines | None = None
    seed: int = 0
    pause: Callable[[float], None] = time.sleep
    pace: Pace = field(default_factory=Pace)
    rules: HouseRules = field(default_factory=HouseRules)

    @property
    def encoder(self) -> Encoder | None:
        """The encoder in use. It changes by a click only, never because a network or a GPU appeared."""
        return self.encoders.current

    def start(self, kind: str, payload: Mapping[str, object], who: Coach) -> Job:
        """Start long work for somebody. Raises TooOften."""
        self.pace.take("start", who.id, STARTS)
        return self.jobs.start(kind, payload, who=who.id)


def lesser(one: Role, other: Role) -> Role:
    """The role of the two that may do less."""
    return min(one, other, key=_RANK.__getitem__)


def require(who: Coach, needs: Role) -> None:
    """Raises NotAllowed when the person's role does not reach."""
    if _RANK[who.role] < _RANK[needs]:
        raise NotAllowed(role=who.role.value, needs=needs.value)
