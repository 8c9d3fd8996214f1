"""The rows of a lab as one database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from yogalab.ports.accounts import AccountStore, InvitationStore
from yogalab.ports.rows import (
    CoachStore,
    JobStore,
    LabelStore,
    LeaseStore,
    PhotoStore,
    PoseStore,
    TokenStore,
    VersionStore,
)


class SettingStore(Protocol):
    """A few values that belong to the lab rather than to the machine: its encoder, its salt."""

    def setting(self, name: str) -> str | None: ...

    def put_setting(self, name: str, value: str) -> None: ...

    def settle_setting(self, name: str, value: str) -> str:
        """Return the setting; where there is none it is the value from now on, for every process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Counters of the database. One that moved says which part of a lab's memory is stale."""

    seq: int  # last label event
    purges: int  # deletions
    photos: int  # counts up with every photo added, deleted, or moved to another group or the hold-out
    looked: int  # rows of "this pose model looked at this photo"
    embeddings: int
    poses: int  # counts up with every change of a pose
    activation: int  # last row of the activation log


class Store(
    PhotoStore,
    LabelStore,
    LeaseStore,
    PoseStore,
    VersionStore,
    CoachStore,
    AccountStore,
    InvitationStore,
    JobStore,
    TokenStore,
    SettingStore,
    Protocol,
):
    """All of it, one database."""

    def pulse(self) -> Pulse:
        """What changed, in one cheap query: any process may write, each lab looks here to catch up."""

    def snapshot(self, target: Path) -> None:
        """Write a consistent copy of the database while it is in use."""

    def revision(self) -> str:
        """The schema's revision in db/versions."""

    def check(self) -> Sequence[str]:
        """Return what is wrong with the database; empty when it is sound."""

    def close(self) -> None: ...
