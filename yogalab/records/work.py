"""Who is acting, and long work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each may what the one before may.

    A visitor tries the classifier, of which nothing is kept, and reads which poses there are. A viewer sees
    photos, guesses and versions. A coach adds photos and labels them. An owner does everything.
    """

    VISITOR = "visitor"
    VIEWER = "viewer"
    COACH = "coach"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coach:
    """Who is acting. Every method of the lab takes one as `who`."""

    id: str
    name: str
    role: Role = Role.OWNER


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Long work. `progress` is 0 to 1; `stage` and `error` are codes in the catalogue of words."""

    id: int
    kind: str
    payload: Mapping[str, object]
    state: JobState
    who: str
    progress: float = 0.0
    stage: str = ""
    eta_seconds: float | None = None
    result: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None
    error_data: Mapping[str, object] = field(default_factory=dict)
    attempt: int = 0
    created_at: datetime | None = None
    heartbeat_at: datetime | None = None
