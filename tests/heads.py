"""Heads and facts for tests that do not care what was learned."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from yogalab.records import Head, PoseRef, PoseReport, Report, Verdict

POSES = (
    PoseRef(id=3, slug="tree", name="Tree"),
    PoseRef(id=7, slug="warrior_2", name="Warrior II"),
    PoseRef(id=1001, slug="my_pose", name="Ann's | own <pose>"),
)


def random_head(*, seed: int = 0) -> Head:
    """A head with arrays of every shape, and settings that JSON would round if it were let to."""
    rng = np.random.default_rng(seed)
    return Head(
        kind="test",
        rung="R2",
        poses=POSES,
        arrays={
            "weights": rng.standard_normal((5, 3)).astype(np.float32),
            "bias": rng.standard_normal(3).astype(np.float32),
            "turned": rng.standard_normal((3, 4)).astype(np.float32).T,
            "scalar": np.array(0.1, dtype=np.float32),
            "nothing": np.zeros((0, 4), dtype=np.float32),
            "odd": np.array([np.nan, np.inf, -0.0, 1e-45], dtype=np.float32),
        },
        recipe="test-1",
        encoder=None,
        pose_model="blazepose-full/seven-1",
        temperature=0.1 + 0.2,
        conformal=(0.1, 1 / 3, float("inf")),
        settings={"alpha": 1e-17, "bound": float("-inf")},
    )


def report(*, top1: float = 0.9) -> Report:
    per_pose = (
        PoseReport(pose_id=3, slug="tree", n=30, recall=0.95, precision=0.9),
        PoseReport(pose_id=7, slug="warrior_2", n=30, recall=0.85, precision=0.88),
        PoseReport(pose_id=1001, slug="my_pose", n=0, recall=float("nan"), precision=float("nan")),
    )
    return Report(
        n=60, top1=top1, top3=0.98, macro_recall=0.9, interval=(0.8, 0.95), ece=0.04, per_pose=per_pose
    )


FACTS: dict[str, object] = {
    "number": 2,
    "labels": 240,
    "created_at": datetime(2026, 11, 21, 12, tzinfo=UTC),
    "report": report(),
    "baseline": report(top1=0.7),
    "verdict": Verdict(promoted=True, early=False, reason="gate.better", difference=0.2, interval=(0.1, 0.3)),
}
