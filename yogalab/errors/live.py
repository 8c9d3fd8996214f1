"""What keeps a camera from being watched."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class LiveFull(YogaLabError):
    """As many cameras as can be watched are on already. Data: `cameras`."""

    code = "live.full"


class LiveBusy(YogaLabError):
    """Pictures of this camera come faster than they can be looked at."""

    code = "live.busy"
