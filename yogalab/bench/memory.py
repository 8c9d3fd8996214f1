"""What a server holds while labels come in by the thousand: no more at the last than at the first."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

from yogalab.bench.crowd import OnStep, add_crowd
from yogalab.bench.page_client import PageClient
from yogalab.bench.served_lab import Served, served
from yogalab.bench.timing import machine, resident_memory
from yogalab.errors import LabNotServed
from yogalab.settings import NO_ENCODER, Settings
from yogalab.wiring import open_with_parts

WHO: Final = "Bench"
# As many answers as a page sends at once after it was without a network.
AT_ONCE: Final = 50
# After so many the next photos are asked for, and all are scored anew: each time takes seconds in a large lab.
ASKED_EVERY: Final = 200
# After so many labels the memory is read, and everything else that a page asks for is asked for.
EVERY: Final = 1000
# Bytes that the memory may be off its middle.
SLACK: Final = 50_000_000
# A server that was just started reads all photos first.
PATIENCE_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryResult:
    """Bytes of resident memory.

    warm: before the first label; held: labels given -> held then, the first few labels first.
    """

    photos: int
    labels: int
    seconds: float
    warm: int
    held: Mapping[int, int]

    @property
    def off(self) -> int:
        """How far the memory was off the middle of its most and its least, after the first labels."""
        return (max(self.held.values()) - min(self.held.values())) // 2

    @property
    def bars(self) -> dict[str, bool]:
        """Whether the promise was held."""
        return {"flat": self.off <= SLACK}

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        facts = {**asdict(self), "off": self.off, "bars": self.bars}
        return {"format": 1, "bench": "memory", "machine": machine(), **facts}


def run(
    settings: Settings,
    *,
    photos: int = 100_000,
    labels: int = 10_000,
    seed: int = 0,
    on_step: OnStep = lambda done, total: None,
) -> MemoryResult:
    """Measure the process that serves a lab of its own, on the disk of the lab's home. Raises LabNotServed."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bench-", dir=settings.home) as scratch:
        own = replace(settings, home=Path(scratch), database_url=None, encoder=settings.encoder or "")
        poses = fill(own, photos, seed)[:labels]
        # Nothing of what is set for the lab at home may lead elsewhere than to this one.
        environment = {"DATABASE_URL": "", "YOGALAB_PASSWORD": "", "YOGALAB_ENCODER": own.encoder or NO_ENCODER}
        with served(own.home, **environment) as lab:
            return measure(lab, poses, photos=photos, on_step=on_step)


def measure(
    lab: Served, poses: Sequence[tuple[int, int]], *, photos: int, on_step: OnStep = lambda done, total: None
) -> MemoryResult:
    """Give these labels to a lab that is served. poses: (photo, pose) each."""
    start = time.perf_counter()
    held: dict[int, int] = {}
    review = PageClient(address=lab.address, coach=WHO, patience=PATIENCE_SECONDS)
    grid = PageClient(address=lab.address, coach=WHO, panel="yl-photos", patience=PATIENCE_SECONDS)
    with closing(review), closing(grid):
        review.open()
        grid.open()
        mark = str(review.ask("queue", {"seat": review.seat})["lab"])
        warm = resident_memory(lab.pid)
        for done in _labelled(review, mark, poses):
            if not held or done // EVERY > max(held) // EVERY or done == len(poses):
                _look_around(review, grid)
                held[done] = resident_memory(lab.pid)
            on_step(done, len(poses))
    return MemoryResult(
        photos=photos, labels=len(poses), seconds=time.perf_counter() - start, warm=warm, held=held
    )


def fill(settings: Settings, photos: int, seed: int) -> list[tuple[int, int]]:
    """Make a lab of so many photos; return each with the pose it was drawn in."""
    lab, parts = open_with_parts(settings)
    try:
        slugs = add_crowd(parts, photos, seed=seed)
        of = {pose.slug: pose.id for pose in parts.store.poses()}
        ids = sorted(photo.id for photo in parts.store.photos())
        return [(photo_id, of[slug]) for photo_id, slug in zip(ids, slugs, strict=True)]
    finally:
        lab.close()


def _labelled(review: PageClient, mark: str, poses: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Give the labels; after some of them, how many there are."""
    done = 0
    for start in range(0, len(poses), AT_ONCE):
        some = poses[start : start + AT_ONCE]
        entries = [
            {"name": "label", "photo": photo, "pose": pose, "event": str(uuid4()), "shown": _shown(pose)}
            for photo, pose in some
        ]
        told = review.ask("answers", {"lab": mark, "entries": entries})
        if not all("ok" in result for result in told["results"]):
            raise LabNotServed
        done += len(some)
        if start == 0 or done % ASKED_EVERY == 0 or done == len(poses):
            review.ask("queue", {"seat": review.seat, "but": [photo for photo, _ in some]})
            yield done


def _shown(pose: int) -> list[dict[str, Any]]:
    """As many suggestions as a page sends along."""
    return [{"id": pose, "slug": "a_pose_with_a_name", "probability": 0.1} for _ in range(9)]


def _look_around(review: PageClient, grid: PageClient) -> None:
    card, *_ = review.ask("queue", {"seat": review.seat})["cards"]
    review.ask("explain", {"photo": card["photo"]})
    review.ask("advice", {})
    grid.ask("grid", {"start": 0, "count": 60})
