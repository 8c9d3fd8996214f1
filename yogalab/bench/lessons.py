"""The photos of a data set that an encoder may learn from."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from yogalab.bench.collection import Collection, named
from yogalab.bench.dataset import Sample
from yogalab.errors import UnknownPoses
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import Landmarks


def photos_to_learn(
    seen: Collection, *, left_out: Names[str] = ()
) -> Sequence[tuple[Path, str, Landmarks | None]]:
    """Return file, built-in pose's slug and body of each photo that no measurement is made on.

    Official test photos stay out, photos that are nearly equal to one of them too, and poses in left_out.
    Raises as `refuse_unknown`.
    """
    refuse_unknown(seen.photos)
    tested = np.isin(seen.groups, seen.groups[seen.split == "test"])
    bodies = [one.landmarks for one in seen.sights.encodings()]
    return [
        (seen.photos[row].path, slug, bodies[row])
        for row in seen.teachable
        if not tested[row] and (slug := seen.poses[seen.y[row]].slug) not in left_out
    ]


def refuse_unknown(photos: Sequence[Sample]) -> None:
    """Raise UnknownPoses where names in a data set are those of no built-in pose: nothing describes them.

    Photos need not have been looked at for this, which takes minutes.
    """
    known = {pose.slug for pose in builtin_poses()}
    unknown = [name for name, pose in named(photos).items() if pose.slug not in known]
    if unknown:
        raise UnknownPoses(names=", ".join(unknown))
