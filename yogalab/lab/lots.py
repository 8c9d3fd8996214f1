"""Now and then a photo drawn by lot comes next, whatever would teach more: what versions are judged by."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from typing import Final

from yogalab.asking.queue import RANDOM_SHARE
from yogalab.asking.reasons import CHECK
from yogalab.lab.snapshot import Snapshot
from yogalab.records import Asked, Coach

# Coaches at work at the same time draw from so many: rarely a photo that another has in hand.
_LOTS: Final = 16


def with_lot(
    asked: Sequence[Asked], who: Coach, snapshot: Snapshot, *, but: Collection[int]
) -> Sequence[Asked]:
    """Return what to ask a coach, about every eighth time with a photo drawn by lot in front.

    The order is made anew after every label, and a page takes the first photos of each: those drawn by lot have
    their place further down, and would never come to the front.
    """
    luck = zlib.crc32(f"lot {who.id} {snapshot.seq}".encode())
    if luck / 2**32 >= RANDOM_SHARE:
        return asked
    lots = [one for one in asked if one.reason == CHECK.code and one.photo_id not in but][:_LOTS]
    if not lots:
        return asked
    drawn = lots[luck % len(lots)]
    return [drawn, *(one for one in asked if one is not drawn)]
