"""What every export says of a photo, under the same names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from yogalab.records import Outgoing

COLUMNS: Final = (
    *("file", "pose", "answer", "split", "side", "coaches", "labelled_at", "name", "found", "people", "group"),
    *("width", "height", "sha256", "source_sha256", "consent", "added_by", "added_at", "source"),
)


def facts(out: Outgoing, file: str) -> dict[str, object]:
    """Return a photo's row; keys as in COLUMNS. `file` is its path inside the export.

    An empty pose means that nobody named one; answer says what was said of the photo instead, such as "nobody".
    """
    photo = out.photo
    return {
        "file": file,
        "pose": out.pose.slug if out.pose else "",
        "answer": out.answer,
        "split": out.split,
        "side": out.side or "",
        "coaches": ";".join(out.coaches),
        "labelled_at": out.labelled_at.isoformat() if out.labelled_at else "",
        "name": photo.name,
        "found": bool(out.people),
        "people": len(out.people),
        "group": photo.group,
        "width": photo.width,
        "height": photo.height,
        "sha256": photo.sha256,
        "source_sha256": photo.source_sha256,
        "consent": photo.consent.value,
        "added_by": photo.added_by,
        "added_at": photo.added_at.isoformat(),
        "source": photo.source,
    }


def file_name(out: Outgoing) -> str:
    """Return a name that any file system takes and no other photo has."""
    stem = re.sub(r"[^A-Za-z0-9-]+", "_", Path(out.photo.name).stem).strip("_")[:60]
    return f"{out.photo.id:06d}{'_' if stem else ''}{stem}.jpg"
