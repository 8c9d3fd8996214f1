"""An image tower taken apart: what comes into its last block, what into its last matrix, and the way on.

Most of an encoder stays as it is on rung R3, so what it says of a photo is asked once and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final, Literal, Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

# How near the way on from a kept value must come to the tower's own answer: rounding, not another route.
_NEAR: Final = 1e-4
# What towers call the row of blocks they are made of.
_ROWS: Final = ("blocks", "stages", "layers")


class Opened(Protocol):
    """An encoder's network and what belongs to it, as `yogalab.vision.clip` loads it."""

    @property
    def network(self) -> Any: ...

    @property
    def prepare(self) -> Callable[[Image.Image], Tensor]: ...

    @property
    def tokenize(self) -> Callable[[list[str]], Tensor]: ...

    @property
    def device(self) -> str: ...

    @property
    def mirror(self) -> bool:
        """Whether an embedding is the unit mean of a photo's and its mirror image's."""


Spot = Literal["projection", "last-block"]
_SPOTS: Final[tuple[Spot, ...]] = ("projection", "last-block")


class Tower:
    """The image tower of an open_clip network: its own transformer, or any of timm's.

    spots: where it can be taken apart, before its last matrix and before its last block; tried out on noise, so
    that a tower built otherwise is never tuned wrongly, only not in that way.
    """

    def __init__(self, network: Any) -> None:
        self._network = network
        self._visual = network.visual
        self._linear = _last_linear(self._visual)
        self._block = _last_block(self._visual)
        # What else the last block is told, such as the angles of a rotary position: the same for every photo.
        self._told: dict[str, Any] = {}
        self.spots = tuple(spot for spot in _SPOTS if self._agrees(spot, self.noise(2)))

    def said(self, pictures: Tensor, spots: Sequence[Spot]) -> dict[Spot, Tensor]:
        """Return what comes by each spot, of one look: features (n, width) before the last matrix, and tokens
        (n, length, width) or maps (n, channels, h, w) before the last block.
        """
        heard: dict[Spot, Tensor] = {}
        with ExitStack() as hooks:
            if "last-block" in spots:
                hooks.enter_context(self._listening(self._block, heard, "last-block"))
            bare = "projection" in spots and self._linear is None
            if bare:
                hooks.enter_context(self._without_projection())
            elif "projection" in spots:
                hooks.enter_context(self._listening(self._linear, heard, "projection"))
            answer = self._visual(pictures)
            if bare:
                heard["projection"] = answer
        return heard

    def onward(self, spot: Spot) -> Callable[[Tensor], Tensor]:
        """Return the way from a spot to embeddings, (n, ...) to (n, dim), not of unit length."""
        return self._project if spot == "projection" else self._from_block

    def moved_by(self, spot: Spot) -> list[str]:
        """Return the names of the network's weights that lie behind a spot."""
        weights = dict(self._network.named_parameters())
        before = {name: weight.requires_grad for name, weight in weights.items()}
        with torch.no_grad():
            inputs = self.said(self.noise(1), [spot])[spot]
        try:
            for weight in weights.values():
                weight.requires_grad_(True)
            answer = self.onward(spot)(inputs).sum()
            gradients = torch.autograd.grad(answer, list(weights.values()), allow_unused=True)
        finally:
            for name, weight in weights.items():
                weight.requires_grad_(before[name])
        return [name for name, gradient in zip(weights, gradients, strict=True) if gradient is not None]

    def noise(self, count: int) -> Tensor:
        """Return so many pictures of nothing, for trying out and for counting."""
        size = self._visual.image_size
        height, width = size if isinstance(size, tuple | list) else (size, size)
        drawn = np.random.default_rng(0).standard_normal((count, 3, height, width), dtype=np.float32)
        return torch.from_numpy(drawn).to(next(self._network.parameters()).device)

    def _project(self, features: Tensor) -> Tensor:
        if self._linear is None:
            embedded: Tensor = features @ self._visual.proj
            return embedded
        return torch.as_tensor(self._linear(features))

    def _from_block(self, inputs: Tensor) -> Tensor:
        visual = self._visual
        x = self._block(inputs, **self._told)  # type: ignore[misc]
        if hasattr(visual, "trunk"):
            x = visual.trunk.norm(x) if hasattr(visual.trunk, "norm") else x
            return torch.as_tensor(visual.head(visual.trunk.forward_head(x)))
        pooled, _ = visual._pool(x)
        return torch.as_tensor(pooled if visual.proj is None else pooled @ visual.proj)

    @contextmanager
    def _listening(self, module: nn.Module | None, heard: dict[Spot, Tensor], spot: Spot) -> Iterator[None]:
        def note(_: nn.Module, args: tuple[Any, ...], told: dict[str, Any]) -> None:
            heard[spot] = args[0]
            if spot == "last-block":
                self._told = told

        if module is None:
            raise LookupError(spot)
        hook = module.register_forward_pre_hook(note, with_kwargs=True)
        try:
            yield
        finally:
            hook.remove()

    @contextmanager
    def _without_projection(self) -> Iterator[None]:
        projection, self._visual.proj = self._visual.proj, None
        try:
            yield
        finally:
            self._visual.proj = projection

    def _agrees(self, spot: Spot, pictures: Tensor) -> bool:
        try:
            with torch.no_grad():
                right = self._visual(pictures)
                found = self.onward(spot)(self.said(pictures, [spot])[spot])
            return bool(torch.allclose(found, right, rtol=_NEAR, atol=_NEAR * float(right.abs().max())))
        except (LookupError, AttributeError, TypeError, RuntimeError):
            return False


def _last_linear(visual: Any) -> nn.Linear | None:
    """The linear layer that ends a tower of timm's; None for a tower whose last matrix is a bare weight."""
    if not hasattr(visual, "trunk"):
        return None
    linears = [layer for layer in visual.head.modules() if isinstance(layer, nn.Linear)]
    if not linears and hasattr(visual.trunk, "get_classifier"):
        linears = [layer for layer in [visual.trunk.get_classifier()] if isinstance(layer, nn.Linear)]
    return linears[-1] if linears else None


def _last_block(visual: Any) -> nn.Module | None:
    if not hasattr(visual, "trunk"):
        blocks = getattr(getattr(visual, "transformer", None), "resblocks", None)
    else:
        blocks = next((getattr(visual.trunk, name) for name in _ROWS if hasattr(visual.trunk, name)), None)
    return blocks[-1] if blocks is not None and len(blocks) else None
