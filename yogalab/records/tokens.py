"""Keys for programs that act for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yogalab.records.work import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key that a signed-in person made for a program, without the key itself: that is shown once.

    coach: the id of who made it. role: what it may do at most; never more than its maker may at the time.
    used_at: when it was last used, to the hour.
    """

    id: str
    coach: str
    name: str
    role: Role
    made_at: datetime
    ends_at: datetime | None = None
    used_at: datetime | None = None
