"""How good a head is on photos it was not taught."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.learning.calibration import ece
from yogalab.records import Matrix, PoseRef, PoseReport, Report

_Z95: Final = 1.959964


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % bounds of a share (Wilson 1927); (0, 1) when nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = right / n, _Z95 * _Z95
    middle = share + z2 / (2 * n)
    spread = _Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low, high = (middle - spread) / (1 + z2 / n), (middle + spread) / (1 + z2 / n)
    # All or none right touches the end exactly; rounding must not leave the share outside its own interval.
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def newcombe(right: int, n: int, other_right: int, other_n: int) -> tuple[float, float]:
    """Return the 95 % bounds of the difference of two shares, the first less the second.

    With shares p1, p2 and their Wilson bounds l, u: low = d - sqrt((p1 - l1)^2 + (u2 - p2)^2), high = d +
    sqrt((u1 - p1)^2 + (p2 - l2)^2) (Newcombe, Stat. Med. 17, 1998, method 10); (-1, 1) where one was not
    counted.
    """
    if not n or not other_n:
        return -1.0, 1.0
    p1, p2 = right / n, other_right / other_n
    (l1, u1), (l2, u2) = wilson(right, n), wilson(other_right, other_n)
    return p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)


def columns_of(y: NDArray[np.int64], poses: Sequence[PoseRef]) -> NDArray[np.int64]:
    """Return the column of each pose id among `poses`, (n,), -1 for one that is not among them."""
    place = {pose.id: k for k, pose in enumerate(poses)}
    return np.array([place.get(int(pose_id), -1) for pose_id in y], dtype=np.int64)


def evaluate(
    probabilities: Matrix, y: NDArray[np.int64], poses: Sequence[PoseRef], *, method: str = "hold-out"
) -> Report:
    """Return the figures of out-of-sample answers.

    A photo whose pose the head does not know is counted as wrong.

    probabilities: (n, K) over `poses`; y: (n,) pose ids; method: "hold-out" or "leave-one-out".
    """
    columns = columns_of(y, poses)
    n = len(columns)
    best = probabilities.argmax(axis=1) if n else np.zeros(0, dtype=np.int64)
    right = best == columns
    ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :3]
    among_three = (ranked == columns[:, None]).any(axis=1)
    per_pose = tuple(_of_one(pose, k, best, columns) for k, pose in enumerate(poses) if np.any(columns == k))
    return Report(
        n=n,
        top1=float(right.mean()) if n else 0.0,
        top3=float(among_three.mean()) if n else 0.0,
        macro_recall=float(np.mean([one.recall for one in per_pose])) if per_pose else 0.0,
        interval=wilson(int(right.sum()), n),
        ece=ece(probabilities, columns),
        per_pose=per_pose,
        method=method,
    )


def _of_one(pose: PoseRef, column: int, best: NDArray[np.int64], columns: NDArray[np.int64]) -> PoseReport:
    mine, called = columns == column, best == column
    both = int((mine & called).sum())
    return PoseReport(
        pose_id=pose.id,
        slug=pose.slug,
        n=int(mine.sum()),
        recall=both / int(mine.sum()),
        precision=both / int(called.sum()) if called.any() else 0.0,
    )
