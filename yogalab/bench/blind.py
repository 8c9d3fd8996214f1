"""What encoders of other trainings see, and which photos they never saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.embeddings import Embeddings, embed_photos
from yogalab.bench.encoder import Blind
from yogalab.bench.folds import left_out
from yogalab.bench.left_out import Fold, fold_of
from yogalab.ports import Encoder
from yogalab.records import Matrix
from yogalab.settings import Settings
from yogalab.wiring import eyes
from yogalab.workbench import encoder_in, untrained_twin

OnProgress = Callable[[int, int], None]


def look_blindly(
    settings: Settings,
    folder: Path,
    bench: Collection,
    *,
    on_progress: OnProgress = lambda done, total: None,
) -> Blind:
    """Return how the encoder in a folder sees a data set. Raises NothingLeftOut, EncoderError."""
    unseen = left_out(folder).of(bench.photos)
    vectors = _vectors(settings, encoder_in(settings, folder), bench, on_progress)
    return Blind(name=folder.name, photos=vectors, unseen=unseen)


def fold_in(
    settings: Settings,
    folder: Path,
    bench: Collection,
    *,
    seed: int,
    on_progress: OnProgress = lambda done, total: None,
) -> Fold:
    """Return the poses that the encoder in a folder never saw, as it and its untrained twin see their photos.

    Raises NothingLeftOut, EncoderError, BadDataset.
    """
    unseen = left_out(folder).of(bench.photos)
    rows = np.flatnonzero(unseen).astype(np.int64)
    encoder = encoder_in(settings, folder)
    twin = untrained_twin(settings, folder, settings.home / "bench" / f"twin-{encoder.name}", seed=seed)

    def of_all(one: Encoder, share: int) -> Matrix:
        """Only the poses' own photos are encoded; the others are not asked."""
        return _spread(
            _vectors(
                settings,
                one,
                bench.only(rows),
                lambda done, total: on_progress(share * total + done, 2 * total),
            ),
            rows,
            len(bench.photos),
        )

    embeddings = Embeddings(encoder=encoder.name, photos=of_all(encoder, 0), texts=None)
    return fold_of(bench, unseen, name=folder.name, embeddings=embeddings, twin=of_all(twin, 1))


def _vectors(settings: Settings, encoder: Encoder, bench: Collection, on_progress: OnProgress) -> Matrix:
    reader, _ = eyes(settings)
    return embed_photos(
        encoder,
        reader,
        bench.photos,
        bodies=bench.sights.bodies(),
        folder=settings.home / "bench",
        on_progress=on_progress,
    )


def _spread(vectors: Matrix, rows: Rows, n: int) -> Matrix:
    out = np.zeros((n, vectors.shape[1]), dtype=np.float32)
    out[rows] = vectors
    return out
