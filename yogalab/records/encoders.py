"""How the files in an encoder's folder are called."""

from __future__ import annotations

from typing import Final

ENCODER_WEIGHTS: Final = "open_clip_model.safetensors"
# Beside the weights: what they were trained on.
ENCODER_FACTS: Final = "training.json"
