"""Who may do what, and who may listen."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class NotAllowed(YogaLabError):
    """The person's role does not permit this. Data: `role`, `needs`."""

    code = "people.not_allowed"


class BadCoachName(YogaLabError):
    """Empty or too long. Data: `name`."""

    code = "people.bad_name"


class NameTaken(YogaLabError):
    """Somebody else answers to that name here. Data: `name`."""

    code = "people.name_taken"


class NameStays(YogaLabError):
    """Somebody who has signed in is known by the name of their account."""

    code = "people.name_stays"


class WrongPassword(YogaLabError):
    """Neither the lab's nor that person's."""

    code = "people.wrong_password"


class BadPassword(YogaLabError):
    """Too short, too long or the name again. Data: `least`."""

    code = "people.bad_password"


class InvitationUnknown(YogaLabError):
    """Nobody made such an invitation, or it was withdrawn."""

    code = "people.invitation_unknown"


class InvitationUsed(YogaLabError):
    """Somebody has come in by it already."""

    code = "people.invitation_used"


class InvitationExpired(YogaLabError):
    """It was good until a day that is over."""

    code = "people.invitation_expired"


class PersonNotFound(YogaLabError):
    """Nobody of that name can sign in. Data: `name`."""

    code = "people.not_found"


class SettledRole(YogaLabError):
    """An owner by the lab's settings: nobody in the lab takes that away. Data: `name`."""

    code = "people.settled_role"


class LastOwner(YogaLabError):
    """Nobody would be left who may invite people."""

    code = "people.last_owner"


class PasswordNeeded(YogaLabError):
    """Listening beyond this machine without a password. Data: `host`."""

    code = "people.password_needed"


class PortTaken(YogaLabError):
    """Another program listens there already. Data: `port`."""

    code = "people.port_taken"
