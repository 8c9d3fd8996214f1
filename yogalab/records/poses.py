"""Poses, and how they are described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptions:
    """How a pose looks, by body part (GAP's six fields), one phrase each."""

    head: str = ""
    hands: str = ""
    arms: str = ""
    torso: str = ""
    legs: str = ""
    feet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A pose that can be named. `id` and `slug` never change; names are display.

    template: descriptor name -> target value (see `yogalab.poses.geometry`), empty when there is none.
    """

    id: int
    slug: str
    name: str
    sanskrit: str = ""
    aliases: tuple[str, ...] = ()
    family6: str = ""
    family20: str = ""
    sided: bool = False
    hidden: bool = False
    merged_into: int | None = None
    descriptions: Descriptions = Descriptions()
    template: Mapping[str, float] = field(default_factory=dict)
