"""Networks as they are before any training: what a trained one is measured beside."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from yogalab.errors import EncoderDamaged, EncoderMissing
from yogalab.records import ENCODER_WEIGHTS
from yogalab.vision.clip import Loaded
from yogalab.vision.device import best_device
from yogalab.vision.graphs import GRAPHS, IMAGE, TEXT
from yogalab.vision.local import row_in
from yogalab.vision.tokens import CONFIG, MERGES
from yogalab.vision.weights import weights_here

# All but the weights: graphs hold none, so those of one training are those of every other.
_FILES: Final = (CONFIG, MERGES, IMAGE, TEXT, GRAPHS)


def untrained(architecture: str, *, seed: int, device: str = "cpu") -> Any:
    """Return an open_clip network with random weights, the same for the same seed.

    architecture: open_clip's name, or "local-dir:" and a folder with its config.
    """
    import open_clip  # noqa: PLC0415 - two seconds, and few ask for it
    import torch  # noqa: PLC0415 - as above

    with torch.random.fork_rng(), _quiet():
        torch.manual_seed(seed)
        network = open_clip.create_model(
            architecture, load_weights=False, pretrained_image=False, pretrained_text=False, device=device
        )
    return network.eval()


def trained_on(plan: Path, start: Path) -> Any:
    """Return the network that the config in `plan` describes, with the weights of another folder's encoder.

    Raises EncoderMissing, EncoderDamaged: no weights are there, or they are of another network.
    """
    from safetensors.torch import load_file  # noqa: PLC0415 - loads torch

    network = untrained(f"local-dir:{plan}", seed=0)
    weights = weights_here(row_in(start))
    if weights is None:
        raise EncoderMissing(encoder=str(start))
    try:
        network.load_state_dict(load_file(weights))
    except Exception as error:
        # A file cut short or of another network fails anywhere between its header and its last layer.
        raise EncoderDamaged(encoder=str(start), file=weights.name) from error
    return network


@contextmanager
def _quiet() -> Iterator[None]:
    """open_clip warns of random weights, which are what is wanted here."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def open_untrained(architecture: str, *, seed: int, device: str | None = None) -> Loaded:
    """Return a network with random weights and what belongs to it, on the GPU where there is one."""
    import open_clip  # noqa: PLC0415 - as above

    place = device or best_device()
    network = untrained(architecture, seed=seed, device=place)
    prepare = open_clip.transform.image_transform_v2(
        open_clip.transform.PreprocessCfg(**network.visual.preprocess_cfg), is_train=False
    )
    return Loaded(network, prepare, open_clip.get_tokenizer(architecture), place)


def copy_plan(like: Path, folder: Path) -> None:
    """Make a folder with an encoder's config, and its graphs and its tokenizer's merges if it has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        if (like / name).is_file():
            shutil.copyfile(like / name, folder / name)


def write_untrained(like: Path, folder: Path, *, seed: int) -> Path:
    """Write the twin of the encoder in a folder, with random weights, to another folder; return that.

    like: holds open_clip_config.json, and the tokenizer's merges where it has its own.
    """
    from safetensors.torch import save_file  # noqa: PLC0415 - loads torch

    network = untrained(f"local-dir:{like}", seed=seed)
    copy_plan(like, folder)
    save_file(
        {name: value.contiguous() for name, value in network.state_dict().items()}, folder / ENCODER_WEIGHTS
    )
    return folder
