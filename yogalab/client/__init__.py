"""A lab that is served somewhere, for programs. This folder needs nothing but Python: copy it where you like.

    lab = Lab("http://localhost:7860", token="yogalab_…")
    print(lab.predict("photo.jpg").poses[0].name)

The lab says at /api/v1/docs what everything means, and makes the tokens there.
"""

from __future__ import annotations

from .calls import LabError
from .lab import Agreement, Kind, Lab, Side
from .values import (
    Added,
    Arrived,
    Card,
    Guess,
    Job,
    Label,
    Landmark,
    Me,
    Pose,
    Prediction,
    Saved,
    Trouble,
    Version,
)

__all__ = [
    "Added",
    "Agreement",
    "Arrived",
    "Card",
    "Guess",
    "Job",
    "Kind",
    "Lab",
    "LabError",
    "Label",
    "Landmark",
    "Me",
    "Pose",
    "Prediction",
    "Saved",
    "Side",
    "Trouble",
    "Version",
]
