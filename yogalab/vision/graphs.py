"""An encoder's two towers as ONNX graphs without weights, run by ONNX Runtime.

The graphs lie beside the weights and hold none: each tower is filled from the safetensors file when it is
opened, so there is one file of weights, and tuned weights run like any others. A trained network is drawn once
(`yogalab.vision.tracing`); the graphs stay the same for as long as its config does.

Why not PyTorch: on two AVX2 cores a photo takes 1.8 ms of one core instead of 4 (128 pixels, batches of 16;
2 ms instead of 8 alone), the first answer comes after 0.3 s instead of 12, and the process is 110 MB instead of
760. Sums are the same to 1e-6. Figures, and those of int8, which is not near enough: models/LOG.md.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from yogalab.vision.tokens import CONFIG

IMAGE: Final = "image.onnx"
TEXT: Final = "text.onnx"
GRAPHS: Final = "graphs.json"
# What the graphs call what goes in and what comes out.
INPUT: Final = "input"
OUTPUT: Final = "embedding"

FORMAT: Final = 1

Weights = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class Graph:
    """A tower: its file, and which of the network's weights it is filled with, by open_clip's names."""

    path: Path
    weights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graphs:
    """Both towers of an encoder."""

    image: Graph
    text: Graph


def graphs_in(folder: Path) -> Graphs | None:
    """Return the graphs in an encoder's folder, None where there are none or they are another network's."""
    try:
        told = json.loads((folder / GRAPHS).read_text(encoding="utf-8"))
        if told["format"] != FORMAT or told["network"] != network_digest(folder):
            return None
        image = Graph(folder / IMAGE, tuple(told["image"]))
        text = Graph(folder / TEXT, tuple(told["text"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Graphs(image, text) if image.path.is_file() and text.path.is_file() else None


def network_digest(folder: Path) -> str:
    """Return a checksum of the network that the config in a folder describes.

    Raises OSError, ValueError, KeyError.
    """
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"]
    return hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()


def open_graph(graph: Graph, weights: Weights, *, threads: int | None = None) -> Any:
    """Return an ONNX Runtime session of a tower in float32. threads: by default one per core.

    Raises:
        KeyError: a weight is missing.
        Whatever ONNX Runtime raises: one has another shape, or the file is damaged.
    """
    import onnxruntime  # noqa: PLC0415 - 0.2 s, and only encoders of this kind need it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or cores()
    # Threads that wait by counting would take the time of the processes that look for skeletons.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    names = list(graph.weights)
    arrays = [np.ascontiguousarray(weights[name], dtype=np.float32) for name in names]
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in arrays]
    options.add_external_initializers(names, values)
    return onnxruntime.InferenceSession(graph.path.read_bytes(), options, providers=["CPUExecutionProvider"])


def run(session: Any, inputs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return what a tower makes of a batch, (n, dim) float32."""
    outputs: Sequence[np.ndarray[Any, Any]] = session.run([OUTPUT], {INPUT: inputs})
    return outputs[0]


def cores() -> int:
    """Return how many cores this process may use, which in a container is fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
