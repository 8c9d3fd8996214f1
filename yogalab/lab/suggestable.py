"""Which poses may be suggested, and what each is given of a version's probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Matrix, Pose, PoseRef


def suggestable(
    probabilities: Matrix, answered: Sequence[PoseRef], poses: Mapping[int, Pose]
) -> tuple[Matrix, NDArray[np.int64]]:
    """Return probabilities of the poses that can be suggested, (n, P), and their ids, (P,), ascending.

    Merged poses' probabilities go to the pose they became; hidden poses are not suggested. Where
    all of them are hidden there is nothing to go by, and each is as likely.

    probabilities: (n, K) over `answered`, handed back as they are when nothing is merged or hidden.
    """
    final = [final_pose(poses, pose.id) for pose in answered]
    known = {i for i in final if i in poses}
    shown = sorted({i for i in known if not poses[i].hidden} or known)
    folded = _folded(probabilities, final, shown)
    if len(shown) < len(set(final)):
        total = folded.sum(axis=1, keepdims=True)
        even = np.full_like(folded, 1 / max(len(shown), 1))
        folded = np.divide(folded, total, out=even, where=total > 0)
    return folded, np.array(shown, dtype=np.int64)


def final_pose(poses: Mapping[int, Pose], pose_id: int) -> int:
    """Follow merges to their end; merging is refused when it would make a ring, so this ends."""
    while (pose := poses.get(pose_id)) is not None and pose.merged_into is not None:
        pose_id = pose.merged_into
    return pose_id


def _folded(probabilities: Matrix, final: Sequence[int], shown: Sequence[int]) -> Matrix:
    """(n, len(shown)) the sum of the columns that became each shown pose."""
    if final == shown:
        return probabilities
    columns = {pose_id: [k for k, one in enumerate(final) if one == pose_id] for pose_id in shown}
    folded: Matrix = probabilities[:, [columns[pose_id][0] for pose_id in shown]]
    for place, pose_id in enumerate(shown):
        for k in columns[pose_id][1:]:
            folded[:, place] += probabilities[:, k]
    return folded
