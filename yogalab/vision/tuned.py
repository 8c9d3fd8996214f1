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
    import torch

    from yogalab.records import EncoderChange

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
            if weight is None or weight.numel() != delta.numel():
                raise ValueError(f"{change.name} does not fit: {name}")
            step = change.alpha * delta.reshape(weight.shape)
            weight.add_(step.to(dtype=weight.dtype, device=weight.device))


def deltas(arrays: Mapping[str, np.ndarray[Any, Any]]) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield (name of the weight, what is added to it at alpha 1), float32, in order of name.

    Raises ValueError where a thin array has no partner.
    """
    import torch  # noqa: PLC0415 - as above

    def tensor(name: str) -> torch.Tensor:
        return torch.from_numpy(np.asarray(arrays[name], dtype=np.float32).copy())

    for key in sorted(arrays):
        name = key.removesuffix(UP).removesuffix(DOWN)
        if key == name:
            yield name, tensor(key)
        elif key.endswith(UP):
            if name + DOWN not in arrays:
                raise ValueError(f"{name} has no {DOWN}")
            yield name, tensor(key) @ tensor(name + DOWN)
        elif name + UP not in arrays:
            raise ValueError(f"{name} has no {UP}")
