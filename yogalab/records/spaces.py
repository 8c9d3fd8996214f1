"""A Space on the Hub: how somebody wants it, what would change there, where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SpaceSecret(StrEnum):
    """A setting that nobody but the Space's own program may read."""

    PASSWORD = "YOGALAB_PASSWORD"
    SESSIONS = "YOGALAB_SECRET"
    TOKEN = "HF_TOKEN"
    DATABASE = "DATABASE_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceWish:
    """How somebody wants a Space to be. None, and what is not named, stays there as it is.

    secrets: to be handed over beyond those that always are. variables: public, name -> value, beyond those
    that this lab's own settings give. hardware: the Hub's name of it. private: a new Space is, unless told
    otherwise.
    """

    secrets: frozenset[SpaceSecret] = frozenset()
    variables: Mapping[str, str] = field(default_factory=dict)
    hardware: str | None = None
    private: bool | None = None


class SpaceTurn(StrEnum):
    """What deploying would do to one thing."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    GONE = "gone"
    # Nobody can read a secret back to compare it.
    SET_AGAIN = "set again"
    # The Hub was not asked, or did not answer.
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceItem:
    """One thing of a Space: a setting (never a secret's value) or a file with its bytes."""

    kind: str
    name: str
    value: str | int | None
    turn: SpaceTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What deploying came to.

    private: whether nobody but its owner can open it. commit: what the Space is to run. fresh: whether it was
    made now; otherwise it was there already. secrets, variables: the names of all that the Space has.
    """

    address: str
    private: bool
    commit: str
    fresh: bool
    secrets: frozenset[str]
    variables: frozenset[str]
