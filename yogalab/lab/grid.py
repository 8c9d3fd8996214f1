"""The grid: which photos are shown, in which order, and how far each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.lab.answer_columns import NONE, NUMBER_OF, Status
from yogalab.lab.photo_table import PhotoTable
from yogalab.records import Photo, Resolved, Scored

Rows = NDArray[np.int64]
# How sure the model may be when that is all the same.
_ANY: Final = (0.0, 1.0)


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    LEAST_SURE = "least_sure"
    MOST_SURE = "most_sure"
    MOST_DISPUTED = "most_disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFilter:
    """Which photos to show.

    pose: a pose id, labelled so or else predicted so; what coaches say is no pose is none.
    least, most: how sure the model is of its best guess, both included; 0 for what it has not looked at.
    coach: who has said something of the photo that stands. since, until: added from then on, and before then.
    found: whether somebody was found in it, whatever has been said since.
    differ: whether coaches said different things of it, be that settled or not.
    agreed: whether it is recorded that the people shown agreed to its being here.
    fold: show near-duplicates as one tile, the first of them in this order.
    """

    pose: int | None = None
    status: Status | None = None
    least: float = 0.0
    most: float = 1.0
    coach: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    found: bool | None = None
    differ: bool | None = None
    agreed: bool | None = None
    fold: bool = False
    order: Order = Order.NEWEST

    @property
    def everything(self) -> bool:
        """Whether every photo passes."""
        return PhotoFilter(order=self.order, fold=self.fold) == self


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One photo in the grid. copies: ids of all that the tile stands for, its own photo first."""

    photo: Photo
    best: Scored | None
    label: Resolved | None
    status: Status
    found: bool
    copies: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some tiles of the grid, how many there are in all, and how many photos they stand for.

    warming: the lab is still reading its photos: these are the newest ones, without guesses.
    """

    tiles: tuple[Tile, ...]
    total: int
    photos: int
    warming: bool = False


def grid(table: PhotoTable, wanted: PhotoFilter, *, start: int, count: int) -> Page:
    """Return so many tiles of the photos that pass the filter, from the one at `start` on."""
    rows = ordered(table, wanted)
    shown, members = _folded(table, rows, start, count) if wanted.fold else _single(rows, start, count)
    total = len(np.unique(table.groups[rows])) if wanted.fold else len(rows)
    tiles = tuple(_tile(table, row, copies) for row, copies in zip(shown, members, strict=True))
    return Page(tiles=tiles, total=total, photos=len(rows))


def matching(table: PhotoTable, wanted: PhotoFilter, *, start: int = 0, count: int | None = None) -> Rows:
    """Return the ids of the photos that so many tiles stand for; of all tiles without `count`."""
    rows = ordered(table, wanted)
    if count is None:
        return table.ids[rows]
    _, members = _folded(table, rows, start, count) if wanted.fold else _single(rows, start, count)
    return table.ids[np.concatenate(members)] if members else np.zeros(0, np.int64)


def without_guesses(photos: Sequence[Photo], total: int) -> Page:
    """A page of rows alone, while nothing else is known yet."""
    tiles = tuple(
        Tile(photo=photo, best=None, label=None, status=Status.UNSEEN, found=False, copies=(photo.id,))
        for photo in photos
    )
    return Page(tiles=tiles, total=total, photos=total, warming=True)


def ordered(table: PhotoTable, wanted: PhotoFilter) -> Rows:
    """Return the rows of the photos that pass the filter, in its order; of equals the newest first."""
    newest = np.flatnonzero(_passing(table, wanted))[::-1]
    match wanted.order:
        case Order.NEWEST:
            return newest
        case Order.OLDEST:
            return newest[::-1]
        case Order.LEAST_SURE:
            key = table.sure
        case Order.MOST_SURE:
            key = -table.sure
        case Order.MOST_DISPUTED:
            key = -table.answers.dispute
    return newest[np.argsort(key[newest], kind="stable")]


def _passing(table: PhotoTable, wanted: PhotoFilter) -> NDArray[np.bool_]:
    keep = np.ones(len(table.ids), bool)
    if wanted.pose is not None:
        keep &= table.pose == wanted.pose
    if wanted.status is not None:
        keep &= table.status == NUMBER_OF[wanted.status]
    if (wanted.least, wanted.most) != _ANY:
        keep &= (wanted.least <= table.sure) & (table.sure <= wanted.most)
    if wanted.coach is not None:
        keep &= table.answers.by(wanted.coach)
    if wanted.since is not None:
        keep &= table.added >= wanted.since.timestamp()
    if wanted.until is not None:
        keep &= table.added < wanted.until.timestamp()
    if wanted.found is not None:
        # What nobody has looked at yet is on neither side.
        keep &= table.seen & (table.found == wanted.found)
    if wanted.differ is not None:
        keep &= (table.answers.dispute > 0) == wanted.differ
    if wanted.agreed is not None:
        keep &= table.agreed == wanted.agreed
    return keep


def _single(rows: Rows, start: int, count: int) -> tuple[Rows, list[Rows]]:
    shown = rows[start : start + count]
    return shown, [shown[i : i + 1] for i in range(len(shown))]


def _folded(table: PhotoTable, rows: Rows, start: int, count: int) -> tuple[Rows, list[Rows]]:
    """The first row of each group in this order, so many of them, and for each all rows of its group."""
    _, first, group = np.unique(table.groups[rows], return_index=True, return_inverse=True)
    shown = np.sort(first)[start : start + count]
    inside = np.flatnonzero(np.isin(group, group[shown]))
    by_group = inside[np.argsort(group[inside], kind="stable")]
    starts = np.searchsorted(group[by_group], group[shown], side="left")
    ends = np.searchsorted(group[by_group], group[shown], side="right")
    return rows[shown], [rows[by_group[a:b]] for a, b in zip(starts, ends, strict=True)]


def _tile(table: PhotoTable, row: np.int64, copies: Rows) -> Tile:
    photo_id = int(table.ids[row])
    snapshot = table.snapshot
    guess = int(table.guess[row])
    best = None
    if guess != NONE:
        best = Scored(pose_id=guess, slug=snapshot.poses[guess].slug, probability=float(table.sure[row]))
    return Tile(
        photo=snapshot.photos[photo_id],
        best=best,
        label=snapshot.resolved.get(photo_id),
        status=table.status_at(int(row)),
        found=bool(table.found[row]),
        copies=tuple(table.ids[copies].tolist()),
    )
