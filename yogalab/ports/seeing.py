"""Photos to skeletons and embeddings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from yogalab.records import (
    CanonicalPhoto,
    EncoderInfo,
    Framing,
    Intake,
    Landmarks,
    Matrix,
    Upload,
)

Pixels = NDArray[np.uint8]


class PhotoReader(Protocol):
    """Files to canonical photos with skeletons: in parallel, in order, one bad file never stops the rest."""

    def canonical(self, name: str, data: bytes) -> CanonicalPhoto:
        """Raises PhotoError."""

    def frame(self, name: str, data: bytes) -> Pixels:
        """Return the pixels of a small JPEG as it is, (h, w, 3) RGB: a camera's frame. Raises PhotoError."""

    def unpack(self, upload: Upload) -> Iterator[Upload]:
        """Yield the files in a zip, or the file itself. Raises BadArchive."""

    def unpack_file(self, path: Path, *, label: str | None = None, folders: bool = False) -> Iterator[Upload]:
        """The same for a file on disk, without reading a whole zip into memory. Raises BadArchive."""

    def thumbnail(self, data: bytes, edge: int) -> bytes:
        """Return a kept photo as a small WebP whose longer side is `edge` pixels."""

    def read_many(self, uploads: Iterable[Upload], *, framing: Framing | None = None) -> Iterator[Intake]:
        """Yield one Intake per file, in order; lazily, holding only a few photos in memory.

        framing: of the encoder that will look at them: its pictures are made where the photo is decoded.
        """


class Landmarker(Protocol):
    """Photo to skeletons."""

    @property
    def name(self) -> str:
        """Pose model and recipe, e.g. "blazepose-full/seven-1"."""

    def find(self, pixels: Pixels) -> tuple[Landmarks, ...]:
        """Return every person found, the chosen one first, or the faint one. Shape of pixels: (h, w, 3) RGB."""

    def follow(self) -> Watcher:
        """Return a watcher of moving pictures; whoever asks for it closes it. Raises PoseModelMissing."""


class Watcher(Protocol):
    """Moving pictures to one person's skeleton. Remembers who it saw: one watcher, one camera."""

    def see(self, pixels: Pixels, at_ms: int) -> Landmarks | None:
        """Return who is in the next picture, (h, w, 3) RGB, taken at that time; None where nobody is."""

    def close(self) -> None:
        """Let go of what it holds; afterwards it sees nobody."""


class Encoder(Protocol):
    """CLIP: photos and sentences to unit vectors of one space."""

    @property
    def name(self) -> str:
        """The row of models/encoders.toml, e.g. "ViT-B-32-256/datacomp_s34b_b86k"."""

    @property
    def dim(self) -> int: ...

    @property
    def framing(self) -> Framing | None:
        """How `picture` makes one, for whoever has the photo in another process; None for the photo itself."""

    def picture(self, pixels: Pixels, body: Landmarks | None) -> Pixels:
        """What it looks at of a photo: perhaps smaller, perhaps only the body."""

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        """(n, dim) of unit length. What `picture` made is looked at as it is."""

    @property
    def text_scale(self) -> float:
        """What a cosine of a photo and a sentence is multiplied by to be a logit; CLIP's is 100."""

    @property
    def taught(self) -> frozenset[str] | None:
        """Slugs of the poses whose photos it has seen with their names; None where it has seen the world."""

    @property
    def fingerprint(self) -> str:
        """Of the weights that it has under its name; empty where nothing but the name tells."""

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) of unit length."""


class EncoderShelf(Protocol):
    """The encoders on offer and the one in use."""

    @property
    def current(self) -> Encoder | None: ...

    def rows(self) -> Sequence[EncoderInfo]: ...

    def open(self, name: str) -> Encoder:
        """Return an encoder; its weights come with its first use. Raises EncoderRefused, EncoderUnknown."""

    def whole(self, name: str) -> bool:
        """Whether an encoder's weights are here and those meant, as far as is known. Raises as `open`."""

    def use(self, name: str | None) -> None:
        """Make an encoder the one in use, or none."""
