"""A Space on the Hub, as whoever deploys to it sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from yogalab.errors import HubError
from yogalab.records import Deployed, SpaceItem, SpaceWish


class Space(Protocol):
    """One Space. Errors are those of `yogalab.errors.spaces` and `HubError`."""

    @property
    def repo(self) -> str:
        """OWNER/NAME."""
        ...

    def look(self, wish: SpaceWish, *, asking: bool = True) -> tuple[Sequence[SpaceItem], HubError | None]:
        """Return what deploying would change, and why the Hub could not say what is there, if so."""
        ...

    def deploy(self, wish: SpaceWish) -> Deployed:
        """Create the Space or bring it up to date; the same again after any interruption."""
        ...

    def follow(self, commit: str, *, on_stage: Callable[[str, float], None], minutes: float) -> None:
        """Return when the Space runs a commit; `on_stage` hears of every change, with seconds so far."""
        ...

    def log(self, *, lines: int) -> Sequence[str]:
        """Return the end of what it last said."""
        ...
