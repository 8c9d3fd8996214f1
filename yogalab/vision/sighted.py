"""An encoder's eye as an ONNX graph with its weights in it, tuned or not, to be put into a file of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from safetensors.numpy import load_file

from yogalab.errors import EncoderDamaged, ExportNeeds
from yogalab.records import EncoderChange, Matrix
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.embedding import MIRROR
from yogalab.vision.encoders import EncoderRow
from yogalab.vision.framing import framing_of
from yogalab.vision.graphs import Graph, graphs_in
from yogalab.vision.tokens import CONFIG
from yogalab.vision.tuned import changed
from yogalab.vision.weights import find_weights

# How open_clip prepares a photo where a model does not say.
_USUAL: Final = {"interpolation": "bicubic", "resize_mode": "shortest"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighted:
    """A network that sees, and how it is shown a photo.

    graph: ONNX, weights and all. mean, std: (3,) of 0 to 255. mirror: whether an embedding is the mean of a
    picture's and its mirror image's. framing: `size` of the square in pixels, `interpolation`, `resize_mode`
    ("squash": all of the photo; "shortest": the middle of it) and `close_up`, as `records.Framing`.
    """

    graph: Any
    mean: Matrix
    std: Matrix
    mirror: bool
    framing: Mapping[str, Any]


def onnx_package() -> Any:
    """Return the package `onnx`, which only an export needs. Raises ExportNeeds."""
    try:
        import onnx  # noqa: PLC0415 - 17 MB that few want
    except ImportError as error:
        raise ExportNeeds(package="onnx") from error
    return onnx


def sighted(
    row: EncoderRow, *, change: EncoderChange | None, offline: bool = False, endpoint: str | None = None
) -> Sighted:
    """Return the eye of a row's encoder, as tuning changed it.

    Raises ExportNeeds, EncoderMissing, EncoderNeeds, EncoderDamaged.
    """
    onnx_package()
    graphs = graphs_in(row.folder) if row.folder else None
    framing = framing_of(row.folder, close_up=row.close_up) if row.folder else None
    if row.folder is None or graphs is None or framing is None:
        return _traced(row, change, offline=offline, endpoint=endpoint)
    shown = json.loads((row.folder / CONFIG).read_text(encoding="utf-8"))["preprocess_cfg"]
    return Sighted(
        graph=_filled(row, graphs.image, change),
        mean=_levels(shown["mean"]),
        std=_levels(shown["std"]),
        mirror=row.views == MIRROR,
        framing={**asdict(framing), "resize_mode": "squash"},
    )


def _filled(row: EncoderRow, graph: Graph, change: EncoderChange | None) -> Any:
    """The graph that ships beside the weights, with them in it."""
    onnx = onnx_package()
    path = find_weights(row, offline=True)
    try:
        weights: Mapping[str, Any] = load_file(path)
        weights = changed(weights, change) if change else weights
        model = onnx.load(graph.path, load_external_data=False)
        for slot in model.graph.initializer:
            if slot.data_location == onnx.TensorProto.EXTERNAL:
                array = np.ascontiguousarray(weights[slot.name], dtype=np.float32)
                slot.CopyFrom(onnx.numpy_helper.from_array(array, slot.name))
    except (KeyError, ValueError) as error:
        raise EncoderDamaged(encoder=row.name, file=path.name) from error
    return model.graph


def _traced(row: EncoderRow, change: EncoderChange | None, *, offline: bool, endpoint: str | None) -> Sighted:
    """Drawn from open_clip's own network."""
    from yogalab.vision.tracing import drawn_eye  # noqa: PLC0415 - loads torch, two seconds

    encoder = OpenClipEncoder(row, change=change, offline=offline, endpoint=endpoint)
    loaded = encoder.loaded()
    shown = {**_USUAL, **_said(loaded.network.visual)}
    size = shown["size"]
    framing = asdict(encoder.framing) if encoder.framing else {"close_up": False}
    return Sighted(
        graph=drawn_eye(loaded.network),
        mean=_levels(shown["mean"]),
        std=_levels(shown["std"]),
        mirror=loaded.mirror,
        framing={
            "resize_mode": shown["resize_mode"],
            "interpolation": shown["interpolation"],
            "size": int(size[0] if isinstance(size, tuple | list) else size),
            **framing,
        },
    )


def _said(visual: Any) -> dict[str, Any]:
    return {name: value for name, value in visual.preprocess_cfg.items() if value is not None}


def _levels(shares: Any) -> Matrix:
    return np.asarray(shares, dtype=np.float32) * np.float32(255)
