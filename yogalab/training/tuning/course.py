"""What a network is asked while it is tuned: embeddings of photos and of the poses' sentences, as unit rows.

Two kinds of course differ in what they start from. `Kept` starts from what the image tower said once of each
photo and tunes what comes after (R3); `Whole` starts from pixels and tunes both towers (R4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from yogalab.training.tuning.folds import Rows
from yogalab.training.tuning.moves import Moves
from yogalab.training.tuning.pictures import Pictures, batches
from yogalab.training.tuning.tower import Opened

_BATCH: Final = 64
# What Linux says of the processor.
_CPU: Final = Path("/proc/cpuinfo")
# Sentences a pose that stand for all it has: the texts of a large tower are slow on a CPU.
SENTENCES: Final = 6


class Course(Protocol):
    """A way of tuning, for n photos and c labelled poses."""

    moves: Moves

    def draw(self, rows: Rows, rng: np.random.Generator) -> Tensor:
        """Return what is learnt from this time, photos first, on the CPU or the device."""

    def embed(self, inputs: Tensor) -> Tensor:
        """Return (b, dim) of unit length, of what `draw` gave."""

    def texts(self, rng: np.random.Generator | None) -> Tensor:
        """Return (c, dim) of unit length: by one sentence a pose as drawn, or by all of them without `rng`."""

    def answers(self, rows: Rows) -> Tensor:
        """Return (b, dim) of unit length, the embeddings that the encoder would have for these photos."""


class Sentences:
    """The poses' sentences, and the text tower that reads them."""

    def __init__(self, opened: Opened, captions: Sequence[Sequence[str]]) -> None:
        self._network = opened.network
        self._device = opened.device
        chosen = [_spread(texts) for texts in captions]
        self._tokens = [opened.tokenize(texts).to(opened.device) for texts in chosen]

    def drawn(self, rng: np.random.Generator) -> Tensor:
        """Return (c, dim), one sentence a pose."""
        tokens = torch.stack([texts[rng.integers(len(texts))] for texts in self._tokens])
        return unit(self._network.encode_text(tokens))

    def together(self) -> Tensor:
        """Return (c, dim), the mean of each pose's sentences (CLIP's ensemble)."""
        every = torch.cat(self._tokens)
        sizes = [len(texts) for texts in self._tokens]
        parts = [unit(self._network.encode_text(some)) for some in torch.split(every, _BATCH)]
        means = [texts.mean(dim=0) for texts in torch.split(torch.cat(parts), sizes)]
        return unit(torch.stack(means))


class Kept:
    """R3: what the tower said is kept, and what comes after is tuned; sentences stay as they are.

    said: (views, n, ...), the first view whole and, where `mirror`, the second its mirror image; way: from
    there to embeddings.
    """

    def __init__(
        self, moves: Moves, said: Tensor, way: Callable[[Tensor], Tensor], texts: Tensor, *, mirror: bool
    ) -> None:
        self.moves = moves
        self._said = said
        self._way = way
        self._texts = texts
        self._looks = 2 if mirror else 1

    def draw(self, rows: Rows, rng: np.random.Generator) -> Tensor:
        views = torch.from_numpy(rng.integers(len(self._said), size=len(rows)))
        return self._said[views, torch.from_numpy(rows)]

    def embed(self, inputs: Tensor) -> Tensor:
        return unit(self._way(inputs))

    def texts(self, rng: np.random.Generator | None) -> Tensor:
        return self._texts

    def answers(self, rows: Rows) -> Tensor:
        parts = [self._answer(torch.from_numpy(some)) for some in batches(rows, 4 * _BATCH)]
        return torch.cat(parts)

    def _answer(self, rows: Tensor) -> Tensor:
        with torch.no_grad():
            return unit(torch.stack([self.embed(self._said[k, rows]) for k in range(self._looks)]).sum(dim=0))


class Whole:
    """R4: both towers, from pixels. mirror: an answer is the unit mean of a photo's and its mirror image's."""

    def __init__(
        self, opened: Opened, moves: Moves, pictures: Pictures, sentences: Sentences, *, mirror: bool
    ) -> None:
        self.moves = moves
        self._network = opened.network
        self._device = opened.device
        self._pictures = pictures
        self._sentences = sentences
        self._mirrors = (False, True) if mirror else (False,)

    def draw(self, rows: Rows, rng: np.random.Generator) -> Tensor:
        return self._pictures.drawn(rows, rng)

    def embed(self, inputs: Tensor) -> Tensor:
        with precision(self._device):
            return unit(self._network.encode_image(inputs.to(self._device)))

    def texts(self, rng: np.random.Generator | None) -> Tensor:
        with precision(self._device):
            return self._sentences.together() if rng is None else self._sentences.drawn(rng)

    def answers(self, rows: Rows) -> Tensor:
        return torch.cat([self._answer(some) for some in batches(rows, _BATCH)])

    def _answer(self, rows: Rows) -> Tensor:
        # In the precision that the encoder works in afterwards, not in that of training.
        looks = (self._pictures.plain(rows, mirror=mirror) for mirror in self._mirrors)
        with torch.no_grad():
            return unit(torch.stack([unit(self._network.encode_image(look)) for look in looks]).sum(dim=0))


def unit(rows: Tensor) -> Tensor:
    """Return rows of unit length, float32 whatever they came in."""
    return functional.normalize(rows.float(), dim=-1)


def precision(device: str) -> AbstractContextManager[Any]:
    """Return the context that a network is tuned in: bfloat16 where there are units for it, float32 elsewhere.

    Without such units bfloat16 is emulated, ten times slower than float32. Weights, the optimiser's memory and
    losses are float32 in either case.
    """
    return torch.autocast(device.split(":")[0], torch.bfloat16) if has_bf16(device) else nullcontext()


def has_bf16(device: str) -> bool:
    """Return whether a device has units for bfloat16."""
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    try:
        flags = _CPU.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _spread(texts: Sequence[str]) -> list[str]:
    """At most `SENTENCES` of them, from first to last: names come first, bodies last."""
    if len(texts) <= SENTENCES:
        return list(texts)
    return [texts[k] for k in np.linspace(0, len(texts) - 1, SENTENCES).round().astype(int)]
