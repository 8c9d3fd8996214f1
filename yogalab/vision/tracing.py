"""Draws an open_clip network as the graphs of `yogalab.vision.graphs`: once a network, not once a training.

Run as `python -m yogalab.vision.tracing FOLDER` wherever the config in a folder has changed. It wants the
package `onnx`, which nothing needs afterwards.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from yogalab.records import ENCODER_WEIGHTS
from yogalab.vision.graphs import (
    FORMAT,
    GRAPHS,
    IMAGE,
    INPUT,
    OUTPUT,
    TEXT,
    Graph,
    network_digest,
    open_graph,
    run,
)
from yogalab.vision.untrained import untrained

_OPSET: Final = 17
_ANY: Final = "any"
# Of the largest number that comes out: float32 sums in another order.
_ALIKE: Final = 1e-4


class _Tower(nn.Module):
    """One way through a network, its weights under `network.`."""

    def __init__(self, network: Any, way: str) -> None:
        super().__init__()
        self.network = network
        self._way = way

    def forward(self, inputs: Tensor) -> Any:
        return getattr(self.network, self._way)(inputs)


def write_graphs(folder: Path) -> None:
    """Write both towers of the network that the config in a folder describes, and check them.

    Raises:
        ValueError: a graph does not say what the network says, for other weights than it was drawn with.
        Whatever PyTorch's exporter raises: a layer has no ONNX operator.
    """
    network = untrained(f"local-dir:{folder}", seed=0)
    told: dict[str, object] = {"format": FORMAT, "network": network_digest(folder)}
    for name, file, way, inputs in _towers(network):
        _scatter(network, seed=1)
        drawn = _traced(_Tower(network, way).eval(), inputs)
        weights = _emptied(drawn)
        (folder / file).write_bytes(drawn.SerializeToString())
        _scatter(network, seed=2)
        _check(Graph(folder / file, tuple(weights)), network, way, inputs)
        told[name] = weights
    (folder / GRAPHS).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def drawn_eye(network: Any) -> Any:
    """Return an open_clip network's image tower as an ONNX graph, weights and all, from INPUT to OUTPUT."""
    size = network.visual.image_size
    side = size[0] if isinstance(size, tuple | list) else size
    device = next(network.parameters()).device
    images = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0)).to(device)
    quick = torch.backends.mha.get_fastpath_enabled()
    try:
        # One operator for all of an attention, which ONNX has not.
        torch.backends.mha.set_fastpath_enabled(False)
        return _traced(_Tower(network, "encode_image").eval(), images).graph
    finally:
        torch.backends.mha.set_fastpath_enabled(quick)


def _towers(network: Any) -> tuple[tuple[str, str, str, Tensor], ...]:
    """(name, file, method, an example) of each tower."""
    size = network.visual.image_size
    side = size[0] if isinstance(size, tuple | list) else size
    words, length = network.vocab_size, network.context_length
    # The end of a text is its largest number; it stands in another place in each example.
    texts = torch.randint(1, words - 1, (3, length), generator=torch.Generator().manual_seed(0))
    texts[torch.arange(3), torch.tensor([2, length // 2, length - 1])] = words - 1
    images = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    return (("image", IMAGE, "encode_image", images), ("text", TEXT, "encode_text", texts))


def _scatter(network: Any, *, seed: int) -> None:
    """Give every weight a value of its own: the exporter keeps equal ones, fresh biases say, only once."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in network.state_dict().items():
            if weight.is_floating_point():
                spread = torch.rand(weight.shape, generator=generator) - 0.5
                # Scales and variances near one, the others near nothing: no layer drowns the next.
                centre = 1.0 if weight.ndim == 1 and name.endswith(("weight", "var")) else 0.0
                fan = weight[0].numel() if weight.ndim > 1 else 4
                weight.copy_(centre + spread * (12 / max(fan, 12)) ** 0.5)


def _traced(tower: nn.Module, inputs: Tensor) -> Any:
    """The tower as an ONNX model, as many inputs at once as one likes."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        file = Path(folder) / "tower.onnx"
        # The newer exporter writes the same network with more operators, and wants two more packages.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            tower,
            (inputs,),
            file,
            dynamo=False,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: _ANY}, OUTPUT: {0: _ANY}},
            do_constant_folding=False,
            opset_version=_OPSET,
        )
        return onnx.load(file)


def _emptied(model: Any) -> list[str]:
    """Take the weights out of a model, naming them as the network does; return those names."""
    renamed = {one.name: one.name.removeprefix("network.") for one in model.graph.initializer}
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.doc_string = ""
    for weight in model.graph.initializer:
        weight.name = renamed[weight.name]
        weight.ClearField("raw_data")
        weight.data_location = onnx.TensorProto.EXTERNAL
        weight.external_data.add(key="location", value=ENCODER_WEIGHTS)
    return list(renamed.values())


def _check(graph: Graph, network: Any, way: str, inputs: Tensor) -> None:
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    if unknown := set(graph.weights) - weights.keys():
        raise ValueError(f"{graph.path.name}: made of {', '.join(sorted(unknown))}")
    session = open_graph(graph, weights)
    with torch.inference_mode():
        for count in (1, len(inputs)):
            said, meant = run(session, inputs[:count].numpy()), getattr(network, way)(inputs[:count]).numpy()
            if not np.abs(said - meant).max() <= _ALIKE * np.abs(meant).max():
                raise ValueError(f"{graph.path.name}: says something else than the network")


if __name__ == "__main__":
    write_graphs(Path(sys.argv[1]))
