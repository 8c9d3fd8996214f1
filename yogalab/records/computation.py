"""A calculation written down rather than carried out: what a version computes, for other programs to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One operator of ONNX's own set (https://onnx.ai/onnx/operators), from named values to named values."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Computation:
    """Steps in the order in which they can be taken.

    inputs: name -> shape without the number of photos, which comes first; all float32. outputs: the same.
    """

    steps: tuple[Step, ...]
    constants: Mapping[str, NDArray[Any]]
    inputs: Mapping[str, tuple[int, ...]]
    outputs: Mapping[str, tuple[int, ...]]
