"""A skip is the coach's own: the photo waits for the others, and is put aside for who passed it on."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from typing import Final

from yogalab.lab.snapshot import Snapshot
from yogalab.records import Asked, Coach, Resolved, Role

# About every so many photos one that another coach has passed on: those are rarely the easy ones.
_EVERY: Final = 8
_REASON: Final = "ask.passed_on"


def put_aside(answer: Resolved, who: Coach) -> bool:
    """Whether a photo that nobody answered was skipped, and is not in this coach's queue any more."""
    asked = who.role is not Role.VIEWER and answer.open_to(who.id)
    return bool(answer.skipped_by) and not answer.answered and not asked


def with_passed_on(
    asked: Sequence[Asked], who: Coach, snapshot: Snapshot, *, but: Collection[int]
) -> list[Asked]:
    """Return what to ask a coach, with what others skipped: one now and then, all when nothing else is left.

    asked: the photos that nobody skipped.
    """
    passed_on = [
        photo_id
        for photo_id, answer in snapshot.counted.passed_on.items()
        if answer.open_to(who.id) and photo_id in snapshot.row and photo_id not in but
    ]
    if not passed_on:
        return list(asked)
    # In an order that has nothing to do with the photos and stays as labels come in.
    passed_on.sort(key=lambda photo_id: (zlib.crc32(b"skip %d" % photo_id), photo_id))
    late = [Asked(photo_id=photo_id, reason=_REASON) for photo_id in passed_on]
    # By chance: the order is made anew after every label, and a fixed place might never come to the front.
    now = zlib.crc32(f"{who.id} {snapshot.seq}".encode()) % _EVERY == 0
    return [late[0], *asked, *late[1:]] if now else [*asked, *late]
