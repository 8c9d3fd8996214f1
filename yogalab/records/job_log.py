"""What long work says while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A line of a job's log: `code` in the catalogue of words, or `text` as some program said it."""

    at: datetime
    code: str = ""
    text: str = ""
