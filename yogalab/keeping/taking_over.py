"""What another process of the same lab kept, after this one had been brought back.

A platform lets the old machine answer until the new one is up: both begin at the same point of the line, and
what the old one is still told belongs to the lab as well.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from yogalab.keeping.changes import Change
from yogalab.keeping.tombstones import SALT, mark_of
from yogalab.ports import PhotoFiles, Store
from yogalab.records import CanonicalPhoto, Consent, LabelEvent, LabelKind, Scored

LOG = logging.getLogger("yogalab.keeping")

_GONE = -1
# Which of two answers on consent lets others do less comes first: neither says when it was given.
_STRICTEST = (
    Consent.WITHDRAWN,
    Consent.UNKNOWN,
    Consent.AGREED,
    Consent.MYSELF,
    Consent.PUBLIC,
    Consent.DRAWN,
)
Row = Mapping[str, Any]


def take_over(store: Store, files: PhotoFiles, changes: Sequence[Change]) -> int:
    """Bring in photos and answers that are not here, drop photos deleted there; returns how many answers came.

    Numbers of photos and answers are this lab's own; photos are known by what is in them, answers by their ids.
    """
    rows: dict[str, list[Row]] = {}
    for change in changes:
        if change.row is not None:
            rows.setdefault(change.table, []).append(change.row)
    ids = _photos(store, rows.get("photo", ()))
    _deletions(store, files, rows)
    events = [_event(row, ids) for row in sorted(rows.get("label_event", ()), key=lambda row: int(row["seq"]))]
    known = store.known_events([event.id for event in events])
    photos, poses = set(store.sides()), {pose.id for pose in store.poses()}
    fresh = [
        event
        for event in events
        if event.id not in known and event.photo_id in photos and (event.pose_id or 0) in {0, *poses}
    ]
    if fresh:
        store.append_many(fresh)
        LOG.warning("%s answers were taken over from another process of this lab", len(fresh))
    return len(fresh)


def _photos(store: Store, rows: Sequence[Row]) -> Mapping[int, int]:
    """The numbers that photos of the other process have here."""
    deleted = store.known_sources([row["sha256"] for row in rows])
    ids, stricter = {}, {}
    for row in rows:
        if deleted.get(row["sha256"]) == _GONE:
            continue
        photo = CanonicalPhoto(
            name=row["name"],
            source_sha256=row["source_sha256"],
            sha256=row["sha256"],
            data=b"",
            width=row["width"],
            height=row["height"],
            decode=_nothing,
        )
        # Its skeleton is looked for anew: it would not be worth a second way in.
        kept, _ = store.add_photo(
            photo,
            key=row["key"],
            who=row["added_by"],
            source=row["source"],
            consent=(told := Consent(row["consent"])),
            group=None,
            holdout=bool(row["holdout"]),
        )
        ids[int(row["id"])] = kept.id
        if _STRICTEST.index(told) < _STRICTEST.index(kept.consent):
            stricter[kept.id] = told
    if stricter:
        # Taken back there while both were at work: nobody's "no" is lost.
        store.set_consents(stricter)
    return ids


def _deletions(store: Store, files: PhotoFiles, rows: Mapping[str, Sequence[Row]]) -> None:
    """Photos that were deleted there, unless they were added here again since."""
    marks = {row["hash"]: _time(row["at"]) for row in rows.get("tombstone", ())}
    salts = [row["value"] for row in rows.get("setting", ()) if row["name"] == SALT]
    if not marks:
        return
    salt = salts[0] if salts else store.setting(SALT) or ""
    for photo in store.photos():
        at = marks.get(mark_of(salt, photo.sha256))
        if at is not None and photo.added_at is not None and at > photo.added_at:
            store.delete_photo(photo.id, who="")
            files.delete(photo.key)


def _event(row: Row, ids: Mapping[int, int]) -> LabelEvent:
    return LabelEvent(
        id=row["id"],
        photo_id=ids.get(int(row["photo_id"]), int(row["photo_id"])),
        coach=row["coach"],
        kind=LabelKind(row["kind"]),
        pose_id=row["pose_id"],
        side=row["side"],
        person=row["person"],
        undoes=row["undoes"],
        shown=tuple(Scored(pose_id=i, slug=slug, probability=p) for i, slug, p in json.loads(row["shown"])),
        lease=row["lease"],
        ms=row["ms"],
        details=json.loads(row["details"]),
        at=_time(row["at"]),
    )


def _time(told: str) -> datetime:
    return datetime.fromisoformat(told).replace(tzinfo=UTC)


def _nothing(data: bytes) -> Any:
    return np.zeros((1, 1, 3), np.uint8)
