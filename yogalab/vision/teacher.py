"""Another network's embedding of a photo: what an encoder in training is taught beside names and bodies.

MediaPipe runs it (an ImageEmbedder model, such as MobileNet trained on ImageNet). Only training looks through
it: nothing of it ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yogalab.errors import FileMissing
from yogalab.records import Matrix

Pixels = NDArray[np.uint8]


class Teacher:
    """path: a .tflite file that MediaPipe's ImageEmbedder takes. Raises FileMissing."""

    def __init__(self, path: Path) -> None:
        # A second to load, and only training asks for it.
        from mediapipe.tasks.python import BaseOptions, vision  # noqa: PLC0415

        if not path.is_file():
            raise FileMissing(name=path.name)
        options = vision.ImageEmbedderOptions(
            base_options=BaseOptions(model_asset_path=str(path)), l2_normalize=True, quantize=False
        )
        self._embedder = vision.ImageEmbedder.create_from_options(options)

    def look(self, photos: Sequence[Pixels]) -> Matrix:
        """Return (n, 2, t) unit embeddings of photos and of their mirror images. photos: (h, w, 3) RGB each."""
        return np.stack(
            [np.stack([self._embedded(pixels), self._embedded(pixels[:, ::-1])]) for pixels in photos]
        )

    def _embedded(self, pixels: Pixels) -> Matrix:
        import mediapipe  # noqa: PLC0415 - as above

        image = mediapipe.Image(
            image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(pixels, dtype=np.uint8)
        )
        return np.asarray(self._embedder.embed(image).embeddings[0].embedding, dtype=np.float32)
