"""One row of figures per photo: what was seen in it, in a form where plain distances mean something.

A row is [trust | descriptors | even | odd | embedding]:

- trust: how likely the skeleton is right, 0 to 1; 0 without one, and then everything of the skeleton is 0;
- descriptors: angles, heights and distances of `yogalab.poses.geometry`, in units of a noticeable difference;
- even, odd: coordinates of the body, turned so that its mirror image has the same `even` and the negated `odd`.
  A kernel thus compares a body with another and with its mirror image at the price of one product;
- embedding: CLIP's unit vector, or 0.

Nothing here is learnt: the scales are round figures, so a feature row is the same in every lab. Bodies are not
rotated, because gravity tells poses apart (a plank from a handstand).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab import skeleton as body
from yogalab.poses.geometry import DESCRIPTORS, describe
from yogalab.records import Encodings, Landmarks, Matrix

RECIPE: Final = "skeleton-1"

# The face adds nothing beyond nose and ears, a hand nothing beyond wrist and index finger.
_KEPT: Final = (0, 7, 8, 11, 12, 13, 14, 15, 16, 19, 20, 23, 24, 25, 26, 27, 28, 31, 32)
_BONES: Final = (
    *((11, 12), (23, 24), (11, 23), (12, 24), (11, 13), (12, 14), (13, 15), (14, 16)),
    *((23, 25), (24, 26), (25, 27), (26, 28), (27, 31), (28, 32)),
)
_LENGTHS: Final = frozenset({"headhip", "kneehip", "feet", "knees", "hands", "handfoot", "handfoot2", "chest"})
_CLEAR: Final = 0.5
# The trust that a skeleton has on which all looks agree.
CLEAREST: Final = 0.95
_ANGLE_UNIT: Final = 25.0
_LENGTH_UNIT: Final = 0.37

# Each block is divided by how far it usually strays in all (measured once on 5,000 photos, rounded) and
# multiplied by its weight, so that no block drowns the others (models/LOG.md, 2026-11-21).
_DESCRIPTORS: Final = 1.6 / 9.8
_FLAT: Final = 1.0 / 1.95
_WORLD: Final = 1.2 / 2.4
_BONE: Final = 1.0 / 3.55
_VISIBILITY: Final = 0.6 / 1.15


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a row lie. `dim` is the embedding's size, 0 without one."""

    dim: int

    @property
    def width(self) -> int:
        return _EMBEDDING_AT + self.dim

    @property
    def descriptors(self) -> slice:
        return slice(1, 1 + len(DESCRIPTORS))

    @property
    def even(self) -> slice:
        """Everything of the skeleton that a mirror leaves alone, the descriptors included."""
        return slice(1, _ODD_AT)

    @property
    def odd(self) -> slice:
        return slice(_ODD_AT, _EMBEDDING_AT)

    @property
    def blocks(self) -> dict[str, NDArray[np.int64]]:
        """Which columns each kind of the skeleton's figures fills, by name."""
        columns = np.arange(_EMBEDDING_AT)
        blocks = {"descriptors": columns[self.descriptors]}
        even_at, odd_at = self.descriptors.stop, _ODD_AT
        for name, (even, odd) in _SIZES.items():
            blocks[name] = np.r_[columns[even_at : even_at + even], columns[odd_at : odd_at + odd]]
            even_at, odd_at = even_at + even, odd_at + odd
        return blocks

    @property
    def embedding(self) -> slice:
        return slice(_EMBEDDING_AT, _EMBEDDING_AT + self.dim)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """How the coordinates of a skeleton become its part of a row: linear once a body was scaled.

    kept: the landmarks; bones: (b, 2) the landmarks that each goes from and to; folds: block -> what a mirror
    keeps of its figures and what it negates, (figures, e) and (figures, o), weighted.
    """

    kept: NDArray[np.int64]
    bones: NDArray[np.int64]
    folds: dict[str, tuple[Matrix, Matrix]]


def mirrored_parts() -> Parts:
    """Return the same as `features` does to a skeleton, as matrices, for those who write it down."""
    folds = {}
    for (name, (mirror, signs)), weight in zip(_BLOCKS.items(), _WEIGHTS, strict=True):
        unit = np.eye(signs.size, dtype=np.float32).reshape(-1, *signs.shape)
        folds[name] = _fold(np.float32(weight) * unit, mirror, signs)
    return Parts(np.array(_KEPT), np.array(_BONES), folds)


def layout_of(width: int) -> Layout:
    """Return the layout of rows that are `width` long."""
    return Layout(width - _EMBEDDING_AT)


def features(encodings: Sequence[Encodings], *, dim: int) -> Matrix:
    """Return one row per photo, (n, Layout(dim).width).

    dim: size of the embeddings, 0 when the lab has no encoder.
    """
    layout = Layout(dim)
    x = np.zeros((len(encodings), layout.width), dtype=np.float32)
    seen = [(row, e.landmarks) for row, e in enumerate(encodings) if e.landmarks is not None]
    if seen:
        rows = [row for row, _ in seen]
        x[rows, : layout.odd.stop] = _skeletons([landmarks for _, landmarks in seen])
    for row, encoding in enumerate(encodings):
        if dim and encoding.embedding is not None:
            x[row, layout.embedding] = encoding.embedding
    return x


def found(x: Matrix) -> NDArray[np.bool_]:
    """Return in which photos a body was seen, be it faintly, (n,)."""
    return np.asarray(x[:, 0] > 0)


def clear(x: Matrix) -> NDArray[np.bool_]:
    """Return in which photos a body was seen that is more likely right than wrong, (n,)."""
    return np.asarray(x[:, 0] >= _CLEAR)


def assurance(x: Matrix) -> Matrix:
    """Return the factor on a photo's logits, (n,): answers are less sure where the skeleton may be wrong.

    The root of the trust over that of a clear skeleton; 1 where there is none to doubt.
    """
    return np.where(found(x), np.sqrt(np.minimum(x[:, 0] / CLEAREST, 1)), 1).astype(np.float32)


def informative(x: Matrix) -> NDArray[np.bool_]:
    """Return which photos show anything at all, a body or a picture, (n,)."""
    return np.asarray(np.abs(x).max(axis=1, initial=0) > 0)


def descriptors(x: Matrix) -> Matrix:
    """Return the descriptors in degrees and trunk lengths, (n, len(DESCRIPTORS)); 0 where nobody was found."""
    return np.asarray(x[:, 1 : 1 + len(DESCRIPTORS)] * (_UNITS / np.float32(_DESCRIPTORS)), dtype=np.float32)


def _skeletons(people: Sequence[Landmarks]) -> Matrix:
    """(n, _EMBEDDING_AT) the skeleton's part of the rows."""
    points = np.stack([p.points for p in people]).astype(np.float32)
    world = np.stack([p.world for p in people]).astype(np.float32)
    aspect = np.array([p.aspect for p in people], dtype=np.float32)
    figures = describe(world) / _UNITS * np.float32(_DESCRIPTORS)
    flat, solid = _flat(points, aspect), _solid(world)
    bones = solid[:, [b for _, b in _BONES]] - solid[:, [a for a, _ in _BONES]]
    bones /= np.maximum(np.linalg.norm(bones, axis=-1, keepdims=True), 1e-6)
    kept = list(_KEPT)
    blocks = [
        (_FLAT * flat[:, kept], _KEPT_MIRROR, _KEPT_SIGNS, 2),
        (_WORLD * solid[:, kept], _KEPT_MIRROR, _KEPT_SIGNS, 3),
        (_BONE * bones, _BONE_MIRROR, _BONE_SIGNS, 3),
        (_VISIBILITY * points[:, kept, 3:], _KEPT_MIRROR, np.abs(_KEPT_SIGNS[:, :1]), 1),
    ]
    folded = [_fold(block, mirror, signs[:, :axes]) for block, mirror, signs, axes in blocks]
    # A skeleton that is hardly to be trusted is still one.
    trust = np.maximum(np.array([[p.trust] for p in people], np.float32), np.float32(1e-3))
    rows = np.concatenate([trust, figures, *(even for even, _ in folded), *(odd for _, odd in folded)], axis=1)
    return np.asarray(np.nan_to_num(rows), dtype=np.float32)


def _flat(points: Matrix, aspect: Matrix) -> Matrix:
    """(n, 33, 2) as the camera saw it: from the hips, in lengths of the figure."""
    xy = points[:, :, :2] * np.stack([aspect, np.ones_like(aspect)], axis=1)[:, None]
    return _sized(xy, per_trunk=2.5)


def _solid(world: Matrix) -> Matrix:
    """(n, 33, 3) in space: from the hips, in lengths of the body."""
    return _sized(world, per_trunk=2.0)


def _sized(joints: Matrix, *, per_trunk: float) -> Matrix:
    """Scale by the trunk or the farthest landmark, whichever is larger: a trunk seen end-on is no measure."""
    joints = joints - joints[:, [body.LEFT_HIP, body.RIGHT_HIP]].mean(1, keepdims=True)
    trunk = np.linalg.norm(joints[:, [body.LEFT_SHOULDER, body.RIGHT_SHOULDER]].mean(1), axis=-1)
    farthest = np.linalg.norm(joints, axis=-1).max(1)
    size = np.maximum(np.maximum(per_trunk * trunk, farthest), 1e-6)
    return np.asarray(joints / size[:, None, None], dtype=np.float32)


def _fold(block: Matrix, mirror: NDArray[np.int64], signs: Matrix) -> tuple[Matrix, Matrix]:
    """Split into what a mirror keeps and what it negates, without changing any distance.

    block: (n, m, c); in the mirror image, item j is item mirror[j] times signs[j].
    Returns (n, e) and (n, o) with e + o = m·c.
    """
    left = np.flatnonzero(np.arange(len(mirror)) < mirror)
    alone = np.flatnonzero(np.arange(len(mirror)) == mirror)
    one, other = block[:, left], block[:, mirror[left]] * signs[left]
    pairs_even, pairs_odd = (one + other) * np.float32(0.5**0.5), (one - other) * np.float32(0.5**0.5)
    kept = signs[alone] > 0
    n = len(block)
    even = np.concatenate([pairs_even.reshape(n, -1), block[:, alone][:, kept]], axis=1)
    odd = np.concatenate([pairs_odd.reshape(n, -1), block[:, alone][:, ~kept]], axis=1)
    return even, odd


def _mirrors() -> tuple[NDArray[np.int64], Matrix, NDArray[np.int64], Matrix]:
    """Which kept landmark and which bone becomes which in a mirror, and with which signs along x, y, z."""
    kept = np.array([_KEPT.index(body.MIRROR[landmark]) for landmark in _KEPT])
    signs = np.tile(np.array([-1, 1, 1], np.float32), (len(_KEPT), 1))
    bones, bone_signs = [], []
    for a, b in _BONES:
        twin = (body.MIRROR[a], body.MIRROR[b])
        # The line between the shoulders, or the hips, mirrors onto itself, walked the other way.
        turned = twin not in _BONES
        bones.append(_BONES.index((twin[1], twin[0]) if turned else twin))
        bone_signs.append((1, -1, -1) if turned else (-1, 1, 1))
    return kept, signs, np.array(bones), np.array(bone_signs, dtype=np.float32)


def _unit(descriptor: str) -> float:
    stem = descriptor.rpartition("_")[0] or descriptor
    return _LENGTH_UNIT if descriptor in _LENGTHS or stem in {"ank", "wr", "wrsh"} else _ANGLE_UNIT


_KEPT_MIRROR, _KEPT_SIGNS, _BONE_MIRROR, _BONE_SIGNS = _mirrors()
_UNITS: Final = np.array([_unit(name) for name in DESCRIPTORS], dtype=np.float32)
# What a descriptor is multiplied by in a row.
DESCRIPTOR_SCALE: Final = np.asarray(np.float32(_DESCRIPTORS) / _UNITS, dtype=np.float32)
# The folded blocks in the order of a row: which item becomes which in a mirror, with which signs; and weights.
_BLOCKS: Final = {
    "xy": (_KEPT_MIRROR, _KEPT_SIGNS[:, :2]),
    "world": (_KEPT_MIRROR, _KEPT_SIGNS),
    "bones": (_BONE_MIRROR, _BONE_SIGNS),
    "visibility": (_KEPT_MIRROR, np.abs(_KEPT_SIGNS[:, :1])),
}
_WEIGHTS: Final = (_FLAT, _WORLD, _BONE, _VISIBILITY)
# xy, world and bones have 2, 3 and 3 figures an item, visibility 1.
_FIGURES: Final = len(_KEPT) * (2 + 3 + 1) + len(_BONES) * 3


def _folded_sizes() -> dict[str, tuple[int, int]]:
    """How many even and how many odd figures each folded block has, by name, in the order of a row."""
    folded = {
        name: _fold(np.zeros((1, *signs.shape), np.float32), mirror, signs)
        for name, (mirror, signs) in _BLOCKS.items()
    }
    return {name: (even.shape[1], odd.shape[1]) for name, (even, odd) in folded.items()}


_SIZES: Final = _folded_sizes()
_ODD_AT: Final = 1 + len(DESCRIPTORS) + sum(even for even, _ in _SIZES.values())
_EMBEDDING_AT: Final = 1 + len(DESCRIPTORS) + _FIGURES
