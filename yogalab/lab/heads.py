"""Heads of versions in this lab: under its own pose ids, and told apart by what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from yogalab.learning import ladder
from yogalab.records import Head, Matrix, Pose


def at_home(head: Head, poses: Iterable[Pose]) -> Head:
    """Return the head with this lab's pose ids: elsewhere the same number may be another pose."""
    own = {pose.slug: pose.id for pose in poses}
    # Below zero is no pose of any lab: never suggested.
    mine = (replace(pose, id=own.get(pose.slug, -1 - k)) for k, pose in enumerate(head.poses))
    # How its encoder was tuned is the encoder's business, and large.
    return replace(head, poses=tuple(mine), change=None)


def named_first(
    head: Head, x: Matrix, *, poses: Iterable[Pose], final_pose: Callable[[int], int]
) -> NDArray[np.int64]:
    """Return the pose each row is named at first, (n,) ids of this lab, merges followed.

    x: (n, d) features. A pose that this lab does not have is below zero.
    """
    ids = [final_pose(pose.id) if pose.id > 0 else pose.id for pose in at_home(head, poses).poses]
    best = ladder.probabilities(head, x).argmax(axis=1)
    return np.asarray(np.array(ids, dtype=np.int64)[best])


def alike(one: Head | None, other: Head | None) -> bool:
    """True when two heads answer alike."""
    if one is None or other is None or (one.poses, one.arrays.keys()) != (other.poses, other.arrays.keys()):
        return False
    same = (one.temperature, one.conformal, one.settings) == (
        other.temperature,
        other.conformal,
        other.settings,
    )
    return same and all(
        np.array_equal(one.arrays[name], other.arrays[name], equal_nan=True) for name in one.arrays
    )
