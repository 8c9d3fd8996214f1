"""Heads of versions in this lab: under its own pose ids, and told apart by what they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from yogalab.records import Head, Pose


def at_home(head: Head, poses: Iterable[Pose]) -> Head:
    """Return the head with this lab's pose ids: elsewhere the same number may be another pose."""
    own = {pose.slug: pose.id for pose in poses}
    # Below zero is no pose of any lab: never suggested.
    mine = (replace(pose, id=own.get(pose.slug, -1 - k)) for k, pose in enumerate(head.poses))
    # How its encoder was tuned is the encoder's business, and large.
    return replace(head, poses=tuple(mine), change=None)


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
