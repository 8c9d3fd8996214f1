"""How fast an encoder is tuned on rung R4, and how soon it answers for one photo, on photos of noise.

What is timed is the fit itself, `yogalab.training.tuning`, with all that it does in a step but for checkpoints.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from yogalab.errors import Cancelled
from yogalab.training.tuning.course import Sentences, has_bf16
from yogalab.training.tuning.fitting import Fit
from yogalab.training.tuning.pictures import Pictures
from yogalab.training.tuning.recipe import Recipe
from yogalab.training.tuning.tower import Opened
from yogalab.training.tuning.ways import Way, ways

_POSES: Final = 20
# Sentences as long as those of `models/prompts.toml`.
_CAPTION: Final = "a photo of a person doing pose number {k} on a yoga mat"
# The first steps choose algorithms and fill caches.
_WARM_UP: Final = 5
_LATENCIES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """device: its name, "" for a CPU; bf16: whether steps ran in bfloat16.

    parameters: of the network; batch: photos a step; step_seconds: of each timed step; step_flops: of one step,
    as PyTorch counts them: there and back, both towers. peak_bytes: the most memory the GPU's tensors took, 0
    on a CPU. latency_seconds: of single photos, prepared already, to their embeddings.
    """

    device: str
    bf16: bool
    parameters: int
    batch: int
    step_seconds: tuple[float, ...]
    step_flops: float
    peak_bytes: int
    latency_seconds: tuple[float, ...]


def has_gpu() -> bool:
    """Return whether there is a graphics card that PyTorch can use."""
    return bool(torch.cuda.is_available())


def measure_speed(opened: Opened, recipe: Recipe, *, batch: int, steps: int, seed: int = 0) -> Speed:
    """Measure `steps` timed steps of `batch` photos after a warm-up. The network is left as it was found."""
    cuda = opened.device.startswith("cuda")
    latencies = _latencies(opened)
    if cuda:
        torch.cuda.reset_peak_memory_stats()
    with TemporaryDirectory() as scratch:
        run = _Run(opened, recipe, batch, seed, Path(scratch))
        flops = run.flops()
        stamps = run.stamps(_WARM_UP + steps)
    return Speed(
        device=torch.cuda.get_device_name() if cuda else "",
        bf16=has_bf16(opened.device),
        parameters=sum(weight.numel() for weight in opened.network.parameters()),
        batch=batch,
        step_seconds=tuple(np.diff(stamps)[_WARM_UP:].tolist()),
        step_flops=flops,
        peak_bytes=torch.cuda.max_memory_allocated() if cuda else 0,
        latency_seconds=latencies,
    )


class _Run:
    """Fits on photos of noise."""

    def __init__(self, opened: Opened, recipe: Recipe, batch: int, seed: int, folder: Path) -> None:
        self._recipe = replace(recipe, batch=batch, micro=0)
        self._batch, self._seed, self._folder = batch, seed, folder
        self._device = opened.device
        size = opened.network.visual.image_size
        height = size[0] if isinstance(size, Sequence) else size
        noise = np.random.default_rng(seed).integers(0, 256, (batch, height, height, 3), dtype=np.uint8)
        self._y = np.arange(batch) % _POSES
        sentences = Sentences(opened, [(_CAPTION.format(k=k),) for k in range(min(_POSES, batch))])
        pictures = Pictures(opened, noise)
        (self._way,) = ways([self._recipe], opened, pictures, sentences, seed=seed, tell=lambda share: None)

    def flops(self) -> float:
        """Return the floating-point operations of one step."""
        with FlopCounterMode(display=False) as counter:
            self._fit(1, lambda done: None)
        return float(counter.get_total_flops())

    def stamps(self, steps: int) -> list[float]:
        """Return when each of `steps` steps began, and when the last one ended."""
        stamps: list[float] = []

        def note(done: int) -> None:
            if self._device.startswith("cuda"):
                torch.cuda.synchronize()
            stamps.append(time.perf_counter())
            if done == steps:
                # Before the checkpoint at a fit's end.
                raise Cancelled

        # One step more than is timed: it is never taken.
        with suppress(Cancelled):
            self._fit(steps + 1, note)
        return stamps

    def _fit(self, steps: int, note: Callable[[int], None]) -> None:
        recipe = replace(self._recipe, passes=0.0, least_steps=steps)
        way: Way = self._way
        with way.open() as course:
            Fit(
                recipe=recipe,
                course=course,
                y=self._y,
                rows=np.arange(self._batch),
                scale=100.0,
                rate=recipe.rate,
                seed=self._seed,
                folder=self._folder,
                mark=f"speed-{steps}",
                keep_every=float("inf"),
            ).run(lambda share: note(round(share * steps)))


def _latencies(opened: Opened) -> tuple[float, ...]:
    """Seconds from one prepared photo to its embedding, batch 1, in the precision that encoders work in."""
    size = opened.network.visual.image_size
    height = size[0] if isinstance(size, Sequence) else size
    photo = torch.zeros(1, 3, height, height, device=opened.device)
    seconds = []
    with torch.inference_mode():
        for _ in range(_WARM_UP + _LATENCIES):
            began = time.perf_counter()
            # Brought back to the processor: only then is it there.
            opened.network.encode_image(photo).cpu()
            seconds.append(time.perf_counter() - began)
    return tuple(seconds[_WARM_UP:])
