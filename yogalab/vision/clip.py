"""CLIP by open_clip: photos and sentences to unit vectors of one space.

Source: Radford et al., Learning Transferable Visual Models From Natural Language Supervision,
arXiv 2103.00020.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from yogalab.errors import EncoderDamaged, EncoderNeeds
from yogalab.records import EncoderChange, Framing, Landmarks, Matrix
from yogalab.vision.device import best_device
from yogalab.vision.embedding import MIRROR, Remembered, batches, joined, over_views, units
from yogalab.vision.encoders import EncoderRow, OfRow
from yogalab.vision.framing import frame, framing_of
from yogalab.vision.tokens import MERGES, short_tokenizer
from yogalab.vision.tuned import apply
from yogalab.vision.weights import find_weights

if TYPE_CHECKING:
    import torch

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to use: its network, what prepares a photo for it, what splits a sentence for it.

    mirror: whether an embedding is the unit mean of a photo's and its mirror image's.
    """

    network: Any
    prepare: Callable[[Image.Image], torch.Tensor]
    tokenize: Callable[[list[str]], torch.Tensor]
    device: str
    mirror: bool = False

    def see(self, prepared: torch.Tensor) -> Matrix:
        """Return what the image tower makes of a batch, (n, dim)."""
        vectors: Matrix = self.network.encode_image(prepared.to(self.device)).float().cpu().numpy()
        return vectors


class OpenClipEncoder(OfRow):
    """An encoder of models/encoders.toml, loaded when it is first used. Threads may share it.

    offline: never ask the Hub. endpoint: the Hub's address, if not the usual one. change: what tuning made of
    the row's weights; the encoder then has the change's name.
    """

    def __init__(
        self,
        row: EncoderRow,
        *,
        offline: bool = False,
        endpoint: str | None = None,
        change: EncoderChange | None = None,
    ) -> None:
        self.row = row
        self._change = change
        self._offline = offline
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._said = Remembered(self._read)
        self._loaded: Loaded | None = None

    @property
    def name(self) -> str:
        """The row's name, or the change's."""
        return self._change.name if self._change else self.row.name

    @property
    def framing(self) -> Framing | None:
        """How it is shown a photo, known of local rows; None where open_clip's own transform does it."""
        return framing_of(self.row.folder, close_up=self.row.close_up) if self.row.folder else None

    def picture(self, pixels: Pixels, body: Landmarks | None) -> Pixels:
        """Return what it looks at of a photo: a small square, or the photo itself."""
        framing = self.framing
        return frame(pixels, framing, body) if framing else pixels

    def load(self) -> None:
        """Load the weights now rather than at the first photo.

        Raises:
            EncoderMissing: they are not on this machine and no hub sends them.
            EncoderNeeds: a package that this encoder wants is not installed.
            EncoderDamaged: the file does not fit the encoder.
        """
        self._ready()

    def loaded(self) -> Loaded:
        """Return the network itself and what belongs to it, for tuning and measuring. Raises as `load`."""
        return self._ready()

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        """Return (n, dim) float32 of unit length. photos: (h, w, 3) RGB each, or pictures of them.

        Raises as `load`.
        """
        import torch  # noqa: PLC0415 - two seconds; pages open before it is needed

        model = self._ready()
        parts = []
        with torch.inference_mode():
            for some in batches(photos):
                prepared = torch.stack([model.prepare(Image.fromarray(pixels)) for pixels in some])
                parts.append(
                    over_views(model.see, prepared, lambda images: images.flip(3), mirror=model.mirror)
                )
        return joined(parts, self.dim)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Return (n, dim) float32 of unit length. Raises as `load`."""
        return self._said(texts) if texts else joined([], self.dim)

    def _read(self, texts: Sequence[str]) -> Matrix:
        import torch  # noqa: PLC0415 - as above

        model = self._ready()
        parts = []
        with torch.inference_mode():
            for some in batches(texts):
                tokens = model.tokenize(list(some)).to(model.device)
                parts.append(units(model.network.encode_text(tokens).float().cpu().numpy()))
        return joined(parts, self.dim)

    def _ready(self) -> Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Loaded:
        if self.row.needs and importlib.util.find_spec(self.row.needs) is None:
            raise EncoderNeeds(encoder=self.name, package=self.row.needs)
        path = find_weights(self.row, offline=self._offline, endpoint=self._endpoint)
        try:
            loaded = _open_clip(self.row, path, best_device())
            if self._change:
                apply(loaded.network, self._change)
        except Exception as error:
            # A file cut short or of another model fails anywhere between its header and its last layer.
            raise EncoderDamaged(encoder=self.name, file=path.name) from error
        if _width(loaded.network) != self.dim:
            raise EncoderDamaged(encoder=self.name, file=path.name)
        return loaded


def _open_clip(row: EncoderRow, path: Path, device: str) -> Loaded:
    import open_clip  # noqa: PLC0415 - as above

    if row.folder is not None:
        architecture, options = f"local-dir:{path.parent}", {}
    else:
        # Named by its file, so that open_clip stays off the Hub; how photos are prepared goes with the tag.
        known = open_clip.get_pretrained_cfg(row.architecture, row.pretrained)
        ways = {name: known.get(name) for name in ("mean", "std", "interpolation", "resize_mode")}
        options = {f"image_{name}": way for name, way in ways.items() if way is not None}
        architecture, options["pretrained"] = row.architecture, str(path)
    network, _, prepare = open_clip.create_model_and_transforms(architecture, device=device, **options)
    network.eval()
    own = row.folder is not None and (row.folder / MERGES).is_file()
    tokenize = short_tokenizer(path.parent) if own else open_clip.get_tokenizer(architecture)
    framing = framing_of(path.parent) if row.folder else None
    return Loaded(network, _framed(prepare, framing), tokenize, device, mirror=row.views == MIRROR)


def _framed(
    prepare: Callable[[Image.Image], torch.Tensor], framing: Framing | None
) -> Callable[[Image.Image], torch.Tensor]:
    """What prepares a photo, by the one way there is to make it small; the rest is open_clip's."""
    if framing is None:
        return prepare
    return lambda image: prepare(Image.fromarray(frame(np.asarray(image), framing)))


def _width(network: Any) -> int:
    """Return the length of the embeddings that a network makes."""
    import torch  # noqa: PLC0415 - as above

    size = network.visual.image_size
    height, width = size if isinstance(size, tuple | list) else (size, size)
    device = next(network.parameters()).device
    with torch.inference_mode():
        return int(network.encode_image(torch.zeros(1, 3, height, width, device=device)).shape[1])
