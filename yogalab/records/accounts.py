"""Who may come into a lab that is not on this machine alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from yogalab.records.work import Role


class Entry(StrEnum):
    """What somebody shows at the door."""

    LAB = "lab"  # the lab's password
    OWN = "own"  # a password of their own
    HUB = "hub"  # their account on the Hugging Face Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who can sign in. `id` and `name` are the coach's.

    role: as an owner gave it; None is what the lab's settings say of everybody like this one.
    mark: in every session of this account; another one ends them. password: its argon2 hash, empty without one.
    subject: the Hub's own, lasting name of the person, empty for anybody else.
    """

    id: str
    name: str
    by: Entry
    role: Role | None
    mark: str = field(repr=False)
    password: str = field(default="", repr=False)
    subject: str = ""
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Lets one person make an account. Of the secret in its link only the hash is kept.

    id: how an owner names it. name: whom it is for, perhaps empty: only they may take up a name that has
    labelled here before.
    """

    id: str
    hash: str = field(repr=False)
    role: Role
    name: str = ""
    made_by: str
    made_at: datetime
    until: datetime
    used_at: datetime | None = None
    used_by: str | None = None
