"""What encoders of every kind do with the vectors their networks make."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

import numpy as np

from yogalab.records import Matrix

BATCH: Final = 32
# A row's `views`: the photo and its mirror image.
MIRROR: Final = "mirror"

# Sentences whose vectors are kept, 4 to 12 MB of them. All built-in poses together have 1,200.
_MOST: Final = 4096

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


class Remembered:
    """Vectors of sentences, each made once: a new pose brings a dozen, and those of the others are known.

    encode: sentences to (n, dim). Threads may share it.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Matrix]) -> None:
        self._encode = encode
        self._known: dict[str, Matrix] = {}
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """Return (n, dim); n must not be 0. Errors of `encode` go through."""
        with self._lock:
            known = dict(self._known)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= zip(missing, self._encode(missing), strict=True)
            with self._lock:
                if len(self._known) + len(missing) > _MOST:
                    self._known.clear()
                self._known |= {text: known[text] for text in missing[:_MOST]}
        return np.stack([known[text] for text in texts])
