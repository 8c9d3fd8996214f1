"""What an encoder is trained on: photos and drawn figures with poses, bodies and a teacher's view of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from yogalab.bounding import TRUSTED, bounding_box
from yogalab.errors import UnknownPoses
from yogalab.learning.features import features, layout_of
from yogalab.poses.postures import postures
from yogalab.records import Encodings, Landmarks, Matrix
from yogalab.training.augmentation import Pixels
from yogalab.training.rendering import render_many

# Kept in memory at this size: enough to zoom into for views of 128 pixels.
_SHORTER: Final = 184
_LONGER: Final = 368
# What is added to a column's spread, so that a figure that hardly ever strays is not blown up.
_SPREAD: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corpus:
    """n pictures. `slugs` are the K poses they may show, in the order of the classes.

    pictures: RGB, of any shape; y: (n,) rows of slugs; points: (n, 33, 4) x, y, z, visibility in units of the
    picture; trust: (n,) how likely the body is right, 0 without one; skeletons: (n, d) its features, each of
    unit spread; odd: the columns of them that a mirror negates; drawn: (n,) which are rendered;
    boxes: of n bodies (`yogalab.bounding`);
    teacher: (n, 2, t) another network's unit embeddings of the picture and its mirror image, 0 where it saw
    none, or None without a teacher.
    """

    slugs: tuple[str, ...]
    pictures: Sequence[Pixels]
    y: NDArray[np.int64]
    points: Matrix
    trust: Matrix
    skeletons: Matrix
    odd: slice
    drawn: NDArray[np.bool_]
    boxes: Sequence[Matrix | None]
    teacher: Matrix | None = None

    def __len__(self) -> int:
        return len(self.y)

    def aspect(self, row: int) -> float:
        """Return a picture's width over its height."""
        height, width = self.pictures[row].shape[:2]
        return float(width / height)

    def digest(self) -> str:
        """Return what tells the pictures and all that is known of them from any others, hexadecimal."""
        whole = hashlib.sha256(json.dumps(self.slugs).encode())
        known = (self.y, self.points, self.trust, self.skeletons, self.drawn, self.teacher)
        for array in (*self.pictures, *(one for one in known if one is not None)):
            whole.update(f"{array.dtype}{array.shape}".encode())
            whole.update(np.ascontiguousarray(array).data)
        return whole.hexdigest()


def corpus(
    slugs: tuple[str, ...],
    pictures: Sequence[Pixels],
    poses: Sequence[str],
    bodies: Sequence[Landmarks | None],
    *,
    teacher: Matrix | None = None,
    figures: int = 0,
    seed: int = 0,
) -> Corpus:
    """Return photos and `figures` rendered figures of every slug as one corpus.

    pictures, poses, bodies: of the photos, in one order. teacher: (n, 2, t). A pose that cannot be drawn gets
    no figures. Raises UnknownPoses: photos' poses are not all among the slugs.
    """
    place = {slug: row for row, slug in enumerate(slugs)}
    if unknown := sorted(set(poses) - place.keys()):
        raise UnknownPoses(names=", ".join(unknown))
    drawable = [slug for slug in slugs if slug in postures()]
    drawn, drawn_bodies, drawn_rows = render_many(drawable, figures, seed=seed)
    named = [*poses, *(drawable[row] for row in drawn_rows)]
    y = np.array([place[slug] for slug in named], dtype=np.int64)
    everybody = [*bodies, *drawn_bodies]
    x = features([Encodings(landmarks=body) for body in everybody], dim=0)
    odd = layout_of(x.shape[1]).odd
    return Corpus(
        slugs=slugs,
        pictures=[*pictures, *drawn],
        y=y,
        points=np.stack([_points(body) for body in everybody]),
        trust=np.where(x[:, 0] < TRUSTED, 0, x[:, 0]).astype(np.float32),
        skeletons=_of_unit_spread(x),
        odd=slice(odd.start - 1, odd.stop - 1),
        drawn=np.arange(len(y)) >= len(pictures),
        boxes=[bounding_box(body) for body in everybody],
        teacher=None if teacher is None else _with_none_of(len(drawn), teacher),
    )


def shrunk(pixels: Pixels) -> Pixels:
    """Return a photo at the size that training keeps in memory; never larger than it was."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _SHORTER / min(height, width), _LONGER / max(height, width))
    if scale == 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _of_unit_spread(x: Matrix) -> Matrix:
    """Return (n, d), the features of bodies without the first, their trust, over the spread of trusted ones."""
    skeletons = x[:, 1:]
    sure = skeletons[x[:, 0] >= TRUSTED]
    if len(sure):
        skeletons = skeletons / (sure.std(axis=0, keepdims=True) + _SPREAD)
    return np.asarray(skeletons, np.float32)


def _with_none_of(drawings: int, teacher: Matrix) -> Matrix:
    """A teacher has never seen drawings; what it makes of them would teach nothing."""
    return np.concatenate([teacher, np.zeros((drawings, *teacher.shape[1:]), np.float32)])


def _points(body: Landmarks | None) -> Matrix:
    return body.points if body is not None else np.zeros((33, 4), np.float32)
