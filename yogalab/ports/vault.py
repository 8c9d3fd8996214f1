"""Where a lab is kept a second time: on another disk, or in a private repository on the Hub."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from yogalab.ports.progress import Progress
from yogalab.records import Safekeeping, VaultCheck


class Vault(Protocol):
    """Blobs by name ("photos/ab/cd.jpg"). Nobody but the lab's owner can read them.

    Every method raises VaultSilent when nothing answers, and VaultRefused when what answers says no.
    """

    @property
    def place(self) -> str:
        """Where it is, as its owner wrote it."""

    def names(self) -> Collection[str]:
        """All blobs there now; empty where nothing has been kept yet."""

    def get(self, name: str) -> bytes:
        """Raises FileNotFoundError."""

    def fetch(self, names: Sequence[str], folder: Path) -> None:
        """Write blobs below a folder of this machine, by their names. Raises FileNotFoundError."""

    def change(self, puts: Mapping[str, bytes | Path], drops: Collection[str], *, why: str) -> None:
        """Put and drop blobs in one step, or else in this order, the last put last; then all is durable.

        Raises VaultMoved: somebody else has written since `names` was asked; nothing was changed.
        """

    def forget(self) -> None:
        """Let nothing that was dropped be read any more, where a vault remembers its past."""


class Keeper(Protocol):
    """Keeps a lab in a vault, behind its back: no label waits for it."""

    def start(self) -> None:
        """Begin to keep up, in a thread of its own, until `stop`."""

    def hurry(self) -> None:
        """Keep what waits at once rather than with the next round: the machine may be about to go."""

    def stop(self) -> None:
        """End the thread and keep what waits, as far as the vault answers."""

    def keep_now(self, *, whole: bool = False) -> None:
        """Keep what waits, here and now; whole: also a copy of the whole database. Raises VaultSilent."""

    def state(self) -> Safekeeping: ...

    def verify(self, progress: Progress) -> VaultCheck:
        """Read everything back from the vault and compare. Raises VaultSilent, VaultRefused."""
