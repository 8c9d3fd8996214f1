"""What a Lab is made of. `wiring` names the concrete parts, tests hand over fakes."""

from __future__ import annotations

from dataclasses import dataclass

from yogalab.errors import NotAllowed
from yogalab.ports import (
    Backup,
    Clock,
    Encoder,
    Exchange,
    Hub,
    Jobs,
    Landmarker,
    PhotoFiles,
    PhotoReader,
    Store,
    Versions,
)
from yogalab.records import Coach, Role

_RANK = {Role.VIEWER: 0, Role.COACH: 1, Role.OWNER: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The concrete parts behind the ports.

    encoder is None when no weights are on this machine: the lab then works from skeletons.
    """

    store: Store
    files: PhotoFiles
    reader: PhotoReader
    landmarker: Landmarker
    encoder: Encoder | None
    versions: Versions
    hub: Hub
    jobs: Jobs
    backup: Backup
    exchange: Exchange
    clock: Clock
    hub_repo: str | None = None
    seed: int = 0


def require(who: Coach, needs: Role) -> None:
    """Raises NotAllowed when the person's role does not reach."""
    if _RANK[who.role] < _RANK[needs]:
        raise NotAllowed(role=who.role.value, needs=needs.value)
