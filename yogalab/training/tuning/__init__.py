"""Rungs R3 and R4: an encoder is tuned to the poses that a coach has labelled."""

from __future__ import annotations

from yogalab.training.tuning.recipe import RUNGS, Recipe
from yogalab.training.tuning.tuner import EncoderTuner

__all__ = ["RUNGS", "EncoderTuner", "Recipe"]
