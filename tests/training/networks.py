"""Tiny open_clip networks, of CLIP's own transformer and of timm's, and photos of drawn poses for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from yogalab.records import TuningRequest
from yogalab.vision.clip import Loaded, OpenClipEncoder
from yogalab.vision.encoders import EncoderRow
from yogalab.vision.tokens import vocabulary, write_merges

DIM = 16
SIZE = 32
MERGES = 200
TEXT = {"context_length": 32, "vocab_size": vocabulary(MERGES), "width": 16, "heads": 2, "layers": 1}
TOWERS: dict[str, dict[str, Any]] = {
    "vit": {"image_size": SIZE, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "timm": {
        "timm_model_name": "mobilenetv4_conv_small_035",
        "timm_model_pretrained": False,
        "timm_pool": "avg",
        "timm_proj": "",
        "image_size": SIZE,
    },
}
# Where the bright bar lies says which pose a picture is: (top, left, height, width) in shares of the picture.
BARS = ((0.1, 0.1, 0.2, 0.8), (0.7, 0.1, 0.2, 0.8), (0.1, 0.4, 0.8, 0.2), (0.4, 0.4, 0.3, 0.3))
CAPTIONS = (
    ("a person doing plank", "plank, a yoga pose"),
    ("a person doing corpse", "corpse, a yoga pose"),
    ("a person doing mountain", "mountain"),
    ("a person doing child's pose",),
)


def write(folder: Path, kind: str) -> EncoderRow:
    """Write a random network as an embedded one lies in models/, and return its row."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    config = {
        "model_cfg": {
            "embed_dim": DIM,
            "vision_cfg": TOWERS[kind],
            "text_cfg": TEXT,
            "custom_text": kind == "timm",
        },
        "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.25] * 3, "resize_mode": "squash"},
    }
    own = folder / kind
    own.mkdir(parents=True)
    (own / "open_clip_config.json").write_text(json.dumps(config))
    write_merges(own, MERGES)
    torch.manual_seed(0)
    network = open_clip.create_model(f"local-dir:{own}", load_weights=False)
    # Batch norms that have seen pictures: a fresh one lets a random tower say the same of everything.
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network.encode_image(torch.randn(16, 3, SIZE, SIZE))
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    save_file(weights, own / "open_clip_model.safetensors")
    return EncoderRow(name=f"tiny/{kind}", dim=DIM, image_size=SIZE, licence="Apache-2.0", folder=own)


def opened(row: EncoderRow) -> Loaded:
    return OpenClipEncoder(row, offline=True).loaded()


def picture(pose: int, number: int) -> np.ndarray:
    """Draw a pose: a bar at its place, in any colour on any ground, a little shifted."""
    rng = np.random.default_rng((pose, number))
    pixels = np.empty((SIZE, SIZE, 3), np.uint8)
    pixels[:] = rng.integers(0, 90, 3)
    top, left, height, width = (np.array(BARS[pose]) * SIZE + rng.uniform(-1.5, 1.5, 4)).round().astype(int)
    pixels[max(0, top) : top + height, max(0, left) : left + width] = rng.integers(150, 256, 3)
    return np.clip(pixels + rng.normal(0, 8, pixels.shape), 0, 255).astype(np.uint8)


def pixels_of(photo_id: int) -> np.ndarray:
    """The photo of an id: pose id % 4."""
    return picture(photo_id % len(BARS), photo_id)


def request(rung: str, encoder: str, each: int = 6, poses: tuple[int, ...] = (0, 1, 2)) -> TuningRequest:
    """Ask for a tuning on `each` photos of some poses; captions are those of all."""
    ids = np.array([4 * k + pose for k in range(each) for pose in poses])
    return TuningRequest(
        rung=rung,
        encoder=encoder,
        photo_ids=ids,
        y=ids % len(BARS),
        groups=np.arange(len(ids)),
        captions=CAPTIONS,
        fingerprint="0123456789abcdef0123",
    )
