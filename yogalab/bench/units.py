"""What one photo and one label take: the figures from which a plan for a million is made."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import numpy as np

from yogalab.bench.crowd import OnStep, add_crowd
from yogalab.bench.timing import machine, resident_memory
from yogalab.errors import NothingToMeasure
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach, Consent, LabelEvent, LabelKind
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts

WHO: Final = Coach(id="bench", name="Bench")
THUMBNAIL: Final = 320
LABELS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsResult:
    """Means of one photo or label.

    photo, thumbnail: bytes of files; rows: bytes of a photo in the database, skeletons and embedding included;
    event: bytes of a label there. look: seconds of one core for adding a photo. memory: bytes that a server
    holds for a photo before any label; read: seconds of one core until it does. scored: seconds of one core for
    a label among `crowd` photos, until all of them are scored and ranked anew.
    """

    photos: int
    crowd: int
    encoder: str | None
    photo: float
    thumbnail: float
    rows: float
    event: float
    look: float
    memory: float
    read: float
    scored: float

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "units", "machine": machine(), **asdict(self)}


def run(
    settings: Settings,
    folder: Path,
    *,
    count: int = 60,
    crowd: int = 20_000,
    seed: int = 0,
    on_step: OnStep = lambda done, total: None,
) -> UnitsResult:
    """Measure on `count` photos of a folder, drawn at random, and on so many made-up ones.

    Raises FileMissing, NothingToMeasure.
    """
    with TemporaryDirectory(prefix="yogalab-bench-") as scratch:
        own = replace(settings, home=Path(scratch) / "real", database_url=None, photos=None)
        real = _of_photos(own, folder, count, seed)
        on_step(1, 2)
        made = _of_crowd(replace(own, home=Path(scratch) / "crowd", encoder=""), crowd, seed)
        on_step(2, 2)
    return UnitsResult(crowd=crowd, **{**real, **made})  # type: ignore[arg-type]


def _of_photos(settings: Settings, folder: Path, count: int, seed: int) -> dict[str, object]:
    lab, parts = open_with_parts(settings)
    try:
        found = sorted(lab.exchange.offered(WHO, [folder]).paths())
        chosen = [found[k] for k in np.random.default_rng(seed).permutation(len(found))[:count]]
        if not chosen:
            raise NothingToMeasure(folder=str(folder))
        empty = _database_bytes(settings)
        # The model is made once, and is no part of a photo.
        lab.photos.look(WHO, chosen[0].name, chosen[0].read_bytes())
        busy = _busy()
        new = lab.photos.add(
            WHO, lab.exchange.offered(WHO, chosen), consent=Consent.UNKNOWN, source="bench"
        ).new
        look = (_busy() - busy) / len(new)
        keys = [photo.key for photo in parts.store.photos()]
        small = [len(lab.photos.picture(WHO, photo, edge=THUMBNAIL)[0]) for photo in new]
        return {
            "photos": len(new),
            "encoder": lab.encoder(),
            "photo": float(np.mean([parts.files.size(key) for key in keys])),
            "thumbnail": float(np.mean(small)),
            "rows": (_database_bytes(settings) - empty) / len(new),
            "look": look,
        }
    finally:
        lab.close()


def _of_crowd(settings: Settings, crowd: int, seed: int) -> dict[str, object]:
    lab, parts = open_with_parts(settings)
    try:
        lab.photos.table()
        slugs = add_crowd(parts, crowd, seed=seed)
        before, busy = resident_memory(os.getpid()), time.process_time()
        lab.photos.table()
        read = (time.process_time() - busy) / crowd
        memory = (resident_memory(os.getpid()) - before) / crowd
        photos = [photo.id for photo in parts.store.photos()]
        scored = _scored(lab, photos, slugs)
        rows = _database_bytes(settings)
        parts.store.append_many(_events(parts, photos))
        event = (_database_bytes(settings) - rows) / LABELS
        return {"memory": memory, "read": read, "scored": scored, "event": event}
    finally:
        lab.close()


def _scored(lab: Lab, photos: Sequence[int], slugs: Sequence[str], labels: int = 40) -> float:
    """Seconds of one core a label, once there are a few."""
    start = 0.0
    for number in range(2 * labels):
        if number == labels:
            start = time.process_time()
        place = number * len(photos) // (2 * labels)
        lab.review.label(WHO, photos[place], slugs[place])
        lab.review.queue(WHO)
    return (time.process_time() - start) / labels


def _events(parts: Parts, photos: Sequence[int]) -> list[LabelEvent]:
    pose = next(iter(parts.store.poses())).id
    return [
        LabelEvent(id=str(uuid4()), photo_id=photo, coach=WHO.id, kind=LabelKind.POSE, pose_id=pose)
        for photo in photos[-LABELS:]
    ]


def _database_bytes(settings: Settings) -> int:
    """Of the file, with what is still in the log beside it written into it."""
    with closing(sqlite3.connect(settings.home / "lab.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (settings.home / "lab.db").stat().st_size


def _busy() -> float:
    """Seconds of one core that this process and those it has waited for took so far."""
    return sum(os.times()[:4])
