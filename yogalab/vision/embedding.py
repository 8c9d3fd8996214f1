"""What encoders of every kind do with the vectors their networks make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

import numpy as np

from yogalab.records import Matrix

BATCH: Final = 32
# A row's `views`: the photo and its mirror image.
MIRROR: Final = "mirror"

T = TypeVar("T")


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items BATCH at a time."""
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def units(vectors: Matrix) -> Matrix:
    """Return (n, dim) float32 vectors at unit length."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def joined(parts: Sequence[Matrix], dim: int) -> Matrix:
    """Return the batches' vectors as one (n, dim) matrix, also where there was none."""
    return np.concatenate(parts) if parts else np.zeros((0, dim), dtype=np.float32)


def over_views(
    network: Callable[[T], Matrix], images: T, mirrored: Callable[[T], T], *, mirror: bool
) -> Matrix:
    """Return unit embeddings, (n, dim); with `mirror` the unit mean of a photo's and its mirror image's.

    A pose and its mirror image have one name, and a network hears the difference a little: their mean does not
    depend on which of the two was photographed.
    """
    straight = units(network(images))
    return units(straight + units(network(mirrored(images)))) if mirror else straight
