"""From the click to the version kept: fit, blend, gate and file, and the memory that takes."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from yogalab.bench.crowd import OnStep, add_crowd, drawable
from yogalab.bench.label import WHO
from yogalab.bench.timing import machine, peak_memory
from yogalab.records import JobState, LabelEvent, LabelKind
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts

# As in an import: a photo in seven is kept for judging, in the larger training only. Few labels are judged by
# leaving each out, which takes longer.
HELD_OUT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training. seconds: from the click; memory: the most the process has held by its end, in bytes."""

    poses: int
    labels: int
    seconds: float
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """few: some labels a pose, judged by leaving each out; many: a large lab, judged on its hold-out."""

    few: Training
    many: Training | None

    @property
    def named(self) -> dict[str, Training]:
        return {"few labels": self.few} | ({"many labels": self.many} if self.many else {})

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "train", "machine": machine(), **asdict(self)}


def run(
    settings: Settings,
    *,
    shots: int = 16,
    many: int = 10_000,
    seed: int = 0,
    on_step: OnStep = lambda done, total: None,
) -> TrainResult:
    """Measure in labs of their own with made-up photos of every pose that can be drawn; the small one first."""
    settings.home.mkdir(parents=True, exist_ok=True)
    few = shots * len(drawable())
    total = few + many
    with TemporaryDirectory(prefix=".bench-", dir=settings.home) as scratch:
        apart = replace(settings, home=Path(scratch), database_url=None, encoder=settings.encoder or "")
        first = _train(apart, few, held=0, seed=seed, on_step=lambda done, _: on_step(done, total))
        second = None
        if many:
            apart = replace(apart, home=Path(scratch) / "many")
            held = many // HELD_OUT
            second = _train(
                apart, many, held=held, seed=seed, on_step=lambda done, _: on_step(few + done, total)
            )
    return TrainResult(few=first, many=second)


def _train(settings: Settings, labels: int, *, held: int, seed: int, on_step: OnStep) -> Training:
    lab, parts = open_with_parts(settings)
    try:
        slugs = add_crowd(parts, labels + held, seed=seed, on_step=on_step)
        photos = [photo.id for photo in parts.store.photos()]
        parts.store.set_holdout(photos[labels:])
        poses = {pose.slug: pose.id for pose in lab.poses.list(WHO)}
        parts.store.append_many(
            [_said(photo_id, poses[slug]) for photo_id, slug in zip(photos, slugs, strict=True)]
        )
        # The lab has the photos at hand when somebody clicks.
        lab.answering(WHO)
        start = time.perf_counter()
        job = parts.jobs.run(lab.versions.train(WHO).id)
        seconds = time.perf_counter() - start
        assert job.state is JobState.DONE, job.error
    finally:
        # It may have been the background that did the work: nothing writes when the folder goes.
        parts.jobs.finish()
        lab.close()
    return Training(poses=len(set(slugs)), labels=labels, seconds=seconds, memory=peak_memory())


def _said(photo_id: int, pose_id: int) -> LabelEvent:
    return LabelEvent(id=str(uuid4()), photo_id=photo_id, coach=WHO.id, kind=LabelKind.POSE, pose_id=pose_id)
