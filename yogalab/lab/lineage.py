"""What a version carries for its card beside the gate's figures: its forebears, and what it was made with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from yogalab.lab.judging import Judged, Plan
from yogalab.lab.snapshot import Snapshot
from yogalab.records import ModelVersion, Report


def curve(versions: Sequence[ModelVersion], plan: Plan, judged: Judged) -> list[dict[str, Any]]:
    """Return each version's share right at first by labels, as it was judged in its time, this one last.

    versions: those of this lab so far; the beginning, before any label, comes from the first one's rival.
    """
    own = sorted((one for one in versions if one.parent is not None or one.seq > 0), key=lambda one: one.number)
    first = next((one.baseline for one in own if one.parent is None), judged.baseline)
    points = [(0, first), *((one.labels, one.report) for one in own), (len(plan.train), judged.report)]
    return [_point(labels, report) for labels, report in points]


def made_with(plan: Plan, snapshot: Snapshot) -> dict[str, Any]:
    """Return counts of what a version was made with: no name and no photo, only how many of which kind.

    taught, aside: photos learnt from and kept for judging; labellers: coaches; consent, sources: code -> photos
    of both.
    """
    ids = [*plan.train.photo_ids.tolist(), *plan.holdout.photo_ids.tolist()]
    photos = [snapshot.photos[photo_id] for photo_id in ids if photo_id in snapshot.photos]
    answers = [snapshot.resolved[photo_id] for photo_id in ids if photo_id in snapshot.resolved]
    return {
        "taught": len(plan.train),
        "aside": len(plan.holdout),
        "labellers": len({coach for answer in answers for coach in answer.coaches}),
        "consent": dict(Counter(photo.consent.value for photo in photos)),
        "sources": dict(Counter(photo.source for photo in photos)),
    }


def _point(labels: int, report: Report) -> dict[str, Any]:
    low, high = report.interval
    return {"labels": labels, "share": report.top1, "low": low, "high": high}
