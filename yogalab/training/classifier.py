"""What is usually done instead: a small convolutional network, taught from scratch to name poses from pixels.

The first source paper (arXiv 2501.07221) compares its training time with a YOLOv8 model; YOLOv8n-cls has 2.7
million weights and may be used under AGPL only. timm's `regnety_002` (RegNetY-200MF, arXiv 2003.13678, table 4)
stands in for it: 2.8 million weights for 20 poses, 0.4 GFLOP a photo of 224 pixels where that one takes 0.5.
The recipe is the usual one: random views, mirror images, light, label smoothing, AdamW on a one-cycle rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from yogalab.errors import TuningFailed
from yogalab.ports import Pixels
from yogalab.records import Matrix
from yogalab.training.augmentation import (
    Strength,
    draw_view,
    hide,
    look,
    mirrored,
    normalise,
    tint,
    to_tensor,
)

_BATCH: Final = 64
_WARM_UP: Final = 0.1
_LARGEST_GRADIENT: Final = 1.0
# The view that shows everything.
_WHOLE: Final = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierRecipe:
    """network: timm's name; size: pixels of the square it sees; rate: AdamW's largest."""

    network: str = "regnety_002"
    size: int = 128
    epochs: int = 40
    batch: int = 32
    rate: float = 2e-3
    weight_decay: float = 0.05
    smoothing: float = 0.1
    strength: Strength = field(default_factory=Strength)


class Classifier:
    """A network and what it was taught. weights: how many, in all."""

    def __init__(self, network: Any, size: int) -> None:
        self._network = network
        self._size = size
        self.weights = sum(weight.numel() for weight in network.parameters())

    def answers(self, pixels: Callable[[int], Pixels], rows: Rows) -> Matrix:
        """Return log-probabilities, (len(rows), poses): the mean over a photo and its mirror image."""
        self._network.eval()
        parts = []
        for start in range(0, len(rows), _BATCH):
            some = [pixels(int(row)) for row in rows[start : start + _BATCH]]
            parts.append(self._probabilities(some).log().numpy())
        return np.asarray(np.concatenate(parts), dtype=np.float32)

    def _probabilities(self, photos: list[Pixels]) -> Tensor:
        with torch.inference_mode():
            looks = [
                functional.softmax(self._network(_batch(photos, [view] * len(photos), self._size)), dim=1)
                for view in (_WHOLE, mirrored(_WHOLE))
            ]
        return torch.stack(looks).mean(dim=0).clamp_min(1e-30)


def train_classifier(
    pixels: Callable[[int], Pixels],
    rows: Rows,
    y: NDArray[np.int64],
    *,
    poses: int,
    recipe: ClassifierRecipe,
    seed: int = 0,
    tell: Callable[[float], None] = lambda share: None,
) -> Classifier:
    """Return a network taught `rows`. y: (len(rows),) columns; tell: the share done.

    Raises TuningFailed: the loss became no number.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = timm.create_model(recipe.network, num_classes=poses).to(memory_format=torch.channels_last)
        _teach(network, pixels, rows, y, recipe, seed, tell)
    return Classifier(network, recipe.size)


def _teach(
    network: Any,
    pixels: Callable[[int], Pixels],
    rows: Rows,
    y: NDArray[np.int64],
    recipe: ClassifierRecipe,
    seed: int,
    tell: Callable[[float], None],
) -> None:
    network.train()
    optimiser = torch.optim.AdamW(_groups(network, recipe.weight_decay), lr=recipe.rate)
    # A batch of one photo has no spread to normalise by.
    size = max(2, min(recipe.batch, len(rows)))
    steps = recipe.epochs * max(1, len(rows) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, total_steps=steps, pct_start=_WARM_UP
    )
    for step in range(steps):
        rng = np.random.default_rng((seed, step))
        some = _rows_at(step, len(rows), size, seed)
        batch = _views([pixels(int(rows[k])) for k in some], recipe, rng)
        loss = functional.cross_entropy(
            network(batch), torch.from_numpy(y[some]), label_smoothing=recipe.smoothing
        )
        if not math.isfinite(float(loss.detach())):
            raise TuningFailed(reason="loss")
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        tell((step + 1) / steps)


def _groups(network: Any, weight_decay: float) -> list[dict[str, Any]]:
    """Norms and biases are not pulled to zero."""
    weights = list(network.parameters())
    return [
        {"params": [w for w in weights if w.ndim > 1], "weight_decay": weight_decay},
        {"params": [w for w in weights if w.ndim <= 1], "weight_decay": 0.0},
    ]


def _rows_at(step: int, n: int, size: int, seed: int) -> Rows:
    """Photos of a step: each at most once an epoch, in an order of the epoch's own; what is left over waits."""
    epoch, place = divmod(step, max(1, n // size))
    order = np.random.default_rng((seed, 1, epoch)).permutation(n)
    return np.asarray(order[place * size : (place + 1) * size], dtype=np.int64)


def _views(photos: list[Pixels], recipe: ClassifierRecipe, rng: np.random.Generator) -> Tensor:
    views = []
    for photo in photos:
        view = draw_view(rng, recipe.strength, None, photo.shape[1] / photo.shape[0])
        views.append(mirrored(view) if rng.random() < 0.5 else view)
    seen = [
        hide(look(photo, view, recipe.size), rng, recipe.strength)
        for photo, view in zip(photos, views, strict=True)
    ]
    return normalise(tint(to_tensor(seen), rng, recipe.strength))


def _batch(photos: list[Pixels], views: list[Matrix], size: int) -> Tensor:
    return normalise(to_tensor([look(photo, view, size) for photo, view in zip(photos, views, strict=True)]))
