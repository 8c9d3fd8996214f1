"""Cutting labels into parts, each of which is left out once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def folds(y: Rows, groups: Rows, count: int, rng: np.random.Generator) -> list[Rows]:
    """Return the rows of each part. Near-duplicates stay together, and each pose is dealt out evenly.

    y, groups: (n,). There are fewer parts where there are fewer groups. A group with photos of several poses is
    dealt with its most frequent one. A pose with a single group is left out altogether once; its texts remain.
    """
    names, group_of = np.unique(groups, return_inverse=True)
    pose_of = np.array([np.bincount(y[group_of == group]).argmax() for group in range(len(names))])
    parts = min(count, len(names))
    sizes = np.bincount(group_of)
    load = np.zeros(parts, dtype=np.int64)
    fold_of = np.zeros(len(names), dtype=np.int64)
    for pose in rng.permutation(np.unique(pose_of)):
        dealt = np.zeros(parts, dtype=np.int64)
        # By chance, but large groups first: small ones then fill up what these left uneven.
        groups_of_pose = rng.permutation(np.flatnonzero(pose_of == pose))
        for group in groups_of_pose[np.argsort(-sizes[groups_of_pose], kind="stable")]:
            # The part with the fewest of this pose, of those the smallest: no part runs out of a pose early.
            k = np.lexsort((np.arange(parts), load, dealt))[0]
            fold_of[group] = k
            dealt[k] += sizes[group]
            load[k] += sizes[group]
    return [np.flatnonzero(fold_of[group_of] == k) for k in range(parts)]
