"""ZeroGPU: a GPU that a Space is lent for one call at a time. All that knows the package `spaces` is here.

On such a Space PyTorch pretends to have a GPU. A real one is there only inside a function that was announced
when the program started, and that runs in a process of its own, forked from this one. Here it encodes photos: a
large encoder takes seconds for each on a processor. Where no GPU is to be had, the processor does it after all.
Everywhere else than on ZeroGPU nothing of this is used.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from yogalab.records import EncoderChange, Matrix
from yogalab.vision.clip import OpenClipEncoder, Pixels
from yogalab.vision.device import withhold_gpu
from yogalab.vision.encoders import EncoderRow

LOG = logging.getLogger("yogalab.zero_gpu")

# Fewer are encoded here before a GPU has been asked for, and cost nobody's allowance.
LEAST_PHOTOS: Final = 8
# What is asked for, in seconds: a first call loads the network, and a GPU encodes dozens of photos a second.
# Whoever has less left of a day's allowance gets no GPU.
_LOADING: Final = 20
_A_PHOTO: Final = 0.25
_LONGEST: Final = 120
# After a refusal, how long nobody is asked again, in seconds.
_REST: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """Which encoder is wanted: everything that its process needs to open it."""

    row: EncoderRow
    change: EncoderChange | None
    offline: bool
    endpoint: str | None

    def open(self) -> OpenClipEncoder:
        """Return it, not loaded yet."""
        return OpenClipEncoder(self.row, offline=self.offline, endpoint=self.endpoint, change=self.change)


Encode = Callable[[Lent, Sequence[Pixels]], Matrix]

_encode: Encode | None = None
# In the GPU's own process, which lives on for a while: the encoder it has loaded.
_loaded: tuple[str, OpenClipEncoder] | None = None


def borrow() -> bool:
    """Make photos go to the GPU that ZeroGPU lends; to be called before anything looks for a GPU.

    Returns whether it lends one: not where its package is missing.
    """
    global _encode
    if _encode is None and (package := _package()) is not None:
        _encode = package.GPU(encode_on_gpu, duration=_seconds)
        withhold_gpu(True)
    return _encode is not None


def announce() -> None:
    """Tell ZeroGPU that the program has started and uses a GPU: it ends one that does not say so.

    Gradio's own `launch` says it, and nothing else; these pages are served without.
    """
    if _encode is not None:
        importlib.import_module("spaces.zero").startup()


def lent() -> bool:
    """Whether a GPU is lent to this process."""
    return _encode is not None


def encode_on_gpu(which: Lent, photos: Sequence[Pixels]) -> Matrix:
    """Encode photos in the process that has the GPU; (n, dim) float32. Raises as `OpenClipEncoder.load`."""
    global _loaded
    import torch  # noqa: PLC0415 - here it is a GPU's

    withhold_gpu(False)
    # The threads that PyTorch computed with stayed behind when the process was forked.
    torch.set_num_threads(1)
    name = which.change.name if which.change else which.row.name
    if _loaded is None or _loaded[0] != name:
        _loaded = (name, which.open())
    return _loaded[1].encode_photos(photos)


def _seconds(which: Lent, photos: Sequence[Pixels]) -> int:
    return min(_LONGEST, round(_LOADING + _A_PHOTO * len(photos)))


def _package() -> Any | None:
    """The package `spaces`; never a folder of that name, which Python would take for one without files."""
    found = importlib.util.find_spec("spaces")
    if found is None or found.origin is None:
        LOG.warning("the package spaces is not installed: photos are encoded without a GPU")
        return None
    return importlib.import_module("spaces")


class BorrowingEncoder(OpenClipEncoder):
    """An encoder that sends many photos at once to the GPU, and all else to the processor."""

    _resting_until = 0.0
    _refusal = threading.Lock()

    def encode_photos(self, photos: Sequence[Pixels]) -> Matrix:
        """As `OpenClipEncoder.encode_photos`."""
        if _encode is None or len(photos) < LEAST_PHOTOS or monotonic() < BorrowingEncoder._resting_until:
            return super().encode_photos(photos)
        which = Lent(row=self.row, change=self._change, offline=self._offline, endpoint=self._endpoint)
        try:
            return _encode(which, photos)
        except Exception as refused:
            # No allowance left, no GPU free, or its process ended: the package has one class for each and more.
            LOG.warning("no GPU for %s photos: %s", len(photos), refused)
            with self._refusal:
                BorrowingEncoder._resting_until = monotonic() + _REST
            return super().encode_photos(photos)
