"""How an encoder is tuned: every number that matters, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal

Method = Literal["projection", "last-block", "lora", "flyp"]
Loss = Literal["class-texts", "label-aware", "clip"]

# WiSE-FT's shares of the tuned weights (arXiv 2109.01903): 0 is the encoder as it was.
SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One way of tuning.

    method: what may move. "projection": the image tower's last matrix (ProLIP, arXiv 2410.05270);
    "last-block": the image tower's last block and what comes after it; both work on what the tower said of each
    photo once. "lora": changes of rank `rank` to the matrices of both towers (arXiv 2106.09685); "flyp": all
    weights of both towers (FLYP, arXiv 2212.00638).
    loss: "class-texts", "label-aware" or "clip", see `yogalab.training.losses`.
    passes: how often each photo is seen; least_steps: at least so many steps however few the photos.
    batch: photos a step, 0 for all at once; micro: photos that are pushed through the network at once.
    rate: of AdamW, for a network of CLIP's size; small_rate: for one of under `SMALL` weights.
    anchor: pull towards the start, divided by the labels a pose has (ProLIP's 1/shots).
    folds: parts into which the labels are cut; each is left out once. views: how often each photo is looked at
    where the tower's word is kept: whole, mirrored, then cropped. balance: 0 counts each photo the same, 1 each
    pose.
    """

    method: Method
    loss: Loss = "class-texts"
    passes: float = 20
    least_steps: int = 60
    batch: int = 128
    micro: int = 64
    rate: float = 1e-3
    small_rate: float = 1e-3
    weight_decay: float = 0.0
    anchor: float = 0.0
    rank: int = 4
    folds: int = 3
    views: int = 4
    balance: float = 0.5

    def steps(self, photos: int) -> int:
        """Return how many steps a fit on so many photos takes."""
        batch = min(self.batch, photos) if self.batch else photos
        return max(self.least_steps, math.ceil(self.passes * photos / batch))

    def plain(self) -> dict[str, object]:
        """Return it as plain values."""
        return asdict(self)


# Networks with fewer weights than this learn at `small_rate`.
SMALL: Final = 30_000_000

PROJECTION: Final = Recipe(
    method="projection", passes=100, batch=0, micro=0, rate=3e-4, small_rate=3e-4, anchor=1.0
)
LAST_BLOCK: Final = Recipe(
    method="last-block", passes=15, batch=256, micro=256, rate=1e-4, small_rate=3e-4, anchor=1.0
)
LORA: Final = Recipe(method="lora", passes=12, batch=64, rate=2e-4, small_rate=1e-3)
FLYP: Final = Recipe(method="flyp", loss="label-aware", passes=12, rate=1e-5, small_rate=1e-4, weight_decay=0.1)

# What each rung tries; what does best on the labels left out is kept.
RUNGS: Final[Mapping[str, tuple[Recipe, ...]]] = {"R3": (PROJECTION, LAST_BLOCK), "R4": (LORA,)}
