"""The smallest encoder that open_clip runs: random weights, and no graphs beside them."""

from __future__ import annotations

import json
from pathlib import Path

from yogalab.vision.encoders import EncoderRow, read_encoders

WEIGHTS = "open_clip_model.safetensors"
DIM = 16
CONFIG = {
    "model_cfg": {
        "embed_dim": DIM,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
        "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
    },
    "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "resize_mode": "squash"},
}


def tiny(folder: Path) -> EncoderRow:
    """Write a random model the way an embedded one lies in models/, and return its row of the table."""
    import torch
    from open_clip.model import CLIP
    from safetensors.torch import save_file

    torch.manual_seed(0)
    (folder / "tiny").mkdir()
    network = CLIP(**CONFIG["model_cfg"])
    save_file(
        {name: value.contiguous() for name, value in network.state_dict().items()}, folder / "tiny" / WEIGHTS
    )
    (folder / "tiny" / "open_clip_config.json").write_text(json.dumps(CONFIG))
    (folder / "encoders.toml").write_text(
        f'format = 1\n[[encoder]]\nname = "tiny/random"\nweights = "tiny/{WEIGHTS}"\ndim = {DIM}\n'
        'image_size = 32\nlicence = "Apache-2.0"\n'
    )
    return read_encoders(folder / "encoders.toml").row("tiny/random")
