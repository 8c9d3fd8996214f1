"""A tuned encoder: the row it comes from, and what tuning changed of its weights.

Every method says the same thing of a weight, W = W0 + alpha * D: D as it is where the array has the weight's
own name, or as a product of two thin arrays, "<name>:up" (rows, r) and "<name>:down" (r, columns), where it is
of low rank (LoRA, arXiv 2106.09685, section 4.1). alpha is WiSE-FT's share of the tuned weights (arXiv
2109.01903, section 3): 0 is the encoder as it was, 1 as tuning left it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from yogalab.records import EncoderChange

Array = np.ndarray[Any, Any]

UP: Final = ":up"
DOWN: Final = ":down"


def apply(network: Any, change: EncoderChange) -> None:
    """Change an open_clip network in place, from the weights of `change.base` to the tuned ones.

    Before anything is folded into the weights (batch norms into convolutions, say): names are open_clip's own.

    Raises:
        ValueError: it is of another network (an unknown name, another shape), or a thin array stands alone.
    """
    import torch  # noqa: PLC0415 - two seconds; pages open before it is needed

    weights = dict(network.named_parameters())
    with torch.no_grad():
        for name, delta in deltas(change.arrays):
            weight = weights.get(name)
            if weight is None or weight.numel() != delta.size:
                raise ValueError(f"{change.name} does not fit: {name}")
            step = change.alpha * torch.from_numpy(delta).reshape(weight.shape)
            weight.add_(step.to(dtype=weight.dtype, device=weight.device))


def changed(weights: Mapping[str, Array], change: EncoderChange) -> dict[str, Array]:
    """Return the weights of `change.base`, by open_clip's names, as tuning made them.

    Raises ValueError as `apply`.
    """
    out = dict(weights)
    for name, delta in deltas(change.arrays):
        weight = weights.get(name)
        if weight is None or weight.size != delta.size:
            raise ValueError(f"{change.name} does not fit: {name}")
        out[name] = weight.astype(np.float32) + np.float32(change.alpha) * delta.reshape(weight.shape)
    return out


def deltas(arrays: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """Yield (name of the weight, what is added to it at alpha 1), float32, in order of name.

    Raises ValueError where a thin array has no partner.
    """

    def plain(name: str) -> Array:
        # Copied: torch wants arrays that may be written to.
        return np.array(arrays[name], dtype=np.float32)

    for key in sorted(arrays):
        name = key.removesuffix(UP).removesuffix(DOWN)
        if key == name:
            yield name, plain(key)
        elif key.endswith(UP):
            if name + DOWN not in arrays:
                raise ValueError(f"{name} has no {DOWN}")
            yield name, plain(key) @ plain(name + DOWN)
        elif name + UP not in arrays:
            raise ValueError(f"{name} has no {UP}")
