"""Who may do what, and who may listen."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class NotAllowed(YogaLabError):
    """The person's role does not permit this. Data: `role`, `needs`."""

    code = "people.not_allowed"


class BadCoachName(YogaLabError):
    """Empty or too long. Data: `name`."""

    code = "people.bad_name"


class PasswordNeeded(YogaLabError):
    """Listening beyond this machine without a password. Data: `host`."""

    code = "people.password_needed"


class PortTaken(YogaLabError):
    """Another program listens there already. Data: `port`."""

    code = "people.port_taken"
