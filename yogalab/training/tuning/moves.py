"""What of a network may move while it is tuned, and how far it is made to go: W = W0 + share * D.

`share` is WiSE-FT's interpolation in the space of weights (Wortsman et al., arXiv 2109.01903, section 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parametrize

from yogalab.records import Matrix

Arrays = Mapping[str, NDArray[np.floating[Any]]]

# As in `yogalab.vision.tuned`, which reads them.
_UP: Final = ":up"
_DOWN: Final = ":down"


class Moves(Protocol):
    """Weights that may move."""

    @property
    def weights(self) -> Mapping[str, nn.Parameter]:
        """What the optimiser sees."""

    def restart(self, seed: int) -> None:
        """Go back to where the encoder was, ready to be tuned."""

    def settle(self) -> None:
        """Take the weights as they are for the tuned ones."""

    def share(self, share: float) -> None:
        """Set the network to so much of what `settle` took: 0 is exactly the start, 1 exactly the tuned."""

    def arrays(self) -> dict[str, Matrix]:
        """Return D as `yogalab.vision.tuned` reads it, float32."""

    def take(self, arrays: Arrays) -> None:
        """Take for the tuned weights what `arrays` gave, perhaps rounded since."""

    def strays(self) -> Tensor:
        """Return sum ||W - W0||^2_F over all that moves, with its gradient.

        The regulariser of ProLIP (Fahes et al., arXiv 2410.05270), there of one matrix.
        """

    def release(self) -> None:
        """Leave the network as it was found: the start weights under their own names, none of which moves."""


class Dense:
    """Whole weights move. names: of the network's weights."""

    def __init__(self, network: nn.Module, names: Sequence[str]) -> None:
        known = dict(network.named_parameters())
        self._weights = {name: known[name] for name in sorted(names)}
        self._start = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._tuned = self._start
        for weight in self._weights.values():
            weight.requires_grad_(True)

    @property
    def weights(self) -> Mapping[str, nn.Parameter]:
        return self._weights

    def restart(self, seed: int) -> None:
        # Nothing here is left to chance.
        self._set(self._start)

    def settle(self) -> None:
        self._tuned = {name: weight.detach().clone() for name, weight in self._weights.items()}

    def share(self, share: float) -> None:
        self._set({name: torch.lerp(start, self._tuned[name], share) for name, start in self._start.items()})

    def arrays(self) -> dict[str, Matrix]:
        return {name: (self._tuned[name] - start).float().cpu().numpy() for name, start in self._start.items()}

    def take(self, arrays: Arrays) -> None:
        self._tuned = {
            name: start + torch.from_numpy(np.asarray(arrays[name], np.float32)).to(start.device, start.dtype)
            for name, start in self._start.items()
        }

    def strays(self) -> Tensor:
        parts = [(weight - self._start[name]).square().sum() for name, weight in self._weights.items()]
        return torch.stack(parts).sum()

    def release(self) -> None:
        self._set(self._start)
        for weight in self._weights.values():
            weight.requires_grad_(False)

    def _set(self, values: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(values[name])


class LowRank:
    """Changes of low rank: W = W0 + share * up @ down, up zero at the start.

    Hu et al., LoRA, arXiv 2106.09685, section 4.1, here with alpha = r; in both towers as CLIP-LoRA (Zanella
    and Ben Ayed, arXiv 2405.18541). Query, key and value in one matrix share their `down`. A convolution of
    one pixel is a matrix like any other; wider ones and those of one channel each stay as they are.
    """

    def __init__(self, network: nn.Module, rank: int) -> None:
        self._changes: dict[str, _Thin] = {}
        self._held = [(module, weight) for _, module, weight in matrices(network)]
        for name, module, weight in list(matrices(network)):
            thin = _Thin(getattr(module, weight), rank)
            parametrize.register_parametrization(module, weight, thin, unsafe=True)
            self._changes[name] = thin

    @property
    def weights(self) -> Mapping[str, nn.Parameter]:
        return {
            name + end: part
            for name, thin in self._changes.items()
            for end, part in ((_UP, thin.up), (_DOWN, thin.down))
        }

    def restart(self, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for thin in self._changes.values():
                bound = thin.down.shape[1] ** -0.5
                drawn = torch.rand(thin.down.shape, generator=generator) * 2 - 1
                thin.down.copy_(bound * drawn)
                thin.up.zero_()
        self.share(1.0)

    def settle(self) -> None:
        """What was tuned lies beside the weights, so there is nothing to take."""

    def share(self, share: float) -> None:
        for thin in self._changes.values():
            thin.share = share

    def arrays(self) -> dict[str, Matrix]:
        return {name: part.detach().float().cpu().numpy().copy() for name, part in self.weights.items()}

    def take(self, arrays: Arrays) -> None:
        with torch.no_grad():
            for name, part in self.weights.items():
                part.copy_(torch.from_numpy(np.asarray(arrays[name], np.float32)))

    def strays(self) -> Tensor:
        return torch.stack([(thin.up @ thin.down).square().sum() for thin in self._changes.values()]).sum()

    def release(self) -> None:
        for module, weight in self._held:
            parametrize.remove_parametrizations(module, weight, leave_parametrized=False)


class _Thin(nn.Module):
    """A weight with a change of low rank beside it."""

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        rows, columns = weight.flatten(1).shape
        rank = min(rank, rows, columns)
        self.up = nn.Parameter(weight.new_zeros(rows, rank))
        self.down = nn.Parameter(weight.new_zeros(rank, columns))
        self.share = 1.0

    def forward(self, weight: Tensor) -> Tensor:
        if self.share == 0:
            return weight  # Exactly, whatever was learnt.
        return weight + self.share * (self.up @ self.down).view_as(weight)


def matrices(network: nn.Module) -> Iterator[tuple[str, nn.Module, str]]:
    """Yield (name of the weight, its module, its name there) of every matrix that low-rank changes apply to."""
    for path, module in network.named_modules():
        for weight in _matrices_of(module):
            yield f"{path}.{weight}" if path else weight, module, weight


def _matrices_of(module: nn.Module) -> list[str]:
    if isinstance(module, nn.Linear):
        return ["weight"]
    if isinstance(module, nn.Conv2d):
        return ["weight"] if module.kernel_size == (1, 1) and module.groups == 1 else []
    # Attention of PyTorch's own, and open_clip's two projections: bare weights, no layers.
    bare = ("in_proj_weight", "proj", "text_projection")
    return [name for name in bare if isinstance(getattr(module, name, None), nn.Parameter)]


def everything(network: nn.Module) -> list[str]:
    """Return the names of all weights of both towers, without the factor of cosines (logit_scale)."""
    return [name for name, _ in network.named_parameters() if name not in {"logit_scale", "logit_bias"}]
