"""A data set, seen and ready to be learnt from: what every measurement of learning begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yogalab.asking.duplicates import group
from yogalab.bench.dataset import Sample, samples
from yogalab.bench.embeddings import Embeddings, embed_photos, seen_and_said
from yogalab.bench.sights import Sights, look
from yogalab.errors import BadDataset
from yogalab.learning import ladder
from yogalab.learning.features import features, layout_of
from yogalab.ports import Encoder, PhotoReader
from yogalab.poses.taxonomy import builtin_poses, match
from yogalab.records import Head, Matrix, Pose, TrainingSet

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collection:
    """n photos of K poses.

    x: (n, d) features; y: (n,) column of each photo's pose; groups: (n,) equal for near-duplicates.
    split: (n,) "train", "test" or "" where the data set has no official one; prior: R0 over its poses.
    embeddings: what an encoder sees in them, None without one.
    """

    photos: tuple[Sample, ...]
    sights: Sights
    x: Matrix
    y: NDArray[np.int64]
    groups: NDArray[np.int64]
    split: NDArray[np.str_]
    poses: tuple[Pose, ...]
    prior: Head
    embeddings: Embeddings | None = None

    @property
    def found(self) -> NDArray[np.bool_]:
        """(n,) in which photos a person was found."""
        return self.sights.found

    @property
    def answerable(self) -> NDArray[np.bool_]:
        """(n,) of which photos anything is known: a person was seen, be it faintly, or an encoder saw them."""
        if self.embeddings is None:
            return self.sights.seen
        return np.asarray(self.sights.seen | np.abs(self.embeddings.photos).any(axis=1))

    @property
    def split_poses(self) -> NDArray[np.bool_]:
        """(n,) which photos show a pose that has an official split."""
        return np.isin(self.y, np.unique(self.y[self.split != ""]))

    @property
    def teachable(self) -> Rows:
        """Rows that may be learnt from: the official training photos, and all of poses without a split."""
        return np.flatnonzero((self.split == "train") | ~self.split_poses).astype(np.int64)

    @property
    def untuned(self) -> NDArray[np.bool_]:
        """(n,) photos that nothing here was made with: no template was tuned on them, no encoder trained.

        Official test photos, and all of poses without a split unless the encoder was taught these poses.
        """
        return np.asarray((self.split == "test") | ~(self.split_poses | np.isin(self.y, self.taught_poses)))

    @property
    def taught_poses(self) -> NDArray[np.int64]:
        """Columns of the poses whose photos the encoder was trained on; none where that is the world."""
        taught = self.embeddings.taught if self.embeddings else None
        return np.flatnonzero([pose.slug in (taught or ()) for pose in self.poses]).astype(np.int64)

    def taught(self, rows: Rows, *, columns: NDArray[np.int64] | None = None) -> TrainingSet:
        """Return rows as labelled photos. columns: (len(rows),) labels other than the true ones."""
        labels = self.y[rows] if columns is None else columns
        return TrainingSet(
            x=self.x[rows], y=self.prior.pose_ids[labels], photo_ids=rows, groups=self.groups[rows]
        )

    def without_templates(self) -> Collection:
        """Return the same photos under a prior that knows nothing: a coach's own new poses."""
        bare = tuple(replace(pose, template={}) for pose in self.poses)
        silent = None if self.embeddings is None else replace(self.embeddings, texts=None)
        return replace(self, poses=bare, prior=_prior(bare, self.prior.pose_model, silent))

    def without_encoder(self) -> Collection:
        """Return the same photos as skeletons alone show them."""
        plain = self.x[:, : layout_of(self.x.shape[1]).odd.stop]
        prior = _prior(self.poses, self.prior.pose_model, None)
        return replace(self, x=np.ascontiguousarray(plain), prior=prior, embeddings=None)

    def seen_by(self, embeddings: Embeddings | None) -> Collection:
        """Return the same photos as another encoder sees them. embeddings: in their order, and of its poses."""
        bare = self.without_encoder()
        if embeddings is None:
            return bare
        x = np.concatenate([bare.x, embeddings.photos], axis=1)
        prior = _prior(self.poses, self.prior.pose_model, embeddings)
        return replace(bare, x=np.asarray(x, np.float32), prior=prior, embeddings=embeddings)

    def only(self, rows: Rows) -> Collection:
        """Return some of the photos, with the poses that these show and no others."""
        columns, y = np.unique(self.y[rows], return_inverse=True)
        poses = tuple(self.poses[column] for column in columns)
        seen = self.embeddings
        if seen is not None:
            texts = None if seen.texts is None else seen.texts[columns]
            seen = replace(seen, photos=seen.photos[rows], texts=texts)
        return Collection(
            photos=tuple(self.photos[row] for row in rows),
            sights=self.sights.only(rows),
            x=self.x[rows],
            y=y.astype(np.int64),
            groups=self.groups[rows],
            split=self.split[rows],
            poses=poses,
            prior=_prior(poses, self.prior.pose_model, seen),
            embeddings=seen,
        )

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
    encoder: Encoder | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Collection:
    """Look at a data set's photos, or remember what was seen.

    folder: where skeletons and vectors are kept between runs. Raises BadDataset, EncoderError.
    """
    photos = samples(directory)
    poses = poses_of(photos)
    if len(poses) < 2:
        raise BadDataset(name=str(directory))
    total = len(photos) * (1 if encoder is None else 2)
    sights = look(
        reader,
        photos,
        folder=folder,
        pose_model=pose_model,
        on_progress=lambda done, _: on_progress(done, total),
    )
    if encoder is None:
        return of_sights(photos, sights, pose_model)
    vectors = embed_photos(
        encoder,
        reader,
        photos,
        bodies=sights.bodies(),
        folder=folder,
        on_progress=lambda done, _: on_progress(len(photos) + done, total),
    )
    return of_sights(photos, sights, pose_model, embeddings=seen_and_said(encoder, vectors, poses))


def of_sights(
    photos: Sequence[Sample], sights: Sights, pose_model: str, *, embeddings: Embeddings | None = None
) -> Collection:
    """Return what was seen in photos as a Collection. embeddings: in their order, and of `poses_of` them."""
    poses, names = poses_of(photos), named(photos)
    encodings = sights.encodings()
    if embeddings is not None:
        pairs = zip(encodings, embeddings.photos, strict=True)
        encodings = [replace(one, embedding=vector if vector.any() else None) for one, vector in pairs]
    return Collection(
        photos=tuple(photos),
        sights=sights,
        x=features(encodings, dim=0 if embeddings is None else embeddings.photos.shape[1]),
        y=np.array([names[sample.pose].id - 1 for sample in photos], dtype=np.int64),
        groups=group(sights.hashes, sights.skeletons()),
        split=np.array([sample.split for sample in photos]),
        poses=poses,
        prior=_prior(poses, pose_model, embeddings),
        embeddings=embeddings,
    )


def _prior(poses: Sequence[Pose], pose_model: str, embeddings: Embeddings | None) -> Head:
    if embeddings is None:
        return ladder.zero_shot(poses, texts=None, dim=0, encoder=None, pose_model=pose_model)
    return ladder.zero_shot(
        poses,
        texts=embeddings.texts,
        dim=embeddings.photos.shape[1],
        encoder=embeddings.encoder,
        pose_model=pose_model,
    )


def poses_of(photos: Sequence[Sample]) -> tuple[Pose, ...]:
    """Return the data set's poses, by the names they have there."""
    return tuple({pose.id: pose for pose in named(photos).values()}.values())


def named(photos: Sequence[Sample]) -> Mapping[str, Pose]:
    """Return what each name in a data set stands for: the pose that we know by it, else one that we do not.

    A known pose keeps its slug, by which an encoder and all that we drew know it. Two names of one pose stand
    for the same one, as in a lab. Ids count from 1.
    """
    known = builtin_poses()
    poses: dict[str, Pose] = {}
    names = {}
    for name in sorted({sample.pose for sample in photos}):
        pose = match(name, known) or Pose(id=0, slug=name, name=name.replace("_", " "))
        names[name] = poses.setdefault(pose.slug, replace(pose, id=len(poses) + 1))
    return names
