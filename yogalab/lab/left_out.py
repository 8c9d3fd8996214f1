"""Photos an encoder was tuned on, as encoders see them that were tuned without them.

A tuned encoder is too sure of its own photos: whatever is chosen or judged on labelled photos uses these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

import numpy as np

from yogalab.learning.features import layout_of
from yogalab.ports import Store
from yogalab.records import Matrix, TrainingSet, base_of

# Kept beside the embeddings, as a recipe of their own; a photo that is deleted takes both along.
RECIPE_LEFT_OUT = "full-1/left-out"


def keep(store: Store, encoder: str, vectors: Mapping[int, Matrix]) -> None:
    """Keep what a tuning hands over. vectors: photo id -> (dim,), zeros for one that was never left out."""
    store.put_embeddings(encoder, RECIPE_LEFT_OUT, vectors)


def tuned_on(store: Store, encoder: str | None) -> Set[int]:
    """Return the photos that an encoder was tuned on."""
    if encoder is None or base_of(encoder) == encoder:
        return frozenset()
    return store.embeddings(encoder, RECIPE_LEFT_OUT).keys()


def shaped(store: Store, encoders: Iterable[str], photo_ids: Sequence[int]) -> Set[int]:
    """Return those of some photos that any of these encoders was tuned on in this lab."""
    return {i for name in encoders for i in store.embeddings(name, RECIPE_LEFT_OUT, photo_ids=photo_ids)}


def unseen(store: Store, encoder: str | None, train: TrainingSet) -> TrainingSet:
    """Return labelled photos as if the encoder had not been tuned on them; the very same without a tuning.

    Those that were never left out are not in it, nor copies of tuned photos: labelled later, they were left out
    of no tuning either.
    """
    if encoder is None or base_of(encoder) == encoder or not len(train):
        return train
    vectors = store.embeddings(encoder, RECIPE_LEFT_OUT)
    if not vectors:
        return train
    sides = store.sides()
    known = {sides[photo_id][0] for photo_id in vectors if photo_id in sides}
    x, kept = train.x.copy(), np.ones(len(train), dtype=bool)
    part = layout_of(x.shape[1]).embedding
    for row, photo_id in enumerate(train.photo_ids.tolist()):
        vector = vectors.get(photo_id)
        if vector is not None:
            x[row, part] = vector
            kept[row] = bool(vector.any())
        else:
            kept[row] = int(train.groups[row]) not in known
    return replace(train, x=x).only(kept)
