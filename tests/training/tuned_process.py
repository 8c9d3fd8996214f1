"""A tuning in a process of its own, to be killed: says how far it is through a pipe, and waits.

open_clip takes ten seconds to load, which a process that is killed has no need of: the network is a plain one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from yogalab.records import Tuned, TuningRequest
from yogalab.training.tuning import EncoderTuner
from yogalab.training.tuning.recipe import LORA

RECIPE = replace(LORA, passes=1, least_steps=5, batch=8, micro=8, folds=2, small_rate=1e-2)
_SIZE = 8
_DIM = 6


class Plain(nn.Module):
    """Two small towers, and what a tuning asks of a network besides."""

    def __init__(self) -> None:
        super().__init__()
        self.visual = nn.Sequential(
            nn.Flatten(), nn.Linear(3 * _SIZE * _SIZE, 16), nn.GELU(), nn.Linear(16, _DIM)
        )
        self.visual.image_mean = self.visual.image_std = (0.5,) * 3
        self.words = nn.Embedding(256, _DIM)
        self.logit_scale = nn.Parameter(torch.tensor(2.3))

    def encode_image(self, images: Tensor) -> Tensor:
        return self.visual(images)

    def encode_text(self, tokens: Tensor) -> Tensor:
        return self.words(tokens).mean(dim=1)


@dataclass(frozen=True)
class Opened:
    """As `yogalab.training.tuning.tower` wants it."""

    network: Plain
    device: str = "cpu"
    mirror: bool = False

    def prepare(self, image: Image.Image) -> Tensor:
        pixels = np.asarray(image.resize((_SIZE, _SIZE)), np.float32)
        return torch.from_numpy(pixels / 127.5 - 1).permute(2, 0, 1)

    def tokenize(self, texts: list[str]) -> Tensor:
        return torch.tensor([list(text.encode()[:12].ljust(12)) for text in texts])


def opened(_: str) -> Opened:
    torch.manual_seed(0)
    return Opened(Plain())


def pixels_of(photo_id: int) -> np.ndarray:
    """A photo of pose id % 3: one of three colours, and noise."""
    levels = np.random.default_rng(photo_id).integers(0, 128, (_SIZE, _SIZE, 3), dtype=np.uint8)
    levels[..., photo_id % 3] += 100
    return levels


def work(checkpoints: Path, line: Connection) -> None:
    """Tune, and wait for a word each time that the share done was said."""
    torch.set_num_threads(1)

    def tell(share: float) -> None:
        line.send(share)
        line.recv()

    tune_slowly(checkpoints, tell)


def tune_slowly(checkpoints: Path, tell: Callable[[float], None]) -> Tuned:
    """Tune, keeping a checkpoint after each step. tell: the share done."""
    ids = np.arange(15)
    asked = TuningRequest(
        rung="R4",
        encoder="plain",
        photo_ids=ids,
        y=ids % 3,
        groups=ids,
        captions=(("red",), ("green",), ("blue", "azure")),
        fingerprint="0123456789abcdef0123",
    )
    tuner = EncoderTuner(opened, rungs={"R4": (RECIPE,)}, keep_every=0.0)
    return tuner.tune(asked, pixels=pixels_of, folder=checkpoints, progress=lambda share, stage: tell(share))
