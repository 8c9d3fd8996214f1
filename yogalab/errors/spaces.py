"""Putting a lab on a Space."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError
from yogalab.errors.hub import HubError, HubPayment


class SpacePayment(HubPayment):
    """A free account asked for hardware that it does not get. Data: `repo`, `hardware`."""

    code = "space.payment"


class ZeroGpuRefused(HubPayment):
    """The account gets no ZeroGPU either. Data: `repo`."""

    code = "space.payment_zero"


class SecretMissing(YogaLabError):
    """A secret is to be handed over and is not set here. Data: `name`."""

    code = "space.secret_missing"


class SpaceFailed(HubError):
    """A Space does not run. Data: `repo`, `reason` (the Hub's own words), `log` (the end of it, lines)."""

    code = "space.failed"


class SpaceBuildFailed(SpaceFailed):
    """What it needs could not be installed."""

    code = "space.build_failed"


class SpaceCrashed(SpaceFailed):
    """Its program ended."""

    code = "space.crashed"


class SpaceStopped(HubError):
    """It is paused, asleep or being deleted. Data: `repo`, `stage`."""

    code = "space.stopped"


class SpaceSlow(HubError):
    """It was not running in time; it may be soon. Data: `repo`, `minutes`."""

    code = "space.slow"
