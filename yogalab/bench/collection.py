"""A data set, seen and ready to be learnt from: what every measurement of learning begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.duplicates import group
from yogalab.bench.dataset import Sample, samples
from yogalab.bench.sights import Sights, look
from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.ports import PhotoReader
from yogalab.poses.taxonomy import builtin_poses, match
from yogalab.records import Head, Matrix, Pose, TrainingSet

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collection:
    """n photos of K poses.

    x: (n, d) features; y: (n,) column of each photo's pose; groups: (n,) equal for near-duplicates.
    split: (n,) "train", "test" or "" where the data set has no official one; prior: R0 over its poses.
    """

    photos: tuple[Sample, ...]
    sights: Sights
    x: Matrix
    y: NDArray[np.int64]
    groups: NDArray[np.int64]
    split: NDArray[np.str_]
    poses: tuple[Pose, ...]
    prior: Head

    @property
    def found(self) -> NDArray[np.bool_]:
        """(n,) in which photos a person was found."""
        return self.sights.found

    def taught(self, rows: Rows, *, columns: NDArray[np.int64] | None = None) -> TrainingSet:
        """Return rows as labelled photos. columns: (len(rows),) labels other than the true ones."""
        labels = self.y[rows] if columns is None else columns
        return TrainingSet(
            x=self.x[rows], y=self.prior.pose_ids[labels], photo_ids=rows, groups=self.groups[rows]
        )

    def without_templates(self) -> Collection:
        """Return the same photos under a prior that knows nothing: a coach's own new poses."""
        bare = [replace(pose, template={}) for pose in self.poses]
        return replace(self, poses=tuple(bare), prior=_prior(bare, self.prior.pose_model))

    def draw(self, shots: int, rng: np.random.Generator, *, among: Rows | None = None) -> Rows:
        """Return `shots` rows of each pose with a person found, but never a pose's last one, ascending.

        The same generator gives nested draws: two labels a pose are those of one label, and one more.
        among: rows to draw from, all when None.
        """
        allowed = self.found.copy()
        if among is not None:
            allowed &= np.isin(np.arange(len(self.y)), among)
        rows = []
        for column in range(len(self.poses)):
            mine = rng.permutation(np.flatnonzero((self.y == column) & allowed))
            rows.append(mine[: min(shots, max(len(mine) - 1, 0))])
        return np.sort(np.concatenate(rows)).astype(np.int64)

    def others(self, train: Rows) -> Rows:
        """Return all rows that are no near-duplicates of these, nor these themselves."""
        return np.flatnonzero(~np.isin(self.groups, self.groups[train])).astype(np.int64)


def collect(
    reader: PhotoReader,
    directory: Path,
    *,
    folder: Path,
    pose_model: str,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Collection:
    """Look at a data set's photos, or remember what was seen.

    folder: where skeletons are kept between runs. Raises BadDataset.
    """
    photos = samples(directory)
    sights = look(reader, photos, folder=folder, pose_model=pose_model, on_progress=on_progress)
    return of_sights(photos, sights, pose_model)


def of_sights(photos: Sequence[Sample], sights: Sights, pose_model: str) -> Collection:
    """Return what was seen in photos as a Collection."""
    names = sorted({sample.pose for sample in photos})
    known = builtin_poses()
    poses = [_pose(column + 1, name, match(name, known)) for column, name in enumerate(names)]
    place = {name: column for column, name in enumerate(names)}
    return Collection(
        photos=tuple(photos),
        sights=sights,
        x=features(sights.encodings(), dim=0),
        y=np.array([place[sample.pose] for sample in photos], dtype=np.int64),
        groups=group(sights.hashes, sights.skeletons()),
        split=np.array([sample.split for sample in photos]),
        poses=tuple(poses),
        prior=_prior(poses, pose_model),
    )


def _prior(poses: Sequence[Pose], pose_model: str) -> Head:
    return ladder.zero_shot(poses, texts=None, dim=0, encoder=None, pose_model=pose_model)


def _pose(pose_id: int, name: str, known: Pose | None) -> Pose:
    """The data set's pose, with our template where we know it by that name."""
    return Pose(id=pose_id, slug=name, name=name, template=known.template if known else {})
