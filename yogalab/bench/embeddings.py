"""CLIP's vectors of a data set's photos and poses; photos' are kept between measurements."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from yogalab.bench.dataset import Sample
from yogalab.errors import PhotoError
from yogalab.learning.texts import text_vectors
from yogalab.ports import Encoder, PhotoReader
from yogalab.records import Landmarks, Matrix, Pose

_BATCH: Final = 32
# Written down this often, so that a cut-off run loses little.
_SAVE_EVERY: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Embeddings:
    """What one encoder makes of n photos and K poses.

    photos: (n, dim), unit vectors, 0 where a photo cannot be read; texts: (K, dim) of `text_vectors`, or None.
    taught: slugs of the poses whose photos it was trained on, None for one trained on the world.
    """

    encoder: str
    photos: Matrix
    texts: Matrix | None
    taught: frozenset[str] | None = None


def seen_and_said(encoder: Encoder, photos: Matrix, poses: Sequence[Pose]) -> Embeddings:
    """Return what an encoder saw in photos, (n, dim), and what it says of poses. Raises EncoderError."""
    texts = text_vectors(encoder, poses)
    return Embeddings(encoder=encoder.name, photos=photos, texts=texts, taught=encoder.taught)


def embed_photos(
    encoder: Encoder,
    reader: PhotoReader,
    photos: Sequence[Sample],
    *,
    bodies: Sequence[Landmarks | None] | None = None,
    folder: Path,
    on_progress: Callable[[int, int], None],
) -> Matrix:
    """Return one vector a photo, (n, dim), encoding only those this encoder has not seen before.

    bodies: who was seen in each, for encoders that look at close-ups; folder: where vectors are kept.
    Raises EncoderError.
    """
    shown = encoder.framing if bodies is not None and encoder.framing and encoder.framing.close_up else ""
    # Other weights under the same name see otherwise.
    key = f"encoder:{encoder.name}{shown}{encoder.fingerprint}"
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    known = _stored(path)
    digests = [hashlib.sha256(sample.path.read_bytes()).hexdigest() for sample in photos]
    missing = [row for row, digest in enumerate(digests) if digest not in known]
    starts = range(0, len(missing), _BATCH)
    for count, start in enumerate(starts, start=1):
        on_progress(len(photos) - len(missing) + start, len(photos))
        rows = missing[start : start + _BATCH]
        vectors = _encoded(encoder, reader, [(photos[row], bodies[row] if bodies else None) for row in rows])
        known |= {digests[row]: vector for row, vector in zip(rows, vectors, strict=True)}
        if count % _SAVE_EVERY == 0 or count == len(starts):
            _store(path, known)
    on_progress(len(photos), len(photos))
    return np.stack([known[digest] for digest in digests])


def _encoded(
    encoder: Encoder, reader: PhotoReader, photos: Sequence[tuple[Sample, Landmarks | None]]
) -> Matrix:
    pictures = {}
    for row, (sample, body) in enumerate(photos):
        try:
            pixels = reader.canonical(sample.path.name, sample.path.read_bytes()).pixels
        except PhotoError:
            continue
        pictures[row] = encoder.picture(pixels, body)
    vectors = np.zeros((len(photos), encoder.dim), dtype=np.float32)
    if pictures:
        vectors[list(pictures)] = encoder.encode_photos(list(pictures.values()))
    return vectors


def _stored(path: Path) -> dict[str, Matrix]:
    if not path.is_file():
        return {}
    with np.load(path) as file:
        return dict(zip(file["digest"].tolist(), file["vectors"], strict=True))


def _store(path: Path, known: dict[str, Matrix]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    with part.open("wb") as file:
        np.savez(file, digest=np.array(list(known)), vectors=np.stack(list(known.values())))
    part.replace(path)
