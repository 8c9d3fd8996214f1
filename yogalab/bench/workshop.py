"""An encoder that may be changed, and photos small enough to be shown to it again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from yogalab.bench.collection import Collection, Rows
from yogalab.bench.dataset import Sample
from yogalab.bench.embeddings import seen_and_said
from yogalab.ports import Encoder, PhotoReader, Pixels, Tuner
from yogalab.records import EncoderChange, Landmarks, Matrix
from yogalab.settings import Settings
from yogalab.wiring import eyes
from yogalab.workbench import EncoderRow, opener, tuners

# Longer side in pixels that photos are reduced to. An encoder that looks closer than this wants another.
EDGE: Final = 320
# What learns on the encoder as it is.
BASE: Final = "R2"
_BATCH: Final = 32


class SmallPhotos:
    """A data set's photos by row, reduced once and kept: 1,000 of them take some 200 MB.

    encoder: where it looks at close-ups, photos are kept as those, of `bodies`, one a photo.
    """

    def __init__(
        self,
        reader: PhotoReader,
        photos: Sequence[Sample],
        *,
        edge: int = EDGE,
        encoder: Encoder | None = None,
        bodies: Sequence[Landmarks | None] = (),
    ) -> None:
        self._encoder = encoder if encoder and encoder.framing and encoder.framing.close_up else None
        self._bodies = bodies
        self._reader = reader
        self._photos = photos
        self._edge = edge
        self._kept: dict[int, Pixels] = {}

    def __call__(self, row: int) -> Pixels:
        """Return (h, w, 3) RGB. Raises PhotoError."""
        if row not in self._kept:
            path = self._photos[row].path
            pixels = self._reader.canonical(path.name, path.read_bytes()).pixels
            if self._encoder is not None:
                pixels = self._encoder.picture(pixels, self._bodies[row])
            image = Image.fromarray(pixels)
            image.thumbnail((self._edge, self._edge), Image.Resampling.LANCZOS)
            self._kept[row] = np.asarray(image)
        return self._kept[row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A way of tuning under the name it has in tables. rung: "R3" or "R4"."""

    name: str
    rung: str
    tuner: Tuner


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What tuning needs: the encoder as it is, ways of changing it, and the opening of what came out.

    pixels: row of the collection -> (h, w, 3) RGB.
    """

    encoder: Encoder
    contenders: tuple[Contender, ...]
    open_changed: Callable[[EncoderChange], Encoder]
    pixels: Callable[[int], Pixels]

    @property
    def learners(self) -> tuple[str, ...]:
        """What stands side by side in tables: R2 on the encoder as it is, and each contender."""
        return (BASE, *(one.name for one in self.contenders))

    def as_seen_by(self, encoder: Encoder, bench: Collection, rows: Rows) -> Collection:
        """Return a collection with embeddings of some of its photos, zeros for the others, and texts."""
        photos = spread(self.embedded(encoder, rows), rows, len(bench.photos))
        return bench.seen_by(seen_and_said(encoder, photos, bench.poses))

    def embedded(self, encoder: Encoder, rows: Rows) -> Matrix:
        """Return (len(rows), dim)."""
        parts = [
            encoder.encode_photos([self.pixels(int(row)) for row in rows[start : start + _BATCH]])
            for start in range(0, len(rows), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, encoder.dim), np.float32)


def workshop_of(settings: Settings, row: EncoderRow, photos: Collection, names: Sequence[str]) -> Workshop:
    """Return what tunes one encoder on a data set's photos in the named ways (`workbench.tuners`).

    Raises KeyError for other names.
    """
    ways = tuners(settings, row)
    opened = opener(settings, row)
    encoder = opened(None)
    pixels = SmallPhotos(eyes(settings)[0], photos.photos, encoder=encoder, bodies=photos.sights.bodies())
    return Workshop(
        encoder=encoder,
        contenders=tuple(Contender(name=name, rung=ways[name][0], tuner=ways[name][1]) for name in names),
        open_changed=opened,
        pixels=pixels,
    )


def spread(vectors: Matrix, rows: Rows, n: int) -> Matrix:
    """Return (n, dim) with vectors at their rows, zeros elsewhere. vectors: (len(rows), dim)."""
    out = np.zeros((n, vectors.shape[1]), dtype=np.float32)
    out[rows] = vectors
    return out
