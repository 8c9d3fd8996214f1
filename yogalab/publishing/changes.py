"""A tuned encoder as bytes and plain values: what a version carries of it, and what a lab keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors.numpy import load as parse_tensors
from safetensors.numpy import save as tensor_bytes

from yogalab.publishing.plain import plain
from yogalab.records import EncoderChange, base_of


def tensors(change: EncoderChange) -> bytes:
    """Return a change's arrays as safetensors; the same change gives the same bytes."""
    return tensor_bytes({name: np.asarray(array, order="C") for name, array in sorted(change.arrays.items())})


def describe(change: EncoderChange) -> dict[str, Any]:
    """Return everything of a change but its arrays, as JSON can hold it."""
    described: Any = plain(
        {
            "name": change.name,
            "base": change.base,
            "rung": change.rung,
            "method": change.method,
            "alpha": change.alpha,
            "recipe": change.recipe,
        }
    )
    return dict(described)


def parse(described: Mapping[str, Any], data: bytes) -> EncoderChange:
    """Return the change again.

    Raises:
        KeyError, TypeError, ValueError, SafetensorError: this is none.
    """
    name, base = str(described["name"]), str(described["base"])
    if name == base or base_of(name) != base:
        raise ValueError(f"{name!r} does not come from {base!r}")
    return EncoderChange(
        name=name,
        base=base,
        rung=str(described["rung"]),
        method=str(described["method"]),
        alpha=float(described["alpha"]),
        recipe=dict(described["recipe"]),
        arrays=parse_tensors(data),
    )
