"""A local encoder run as graphs: the one that ships with YogaLab, as it is or tuned."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from yogalab.errors import EncoderDamaged, EncoderNeeds
from yogalab.records import EncoderChange, Framing, Landmarks, Matrix
from yogalab.vision.embedding import MIRROR, Remembered, batches, joined, over_views, units
from yogalab.vision.encoders import EncoderRow, OfRow
from yogalab.vision.framing import frame, framing_of
from yogalab.vision.graphs import Graph, Graphs, graphs_in, open_graph, run
from yogalab.vision.tokens import CONFIG, MERGES, WordPieces
from yogalab.vision.tuned import changed
from yogalab.vision.weights import find_weights

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Way:
    """What is known of an encoder before its weights are read. mean, std: (3,) of 0 to 255."""

    folder: Path
    graphs: Graphs
    framing: Framing
    mean: Matrix
    std: Matrix


class GraphEncoder(OfRow):
    """An encoder of models/encoders.toml whose folder holds graphs. Each tower is opened at its first use.

    Made by `graph_encoder`. Threads may share it.
    """

    def __init__(self, row: EncoderRow, way: _Way, change: EncoderChange | None, threads: int | None) -> None:
        self.row = row
        self._way = way
        self._change = change
        self._threads = threads
        self._lock = threading.Lock()
        self._said = Remembered(self._read)
        self._image: Any = None
        self._text: Any = None
        self._pieces: WordPieces | None = None

    @property
    def name(self) -> str:
        """The row's name, or the change's."""
        return self._change.name if self._change else self.row.name

    @property
    def framing(self) -> Framing:
        """How it is shown a photo."""
        return self._way.framing

    def picture(self, pixels: Pixels, body: Landmarks | None) -> Pixels:
        """Return what it looks at of a photo, (size, size, 3)."""
        return frame(pixels, self.framing, body)

    def load(self) -> None:
        """Open both towers now rather than at the first photo and the first sentence.

        Raises:
            EncoderMissing: the weights are not there.
            EncoderNeeds: ONNX Runtime cannot be loaded.
            EncoderDamaged: a file does not fit the encoder.
        """
        self._seeing()
        self._reading()

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        """Return (n, dim) float32 of unit length. photos: (h, w, 3) RGB each, or pictures of them.

        Raises as `load`.
        """
        session = self._seeing() if photos else None
        return joined(
            [
                over_views(
                    lambda images: run(session, images),
                    self._prepared(some),
                    lambda images: np.ascontiguousarray(images[..., ::-1]),
                    mirror=self.row.views == MIRROR,
                )
                for some in batches(photos)
            ],
            self.dim,
        )

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Return (n, dim) float32 of unit length. Raises as `load`."""
        return self._said(texts) if texts else joined([], self.dim)

    def _read(self, texts: Sequence[str]) -> Matrix:
        session, pieces = self._reading()
        return joined([units(run(session, pieces(some))) for some in batches(texts)], self.dim)

    def _prepared(self, photos: Sequence[Pixels]) -> Matrix:
        """(n, 3, size, size), each channel centred as the network was taught."""
        pictures = np.stack([frame(pixels, self.framing) for pixels in photos])
        centred = (pictures.astype(np.float32) - self._way.mean) / self._way.std
        return np.ascontiguousarray(centred.transpose(0, 3, 1, 2))

    def _seeing(self) -> Any:
        with self._lock:
            if self._image is None:
                self._image = self._opened(self._way.graphs.image)
            return self._image

    def _reading(self) -> tuple[Any, WordPieces]:
        with self._lock:
            if self._text is None or self._pieces is None:
                self._pieces = self._word_pieces()
                self._text = self._opened(self._way.graphs.text)
            return self._text, self._pieces

    def _opened(self, graph: Graph) -> Any:
        path = find_weights(self.row, offline=True)
        try:
            weights = load_file(path)
            if self._change:
                weights = changed(weights, self._change)
            session = open_graph(graph, weights, threads=self._threads)
        except ImportError as error:
            raise EncoderNeeds(encoder=self.name, package="onnxruntime") from error
        except Exception as error:
            # A file cut short or of another model fails anywhere between its header and its last layer.
            raise EncoderDamaged(encoder=self.name, file=path.name) from error
        if session.get_outputs()[0].shape[1] != self.dim:
            raise EncoderDamaged(encoder=self.name, file=path.name)
        return session

    def _word_pieces(self) -> WordPieces:
        try:
            return WordPieces(self._way.folder)
        except (OSError, ValueError, KeyError) as error:
            raise EncoderDamaged(encoder=self.name, file=MERGES) from error


def graph_encoder(
    row: EncoderRow, *, change: EncoderChange | None = None, threads: int | None = None
) -> GraphEncoder | None:
    """Return the row's encoder run as graphs, None where open_clip has to run it.

    change: what tuning made of the row's weights; the encoder then has the change's name. threads: by default
    one per core.
    """
    if row.folder is None:
        return None
    graphs = graphs_in(row.folder)
    if graphs is None or not (row.folder / MERGES).is_file():
        return None
    framing = framing_of(row.folder, close_up=row.close_up)
    shown = json.loads((row.folder / CONFIG).read_text(encoding="utf-8")).get("preprocess_cfg", {})
    if framing is None or not {"mean", "std"} <= shown.keys():
        return None
    mean, std = (np.array(shown[name], np.float32) * np.float32(255) for name in ("mean", "std"))
    return GraphEncoder(row, _Way(row.folder, graphs, framing, mean, std), change, threads)
