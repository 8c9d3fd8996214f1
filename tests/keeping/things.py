"""Photos, skeletons and labels made up for the store's tests."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from yogalab.records import (
    CanonicalPhoto,
    Consent,
    LabelEvent,
    LabelKind,
    Landmarks,
    NewPhoto,
    Pose,
    PoseReport,
    Report,
    Scored,
    Verdict,
)

MODEL = "blazepose/1"
POSES = [Pose(id=1, slug="tree", name="Tree"), Pose(id=2, slug="warrior_2", name="Warrior II", sided=True)]


class Clock:
    """Stands still until told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def sha(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()


def canonical(pixels: object, *, file: object = None, name: str = "photo.jpg") -> CanonicalPhoto:
    """A photo known by what it shows and by the file it came in."""
    return CanonicalPhoto(
        name=name,
        source_sha256=sha(f"file {pixels if file is None else file}"),
        sha256=sha(f"pixels {pixels}"),
        data=b"jpeg",
        width=640,
        height=480,
        decode=lambda data: np.zeros((480, 640, 3), np.uint8),
    )


def skeleton(seed: int = 0, **fields: Any) -> Landmarks:
    rng = np.random.default_rng(seed)
    return Landmarks(
        points=rng.random((33, 4), dtype=np.float32),
        world=rng.random((33, 3), dtype=np.float32),
        aspect=1.5,
        **fields,
    )


def new(pixels: object, *, people: tuple[Landmarks, ...] = (), file: object = None, **fields: Any) -> NewPhoto:
    photo = canonical(pixels, file=file)
    values: dict[str, Any] = {
        "photo": photo,
        "key": f"{photo.sha256[:2]}/{photo.sha256[2:]}.jpg",
        "who": "ana",
        "source": "upload",
        "consent": Consent.AGREED,
        "pose_model": MODEL,
        "people": people,
        "image_hash": 7,
    }
    return NewPhoto(**values | fields)


def label(photo_id: int, key: str, pose_id: int | None = 1, **fields: Any) -> LabelEvent:
    values: dict[str, Any] = {
        "id": key,
        "photo_id": photo_id,
        "coach": "ana",
        "kind": LabelKind.POSE,
        "pose_id": pose_id,
        "shown": (Scored(pose_id=1, slug="tree", probability=0.75),),
        "ms": 800,
    }
    return LabelEvent(**values | fields)


def report(top1: float = 0.8) -> Report:
    return Report(
        n=50,
        top1=top1,
        top3=0.9,
        macro_recall=0.7,
        interval=(0.6, 0.9),
        ece=0.05,
        per_pose=(PoseReport(pose_id=1, slug="tree", n=25, recall=0.8, precision=0.75),),
    )


def verdict() -> Verdict:
    return Verdict(
        promoted=True,
        early=False,
        reason="gate.better",
        difference=0.02,
        interval=(-0.01, 0.05),
        worse_poses=("tree",),
        data={"n": 50},
    )


def version(fingerprint: str, **fields: Any) -> dict[str, Any]:
    """What `add_version` is told."""
    values: dict[str, Any] = {
        "fingerprint": fingerprint,
        "parent": None,
        "who": "ana",
        "labels": 12,
        "seq": 12,
        "pose_count": 2,
        "encoder": None,
        "pose_model": MODEL,
        "report": report(),
        "baseline": report(0.5),
        "verdict": verdict(),
    }
    return values | fields
