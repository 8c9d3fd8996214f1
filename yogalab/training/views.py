"""Random views of a corpus as batches for a network, with what it should see in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from yogalab import skeleton
from yogalab.training import augmentation
from yogalab.training.corpus import Corpus
from yogalab.training.recipe import Recipe

_MIRROR: Final = np.array(skeleton.MIRROR, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """n views.

    images: (n, 3, size, size) as the network wants them; labels: (n,) classes; points: (n, 33, 2) in the view's
    unit square, seen: (n, 33) how much each counts; skeletons: (n, d) and trust: (n,); teacher: (n, t) or None.
    """

    images: Tensor
    labels: Tensor
    points: Tensor
    seen: Tensor
    skeletons: Tensor
    trust: Tensor
    teacher: Tensor | None


def rows_of(corpus: Corpus, recipe: Recipe, step: int) -> NDArray[np.int64]:
    """Return which pictures a step looks at: photos in a new order every round, drawn figures at random.

    It depends on the seed and the step only, so that a training goes on as if it had never stopped.
    """
    photos, drawn = np.flatnonzero(~corpus.drawn), np.flatnonzero(corpus.drawn)
    each = recipe.photos_a_batch if len(drawn) else recipe.batch
    at = np.arange(step * each, (step + 1) * each)
    rounds = at // len(photos)
    picked = [
        np.random.default_rng([recipe.seed, 1, int(turn)]).permutation(photos)[at[rounds == turn] % len(photos)]
        for turn in np.unique(rounds)
    ]
    if len(drawn):
        rng = np.random.default_rng([recipe.seed, 2, step])
        picked.append(rng.choice(drawn, recipe.drawn_a_batch))
    rows: NDArray[np.int64] = np.concatenate(picked).astype(np.int64)
    return rows


def batch_of(corpus: Corpus, recipe: Recipe, step: int, *, size: int) -> Batch:
    """Return a step's views, `size` pixels a side."""
    rows = rows_of(corpus, recipe, step)
    rng = np.random.default_rng([recipe.seed, 3, step])
    flipped = rng.random(len(rows)) < 0.5
    shown, points = [], []
    for row, flip in zip(rows, flipped, strict=True):
        view = augmentation.draw_view(rng, recipe.views, corpus.boxes[row], corpus.aspect(row))
        if flip:
            view = augmentation.mirrored(view)
        pixels = augmentation.look(corpus.pictures[row], view, size)
        shown.append(augmentation.hide(pixels, rng, recipe.views))
        # In a mirror the left hand is where the right one was.
        joints = corpus.points[row, _MIRROR] if flip else corpus.points[row]
        points.append(np.column_stack([augmentation.through(view, joints[:, :2]), joints[:, 3]]))
    places = torch.from_numpy(np.stack(points).astype(np.float32))
    trust = torch.from_numpy(corpus.trust[rows])
    skeletons = corpus.skeletons[rows]
    skeletons[flipped, corpus.odd] *= -1
    inside = ((places[:, :, :2] > 0) & (places[:, :, :2] < 1)).all(dim=2)
    images = augmentation.tint(augmentation.to_tensor(shown), rng, recipe.views)
    return Batch(
        images=augmentation.normalise(images),
        labels=torch.from_numpy(corpus.y[rows]),
        points=places[:, :, :2],
        seen=places[:, :, 2] * inside * (trust > 0)[:, None],
        skeletons=torch.from_numpy(skeletons),
        trust=trust,
        teacher=None
        if corpus.teacher is None
        else torch.from_numpy(corpus.teacher[rows, flipped.astype(np.int64)]),
    )
