"""A computation, and the eye that goes before it, as one file that any ONNX runtime carries out.

ONNX: https://onnx.ai. The file holds everything: graph, weights and constants.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from yogalab.records import Computation, Matrix
from yogalab.vision.graphs import INPUT, OUTPUT
from yogalab.vision.sighted import Sighted, onnx_package

PICTURE: Final = "picture"
EMBEDDING: Final = "embedding"
_OPSET: Final = 17
# What ONNX Runtime 1.20, the oldest that YogaLab runs with, reads.
_IR_VERSION: Final = 9
_MANY: Final = "photos"
_SHORTEST: Final = 1e-12


def write_computation(path: Path, computation: Computation, eye: Sighted | None, *, about: str) -> None:
    """Write a computation into a file; where an eye is given, it makes the input `embedding` of `picture`.

    picture: (photos, size, size, 3) uint8 RGB. Raises ExportNeeds.
    """
    onnx = onnx_package()
    nodes: list[Any] = []
    constants = dict(computation.constants)
    inputs = [
        _told(name, onnx.TensorProto.FLOAT, shape)
        for name, shape in computation.inputs.items()
        if not (eye and name == EMBEDDING)
    ]
    extra: list[Any] = []
    if eye is not None:
        size = int(eye.framing["size"])
        inputs.insert(0, _told(PICTURE, onnx.TensorProto.UINT8, (size, size, 3)))
        nodes, extra = _looking(eye, constants)
    for step in computation.steps:
        nodes.append(onnx.helper.make_node(step.op, step.inputs, step.outputs, **step.settings))
    outputs = [_told(name, onnx.TensorProto.FLOAT, shape) for name, shape in computation.outputs.items()]
    kept = [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = onnx.helper.make_graph(nodes, "yogalab", inputs, outputs, [*kept, *extra], doc_string=about)
    opset = [onnx.helper.make_opsetid("", _OPSET)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=_IR_VERSION, producer_name="yogalab")
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _looking(eye: Sighted, constants: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """The nodes from `picture` to `embedding`, and the eye's own weights.

    As `vision.embedding.over_views`: of unit length, with `mirror` the unit mean over the two views.
    """
    node = onnx_package().helper.make_node
    constants |= {
        "eye/mean": eye.mean,
        "eye/std": eye.std,
        "eye/shortest": np.array(_SHORTEST, np.float32),
        "eye/backward": np.arange(int(eye.framing["size"]), dtype=np.int64)[::-1].copy(),
    }
    nodes = [
        node("Cast", [PICTURE], ["eye/levels"], to=onnx_package().TensorProto.FLOAT),
        node("Sub", ["eye/levels", "eye/mean"], ["eye/about_mean"]),
        node("Div", ["eye/about_mean", "eye/std"], ["eye/centred"]),
        node("Transpose", ["eye/centred"], ["eye/straight"], perm=[0, 3, 1, 2]),
        *_through(eye, "eye/straight"),
    ]
    if not eye.mirror:
        return [*nodes, node("Identity", ["eye/straight/unit"], [EMBEDDING])], _weights(eye)
    nodes += [
        node("Gather", ["eye/straight", "eye/backward"], ["eye/mirrored"], axis=3),
        *_through(eye, "eye/mirrored"),
        node("Add", ["eye/straight/unit", "eye/mirrored/unit"], ["eye/both"]),
        *_unit("eye/both", EMBEDDING),
    ]
    return nodes, _weights(eye)


def _through(eye: Sighted, view: str) -> list[Any]:
    """The eye's nodes for one view, which share its weights; `<view>/unit` comes out."""
    onnx = onnx_package()
    shared = {one.name for one in eye.graph.initializer} | {""}
    nodes = []
    for one in eye.graph.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(one)
        copy.name = f"{view}/{one.name}"
        copy.input[:] = [_named(name, view, shared) for name in one.input]
        copy.output[:] = [_named(name, view, shared) for name in one.output]
        nodes.append(copy)
    return [*nodes, *_unit(f"{view}/{OUTPUT}", f"{view}/unit")]


def _named(name: str, view: str, shared: set[str]) -> str:
    if name in shared:
        return f"eye/weights/{name}" if name else ""
    return view if name == INPUT else f"{view}/{name}"


def _weights(eye: Sighted) -> list[Any]:
    onnx = onnx_package()
    found = []
    for one in eye.graph.initializer:
        copy = onnx.TensorProto()
        copy.CopyFrom(one)
        copy.name = f"eye/weights/{one.name}"
        found.append(copy)
    return found


def _unit(vectors: str, out: str) -> list[Any]:
    """As `vision.embedding.units`."""
    node = onnx_package().helper.make_node
    return [
        node("ReduceL2", [vectors], [f"{out}/length"], axes=[1], keepdims=1),
        node("Max", [f"{out}/length", "eye/shortest"], [f"{out}/some_length"]),
        node("Div", [vectors, f"{out}/some_length"], [out]),
    ]


def _told(name: str, kind: int, shape: tuple[int, ...]) -> Any:
    return onnx_package().helper.make_tensor_value_info(name, kind, [_MANY, *shape])


def ran(path: Path, inputs: dict[str, Any]) -> dict[str, Matrix]:
    """Carry a file out. inputs: name -> (n, ...). Returns name -> (n, ...)."""
    import onnxruntime  # noqa: PLC0415 - 0.2 s, and only an export needs it here

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))
