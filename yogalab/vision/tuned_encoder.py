"""A tuned encoder by its name: the row it comes from at once, what tuning changed when it is first used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from yogalab.ports import Encoder, Pixels
from yogalab.records import EncoderChange, Framing, Landmarks, Matrix
from yogalab.vision.encoders import EncoderRow, OfRow
from yogalab.vision.opening import open_encoder


class TunedEncoder(OfRow):
    """Opens without touching the disk, so that a lab opens even where a tuned encoder got lost.

    change: what tuning changed; raises EncoderMissing, EncoderDamaged. Threads may share it.
    """

    def __init__(
        self,
        name: str,
        row: EncoderRow,
        change: Callable[[], EncoderChange],
        *,
        offline: bool = False,
        endpoint: str | None = None,
    ) -> None:
        self.name = name
        self.row = row
        self._base = open_encoder(row, offline=offline, endpoint=endpoint)
        self._change = change
        self._offline = offline
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None

    @property
    def framing(self) -> Framing | None:
        """How it is shown a photo: as the row is."""
        return self._base.framing

    def picture(self, pixels: Pixels, body: Landmarks | None) -> Pixels:
        """Return what it looks at of a photo."""
        return self._base.picture(pixels, body)

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        """(n, dim) of unit length. Raises EncoderMissing, EncoderNeeds, EncoderDamaged."""
        return self._tuned().encode_photos(photos)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) of unit length. Raises EncoderMissing, EncoderNeeds, EncoderDamaged."""
        return self._tuned().encode_texts(texts)

    def _tuned(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = open_encoder(
                    self.row, offline=self._offline, endpoint=self._endpoint, change=self._change()
                )
            return self._encoder
