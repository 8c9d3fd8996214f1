"""The labelled photos as the network sees them, kept small, and the views of them that it learns from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from yogalab.ports import Pixels
from yogalab.training.augmentation import Strength, draw_view, look, mirrored, tint
from yogalab.training.tuning.folds import Rows
from yogalab.training.tuning.tower import Opened

# A labelled photo is meant to be seen, so views stray less than those an encoder is first taught on.
STRENGTH: Final = Strength(zoom=0.75, stretch=0.15, turn=10.0, colour=0.25, grey=0.1, blur=0.0, erase=0.0)
# Views that are kept are few, and the network knows nothing of grey borders.
CROPS: Final = Strength(zoom=0.8, stretch=0.1, turn=6.0, colour=0.0, grey=0.0, blur=0.0, erase=0.0)
_HANDS: Final = min(8, cpu_count() or 1)


class Pictures:
    """n photos as prepared for a network, (n, size, size, 3) uint8: exactly what it sees before normalising.

    bytes: 49 kB a photo at 128 pixels, 339 kB at 336.
    """

    def __init__(self, opened: Opened, kept: NDArray[np.uint8]) -> None:
        visual = opened.network.visual
        self._kept = kept
        self._device = opened.device
        self._mean = torch.tensor(visual.image_mean).view(1, 3, 1, 1)
        self._std = torch.tensor(visual.image_std).view(1, 3, 1, 1)

    @classmethod
    def read(
        cls, opened: Opened, photo_ids: Rows, pixels: Callable[[int], Pixels], tell: Callable[[float], None]
    ) -> Pictures:
        """Prepare the photos. tell: how far it is, 0 to 1; may raise to stop. Errors of `pixels` go through."""
        visual = opened.network.visual
        mean, std = (torch.tensor(figures).view(3, 1, 1) for figures in (visual.image_mean, visual.image_std))
        kept: list[NDArray[np.uint8]] = []
        for done, photo_id in enumerate(photo_ids):
            if done % 16 == 0:
                tell(done / len(photo_ids))
            seen = opened.prepare(Image.fromarray(pixels(int(photo_id)))) * std + mean
            # What was prepared came from whole levels, so rounding brings them back exactly.
            levels = (seen * 255).round_().clamp_(0, 255).to(torch.uint8)
            kept.append(np.ascontiguousarray(levels.permute(1, 2, 0).numpy()))
        return cls(opened, np.stack(kept))

    def __len__(self) -> int:
        return len(self._kept)

    def plain(self, rows: Rows, *, mirror: bool = False) -> Tensor:
        """Return photos as the encoder sees them, or their mirror images: (b, 3, size, size), normalised."""
        kept = self._kept[rows]
        return self._ready(torch.from_numpy(kept[:, :, ::-1].copy() if mirror else kept))

    def crop(self, rows: Rows, rng: np.random.Generator) -> Tensor:
        """Return photos a little nearer or turned, half of them mirrored, as `plain`."""
        return self._ready(self._views(rows, rng, CROPS))

    def drawn(self, rows: Rows, rng: np.random.Generator) -> Tensor:
        """Return random views of photos in random light, as `plain`."""
        views = self._views(rows, rng, STRENGTH).permute(0, 3, 1, 2).float().div_(255)
        return self._normalised(tint(views, rng, STRENGTH))

    def _views(self, rows: Rows, rng: np.random.Generator, strength: Strength) -> Tensor:
        maps = [draw_view(rng, strength, None, 1.0) for _ in rows]
        maps = [mirrored(view) if rng.random() < 0.5 else view for view in maps]
        size = self._kept.shape[1]
        # OpenCV lets go of the interpreter's lock, so a few threads look at once.
        with ThreadPoolExecutor(_HANDS) as hands:
            views = list(hands.map(lambda row, view: look(self._kept[row], view, size), rows, maps))
        return torch.from_numpy(np.stack(views))

    def _ready(self, levels: Tensor) -> Tensor:
        return self._normalised(levels.permute(0, 3, 1, 2).float().div_(255))

    def _normalised(self, batch: Tensor) -> Tensor:
        ready = (batch - self._mean) / self._std
        return ready.contiguous(memory_format=torch.channels_last).to(self._device, non_blocking=True)


def batches(rows: Rows, size: int) -> Iterator[Rows]:
    """Yield rows in parts of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
