"""Rung R4 on a graphics card: photos a second, memory, how much of the card is used, and how soon one is named.

Random weights will do: speed does not ask what a network knows. FLOPs are those of a step as PyTorch counts
them (`torch.utils.flop_counter`: matrix products, convolutions and attention, there and back, both towers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from yogalab.bench.timing import Spread, machine, spread
from yogalab.workbench import Speed

ARCHITECTURES: Final = ("ViT-B-32-256", "PE-Core-L-14-336")
COLUMNS: Final = ("architecture", "photos", "memory", "teraflops", "peak", "latency", "beside")
# The first source paper's time for one photo (arXiv 2501.07221, abstract); its hardware is not known.
PAPER_SECONDS: Final = 0.007
# Dense bfloat16 operations a second by the makers' data sheets, by words in a device's name; the first to fit.
PEAKS: Final[Mapping[str, float]] = {
    "H200": 989.4e12,
    "H100 PCIe": 756e12,
    "H100": 989.4e12,
    "A100": 312e12,
    "L40S": 362e12,
    "L4": 121e12,
    "A10G": 70e12,
    "A10": 125e12,
    "RTX 4090": 165.2e12,
    "RTX 3090": 71e12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuRow:
    """One architecture. peak_share: of the card's bfloat16 peak, None where that is not known.

    latency: of one photo in seconds; beside_paper: its median over the paper's 7 ms.
    """

    architecture: str
    parameters: int
    batch: int
    bf16: bool
    step: Spread
    photos_per_second: float
    teraflops: float
    peak_share: float | None
    peak_memory: int
    latency: Spread
    beside_paper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuResult:
    """Everything a table or a JSON file says. device: "" for a CPU."""

    device: str
    rows: tuple[GpuRow, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "gpu", "machine": machine(), **asdict(self)}


def row_of(architecture: str, speed: Speed) -> GpuRow:
    """Return the figures of what was measured."""
    step = float(np.median(speed.step_seconds))
    peak = peak_of(speed.device)
    latency = spread(speed.latency_seconds)
    return GpuRow(
        architecture=architecture,
        parameters=speed.parameters,
        batch=speed.batch,
        bf16=speed.bf16,
        step=spread(speed.step_seconds),
        photos_per_second=speed.batch / step,
        teraflops=speed.step_flops / step / 1e12,
        peak_share=None if peak is None else speed.step_flops / step / peak,
        peak_memory=speed.peak_bytes,
        latency=latency,
        beside_paper=latency.p50 / PAPER_SECONDS,
    )


def cells(row: GpuRow) -> tuple[str, ...]:
    """Return a row as a terminal shows it, in the order of COLUMNS."""
    return (
        row.architecture,
        f"{row.photos_per_second:.0f}",
        f"{row.peak_memory / 2**30:.1f}",
        f"{row.teraflops:.0f}",
        "" if row.peak_share is None else f"{100 * row.peak_share:.0f}",
        f"{1000 * row.latency.p50:.1f}",
        f"{row.beside_paper:.2f}",
    )


def peak_of(device: str) -> float | None:
    """Return a card's dense bfloat16 operations a second, None for one that is not in the table."""
    words = device.replace("-", " ").split()
    for name, peak in PEAKS.items():
        if all(word in words for word in name.split()):
            return peak
    return None
