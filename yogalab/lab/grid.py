"""The grid: which photos are shown, in which order, and how far each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from yogalab.lab.snapshot import Snapshot
from yogalab.records import LabelKind, Photo, Resolved, Scored


class Status(StrEnum):
    """How far a photo is."""

    WAITING = "waiting"
    LABELLED = "labelled"
    SKIPPED = "skipped"
    DISPUTED = "disputed"
    NOT_A_POSE = "not_a_pose"
    NOBODY_FOUND = "nobody_found"


class Order(StrEnum):
    NEWEST = "newest"
    LEAST_SURE = "least_sure"
    MOST_SURE = "most_sure"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFilter:
    """Which photos to show. pose: a pose id, labelled so or else predicted so."""

    pose: int | None = None
    status: Status | None = None
    least: float = 0.0
    most: float = 1.0
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One photo in the grid."""

    photo: Photo
    best: Scored | None
    label: Resolved | None
    status: Status
    found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the grid, and how many photos there are in all."""

    tiles: tuple[Tile, ...]
    total: int


def grid(snapshot: Snapshot, wanted: PhotoFilter, *, page: int, size: int) -> Page:
    """Return a page of the photos that pass the filter."""
    tiles = [tile for photo in snapshot.photos.values() if _passes(tile := _tile(snapshot, photo), wanted)]
    tiles.sort(key=_key(wanted.order))
    return Page(tiles=tuple(tiles[page * size : (page + 1) * size]), total=len(tiles))


def _tile(snapshot: Snapshot, photo: Photo) -> Tile:
    row = snapshot.row.get(photo.id)
    best = None
    if row is not None and len(snapshot.pose_ids):
        k = int(np.argmax(snapshot.probabilities[row]))
        pose_id = int(snapshot.pose_ids[k])
        best = Scored(
            pose_id=pose_id,
            slug=snapshot.poses[pose_id].slug,
            probability=float(snapshot.probabilities[row, k]),
        )
    found = row is not None and bool(snapshot.found[row])
    label = snapshot.resolved.get(photo.id)
    return Tile(photo=photo, best=best, label=label, status=_status(label, found), found=found)


def _status(label: Resolved | None, found: bool) -> Status:
    if label is None:
        return Status.WAITING if found else Status.NOBODY_FOUND
    if label.disputed:
        return Status.DISPUTED
    if label.pose_id is not None:
        return Status.LABELLED
    return Status.SKIPPED if label.kind is LabelKind.SKIP else Status.NOT_A_POSE


def _passes(tile: Tile, wanted: PhotoFilter) -> bool:
    if wanted.status is not None and tile.status is not wanted.status:
        return False
    if wanted.pose is not None:
        named = tile.label.pose_id if tile.label and tile.label.pose_id is not None else None
        guess = tile.best.pose_id if tile.best else None
        if (named if named is not None else guess) != wanted.pose:
            return False
    sure = tile.best.probability if tile.best else 0.0
    return wanted.least <= sure <= wanted.most


def _key(order: Order) -> Callable[[Tile], tuple[float, int]]:
    if order is Order.NEWEST:
        return lambda tile: (-tile.photo.id, 0)
    sign = 1.0 if order is Order.LEAST_SURE else -1.0
    return lambda tile: (sign * (tile.best.probability if tile.best else 0.0), tile.photo.id)
