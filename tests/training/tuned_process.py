"""A tuning in a process of its own, to be killed: says each step, and what it made, through a pipe."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import open_clip  # noqa: F401 - slow, so the server that starts these processes has it loaded already
import torch

from tests.training.networks import opened, pixels_of, request
from yogalab.training.tuning import EncoderTuner
from yogalab.training.tuning.recipe import LORA
from yogalab.vision.encoders import EncoderRow

RECIPE = replace(LORA, passes=1, least_steps=5, batch=8, micro=8, folds=2, small_rate=1e-2)


def work(row: EncoderRow, checkpoints: Path, said: Connection) -> None:
    """Tune, keeping a checkpoint after each step."""
    # Sums are added up in another order by another number of threads.
    torch.set_num_threads(1)
    tuner = EncoderTuner(lambda _: opened(row), rungs={"R4": (RECIPE,)}, keep_every=0.0)
    made = tuner.tune(
        request("R4", row.name, each=5),
        pixels=pixels_of,
        folder=checkpoints,
        progress=lambda share, stage: said.send(share),
    )
    digest = hashlib.sha256(made.left_out.tobytes())
    for name in sorted(made.change.arrays):
        digest.update(made.change.arrays[name].tobytes())
    said.send(f"made {made.change.alpha} {digest.hexdigest()}")
