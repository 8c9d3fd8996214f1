"""Why a photo is asked, what the gate says, what long work is doing."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {}
