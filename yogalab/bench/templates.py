"""How far templates alone go without any label, as drafted and as tuned, among few poses and among all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.collection import Collection
from yogalab.learning.features import descriptors
from yogalab.poses import tuning
from yogalab.poses.taxonomy import builtin_poses, match
from yogalab.poses.templates import drafts, shipped, target_matrix, template_scores
from yogalab.records import Matrix, Pose

_FIRST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """templates: "drafts" or "tuned"; photos: "train" (tuned on these) or "untuned"; poses: how many to choose
    from; n photos, found or not; top1, top5: shares of them."""

    templates: str
    photos: str
    poses: int
    n: int
    top1: float
    top5: float


def run(photos: Collection) -> tuple[Row, ...]:
    """Return the figures; a photo of nobody counts as wrong, one of a pose we do not know is left out."""
    known, columns = _columns(photos)
    bodies = descriptors(photos.x)
    here = np.unique(columns[columns >= 0])
    rows = []
    for name, shapes in (("drafts", drafts()), ("tuned", shipped())):
        scores = template_scores(bodies, *target_matrix(_shaped(known, shapes)))
        for which, chosen in (("train", photos.split == "train"), ("untuned", photos.untuned)):
            asked = np.flatnonzero(chosen & (columns >= 0))
            if not len(asked):
                continue
            for among in (here, np.arange(len(known))):
                right = _hits(scores[asked][:, among], np.searchsorted(among, columns[asked]))
                right &= photos.found[asked][:, None]
                rows.append(
                    Row(
                        templates=name,
                        photos=which,
                        poses=len(among),
                        n=len(asked),
                        top1=float(right[:, 0].mean()),
                        top5=float(right.any(axis=1).mean()),
                    )
                )
    return tuple(rows)


def to_json(rows: tuple[Row, ...]) -> dict[str, Any]:
    """Return the figures as JSON values."""
    return {"rows": [asdict(row) for row in rows]}


def tuned(photos: Collection) -> str:
    """Return the text of `models/poses/tuned.toml` as the official training photos have it."""
    known, columns = _columns(photos)
    values, tolerances = target_matrix(_shaped(known, drafts()))
    taught = np.flatnonzero((photos.split == "train") & photos.found & (columns >= 0))
    bodies = descriptors(photos.x[taught])
    return tuning.written(tuning.tune(values, tolerances, bodies, columns[taught]), [p.slug for p in known])


def _hits(scores: Matrix, truth: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n, 5): is the k-th best the true one?"""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :_FIRST]
    return np.asarray(order == truth[:, None])


def _columns(photos: Collection) -> tuple[tuple[Pose, ...], NDArray[np.int64]]:
    """The poses that ship with a template, and the place of each photo's among them, -1 for others."""
    known = tuple(pose for pose in builtin_poses() if pose.template)
    place = {pose.slug: k for k, pose in enumerate(known)}
    named = [match(pose.slug, known) for pose in photos.poses]
    own = np.array([place[pose.slug] if pose else -1 for pose in named], dtype=np.int64)
    return known, own[photos.y]


def _shaped(poses: tuple[Pose, ...], shapes: Mapping[str, Mapping[str, float]]) -> list[Pose]:
    return [replace(pose, template=shapes[pose.slug]) for pose in poses]
