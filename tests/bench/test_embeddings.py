"""Vectors of photos, kept between measurements for the weights that made them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np

from tests.fakes import ColourEncoder
from yogalab.bench.dataset import Sample
from yogalab.bench.embeddings import embed_photos
from yogalab.ports import PhotoReader, Pixels
from yogalab.records import Matrix


class Counting(ColourEncoder):
    """Counts the photos that it is shown. weights: what its row says of them."""

    def __init__(self, weights: str) -> None:
        self.fingerprint = weights
        self.shown = 0

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        self.shown += len(photos)
        return super().encode_photos(photos)


class Reader:
    """Reads every file as a grey photo."""

    def canonical(self, name: str, data: bytes) -> object:
        return SimpleNamespace(pixels=np.full((4, 4, 3), len(data), np.uint8))


def test_new_weights_under_an_old_name_look_at_all_photos_anew(tmp_path: Path) -> None:
    photos = [Sample(path=tmp_path / f"{k}.png", pose="tree") for k in range(2)]
    for k, photo in enumerate(photos):
        photo.path.write_bytes(b"x" * (k + 1))
    reader = cast(PhotoReader, Reader())
    shown = []
    for weights in ("old", "old", "new"):
        encoder = Counting(weights)
        embed_photos(encoder, reader, photos, folder=tmp_path / "kept", on_progress=lambda done, total: None)
        shown.append(encoder.shown)
    assert shown == [2, 0, 2]
