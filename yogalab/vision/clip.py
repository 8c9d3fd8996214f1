"""CLIP by open_clip: photos and sentences to unit vectors of one space.

Source: Radford et al., Learning Transferable Visual Models From Natural Language Supervision,
arXiv 2103.00020.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from yogalab.errors import EncoderDamaged, EncoderNeeds
from yogalab.records import EncoderChange, Matrix
from yogalab.vision.encoders import EncoderRow
from yogalab.vision.tuned import apply
from yogalab.vision.weights import find_weights

if TYPE_CHECKING:
    import torch

Pixels = NDArray[np.uint8]

BATCH: Final = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to use: its network, what prepares a photo for it, what splits a sentence for it."""

    network: Any
    prepare: Callable[[Image.Image], torch.Tensor]
    tokenize: Callable[[list[str]], torch.Tensor]
    device: str


class OpenClipEncoder:
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
        self._loaded: Loaded | None = None

    @property
    def name(self) -> str:
        """The row's name, or the change's."""
        return self._change.name if self._change else self.row.name

    @property
    def dim(self) -> int:
        """Length of an embedding."""
        return self.row.dim

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
        """Return (n, dim) float32 of unit length. photos: (h, w, 3) RGB each. Raises as `load`."""
        import torch  # noqa: PLC0415 - two seconds; pages open before it is needed

        model = self._ready()
        parts = []
        with torch.inference_mode():
            for some in _batches(photos):
                prepared = torch.stack([model.prepare(Image.fromarray(pixels)) for pixels in some])
                parts.append(model.network.encode_image(prepared.to(model.device)).float().cpu().numpy())
        return self._units(parts)

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Return (n, dim) float32 of unit length. Raises as `load`."""
        import torch  # noqa: PLC0415 - as above

        model = self._ready()
        parts = []
        with torch.inference_mode():
            for some in _batches(texts):
                tokens = model.tokenize(list(some)).to(model.device)
                parts.append(model.network.encode_text(tokens).float().cpu().numpy())
        return self._units(parts)

    def _units(self, parts: list[Matrix]) -> Matrix:
        stacked = np.concatenate(parts) if parts else np.zeros((0, self.dim), dtype=np.float32)
        lengths = np.linalg.norm(stacked, axis=1, keepdims=True)
        units: Matrix = (stacked / np.maximum(lengths, 1e-12)).astype(np.float32)
        return units

    def _ready(self) -> Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Loaded:
        if self.row.needs and importlib.util.find_spec(self.row.needs) is None:
            raise EncoderNeeds(encoder=self.name, package=self.row.needs)
        path = find_weights(self.row, offline=self._offline, endpoint=self._endpoint)
        import torch  # noqa: PLC0415 - as above

        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            loaded = _open_clip(self.row, path, device)
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
    return Loaded(network, prepare, open_clip.get_tokenizer(architecture), device)


def _width(network: Any) -> int:
    """Return the length of the embeddings that a network makes."""
    import torch  # noqa: PLC0415 - as above

    size = network.visual.image_size
    height, width = size if isinstance(size, tuple | list) else (size, size)
    device = next(network.parameters()).device
    with torch.inference_mode():
        return int(network.encode_image(torch.zeros(1, 3, height, width, device=device)).shape[1])


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
