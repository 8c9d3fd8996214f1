"""Joins encoders, tuners and networks for measuring, without a lab around them: wiring for `bench`.

Apart from `wiring`, because it loads PyTorch at once, which a lab does only when somebody tunes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from yogalab.ports import Encoder, Tuner
from yogalab.records import EncoderChange
from yogalab.settings import Settings
from yogalab.training.classifier import Classifier, ClassifierRecipe, train_classifier
from yogalab.training.throughput import Speed, has_gpu, measure_speed
from yogalab.training.tuning import RUNGS, EncoderTuner, Recipe
from yogalab.training.tuning.recipe import FLYP, LORA, Loss
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.encoders import EncoderRow, read_encoders
from yogalab.vision.local import row_in
from yogalab.vision.opening import open_encoder
from yogalab.vision.untrained import open_untrained, write_untrained

__all__ = [
    "LOSSES",
    "Classifier",
    "ClassifierRecipe",
    "EncoderRow",
    "Speed",
    "encoder_in",
    "has_gpu",
    "opener",
    "row_named",
    "speed_of",
    "train_classifier",
    "tuners",
    "untrained_twin",
]

# R4 with each loss, by the name it has in tables: the same low-rank changes, another target.
LOSSES: Final[Mapping[str, Loss]] = {
    "R4, class texts": "class-texts",
    "R4, label-aware": "label-aware",
    "R4, CLIP's own": "clip",
}


def row_named(which: str | Path) -> EncoderRow:
    """Return a row of models/encoders.toml by its name, or that of the encoder in a folder.

    Raises EncoderUnknown, EncoderRefused, EncoderMissing, EncoderDamaged.
    """
    return row_in(which) if isinstance(which, Path) else read_encoders().row(which)


def encoder_in(settings: Settings, folder: Path) -> Encoder:
    """Return the encoder in a folder that no table lists. Raises EncoderMissing, EncoderDamaged."""
    return open_encoder(row_in(folder), offline=settings.offline)


def untrained_twin(settings: Settings, folder: Path, into: Path, *, seed: int) -> Encoder:
    """Return the encoder in a folder as it was before any training, written to another folder.

    Raises EncoderMissing, EncoderDamaged.
    """
    row_in(folder)
    return encoder_in(settings, write_untrained(folder, into, seed=seed))


def opener(settings: Settings, row: EncoderRow) -> Callable[[EncoderChange | None], Encoder]:
    """Return what opens an encoder as it is (None), or as a change made it."""
    return lambda change: open_encoder(row, offline=settings.offline, change=change)


def tuners(settings: Settings, row: EncoderRow) -> Mapping[str, tuple[str, Tuner]]:
    """Return the ways of tuning one encoder, by name: (rung, tuner). Those of `LOSSES` are among them."""

    def of(*recipes: Recipe, rung: str) -> tuple[str, Tuner]:
        rungs = {rung: recipes} if recipes else RUNGS
        return rung, EncoderTuner(
            lambda name: OpenClipEncoder(row, offline=settings.offline).loaded(),
            rungs=rungs,
        )

    return {
        "R3": of(rung="R3"),
        "R4": of(rung="R4"),
        "R4, both towers": of(FLYP, rung="R4"),
        **{name: of(replace(LORA, loss=loss), rung="R4") for name, loss in LOSSES.items()},
    }


def speed_of(architecture: str, *, batch: int, steps: int, seed: int) -> Speed:
    """Return how fast R4 tunes a network of open_clip with random weights on this machine's GPU, or its CPU."""
    return measure_speed(open_untrained(architecture, seed=seed), LORA, batch=batch, steps=steps, seed=seed)
