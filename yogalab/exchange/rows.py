"""What the columns of our tables say of a photo, read back: as much as fits into a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar

from yogalab.records import Consent, LabelKind, Said, Told

Row = Mapping[str, object]
Value = TypeVar("Value")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_FORMULA: Final = re.compile(r"'(?=[=+\-@\t\r])")
_MOST_COACHES: Final = 100
_LONGEST: Final = 200


def told_of(row: Row) -> Told:
    """What a row says, by the names in `facts.COLUMNS`; what is missing or cannot be understood is left out."""
    return Told(
        sha256=_hash(row, "sha256"),
        source_sha256=_hash(row, "source_sha256"),
        name=_text(row, "name"),
        added_by=_text(row, "added_by") or None,
        added_at=_read(row, "added_at", _time),
        source=_text(row, "source") or None,
        consent=_read(row, "consent", Consent),
        group=_text(row, "group") or None,
        holdout=_read(row, "split", {"test": True, "train": False}.__getitem__),
        said=_said(row),
    )


def _said(row: Row) -> tuple[Said, ...]:
    """What each of the coaches said: the pose they agree on, or that it shows none, or nobody."""
    pose = _text(row, "pose") or None
    kind = LabelKind.POSE if pose else _read(row, "answer", LabelKind)
    if kind not in {LabelKind.POSE, LabelKind.NOT_A_POSE, LabelKind.NOBODY}:
        return ()
    coaches = [name[:_LONGEST] for name in _text(row, "coaches").split(";")[:_MOST_COACHES] if name.strip()]
    side = _read(row, "side", {"left": "left", "right": "right"}.__getitem__)
    at = _read(row, "labelled_at", _time)
    return tuple(
        Said(id="", coach=coach, kind=kind, pose=pose, side=side, at=at, order=place)
        for place, coach in enumerate(coaches)
    )


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    text = "" if value is None else str(value)
    # Our tables put it before what a spreadsheet would run.
    return _FORMULA.sub("", text, count=1) if text.startswith("'") else text


def _hash(row: Row, name: str) -> str:
    text = _text(row, name)
    return text if _HASH.fullmatch(text) else ""


def _read(row: Row, name: str, way: Callable[[str], Value]) -> Value | None:
    try:
        return way(_text(row, name))
    except (ValueError, KeyError):
        return None


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at
