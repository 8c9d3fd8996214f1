"""A tiny encoder of the kind that ships: a network of its family with random weights, and its graphs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from yogalab.vision.encoders import EncoderRow, read_encoders
from yogalab.vision.tokens import CONFIG, vocabulary, write_merges
from yogalab.vision.tracing import write_graphs
from yogalab.vision.untrained import write_untrained

NAME = "tiny-mini"
DIM = 8
MERGES = 200
WEIGHTS = "open_clip_model.safetensors"
NETWORK = {
    "embed_dim": DIM,
    "vision_cfg": {
        "timm_model_name": "mobilenetv4_conv_small_035",
        "timm_model_pretrained": False,
        "timm_pool": "avg",
        "timm_proj": "",
        "image_size": 32,
    },
    "text_cfg": {"context_length": 12, "vocab_size": vocabulary(MERGES), "width": 16, "heads": 2, "layers": 1},
}
SHOWN = {"mean": [0.5, 0.4, 0.3], "std": [0.2, 0.3, 0.4], "interpolation": "bilinear", "resize_mode": "squash"}


def write_mini(models: Path) -> EncoderRow:
    """Write encoders.toml and the encoder beside it: half-precision weights, two views, close-ups."""
    drawn, folder = models / "drawn", models / "mini"
    drawn.mkdir(parents=True)
    (drawn / CONFIG).write_text(json.dumps({"model_cfg": NETWORK, "preprocess_cfg": SHOWN}))
    write_merges(drawn, MERGES)
    write_untrained(drawn, folder, seed=0)
    weights = load_file(folder / WEIGHTS)
    rng = np.random.default_rng(0)
    for name, value in weights.items():
        if value.ndim == 1:
            # Fresh biases are all nothing, which no trained ones are.
            weights[name] = value + rng.uniform(0, 0.2, value.shape)
    save_file({name: np.asarray(value, np.float16) for name, value in weights.items()}, folder / WEIGHTS)
    write_graphs(folder)
    (models / "encoders.toml").write_text(
        f'format = 1\n[[encoder]]\nname = "{NAME}"\nweights = "mini/{WEIGHTS}"\ndim = {DIM}\nimage_size = 32\n'
        'licence = "Apache-2.0"\nviews = "mirror"\nclose_up = true\n'
    )
    return read_encoders(models / "encoders.toml").row(NAME)
