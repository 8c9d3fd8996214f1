"""What the model says of a photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A pose and its calibrated probability."""

    pose_id: int
    slug: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the model says of one photo.

    version: the lab's version number, 0 before any training.
    ranked: best first, probabilities sum to 1.
    likely: the conformal set, pose ids that together cover the truth nine times in ten.
    parts: body part -> the pose that part alone looks like, of the parts that are sure; empty unless asked for.
    strange: it looks like none of the poses named so far; False unless asked for.
    """

    version: int
    ranked: tuple[Scored, ...]
    likely: tuple[int, ...] = ()
    parts: Mapping[str, Scored] = field(default_factory=dict)
    strange: bool = False

    @property
    def best(self) -> Scored:
        return self.ranked[0]

    @property
    def margin(self) -> float:
        """Probability of the first pose minus that of the second."""
        return self.ranked[0].probability - (self.ranked[1].probability if len(self.ranked) > 1 else 0.0)
