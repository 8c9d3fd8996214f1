"""An encoder in any folder: a training's outcome that no table lists yet."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from yogalab.errors import EncoderDamaged, EncoderMissing
from yogalab.vision.encoders import EncoderRow, read_encoders, taught_in
from yogalab.vision.tokens import CONFIG
from yogalab.vision.weights import weights_here


def row_in(folder: Path) -> EncoderRow:
    """Return the row that the encoder in a folder would have in models/encoders.toml.

    Its name is the folder's and the beginning of its weights' SHA-256: vectors of two trainings never mix. What
    a row says beside the network, such as how a photo is looked at, is taken from the row of the same network.

    Raises:
        EncoderMissing: the folder holds no weights.
        EncoderDamaged: its config is missing or cannot be read.
    """
    bare = EncoderRow(name=folder.name, dim=0, image_size=0, licence="", folder=folder)
    weights = weights_here(bare)
    if weights is None:
        raise EncoderMissing(encoder=str(folder))
    found = _network(folder)
    if found is None:
        raise EncoderDamaged(encoder=str(folder), file=CONFIG)
    network, size = found
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    there = ((row, row.folder and _network(row.folder)) for row in read_encoders().rows)
    same = (row for row, other in there if other and other[0] == network)
    return replace(
        next(same, bare),
        name=f"{folder.name}@{digest[:12]}",
        sha256=digest,
        dim=network["embed_dim"],
        image_size=size,
        folder=folder,
        taught=taught_in(folder),
    )


def _network(folder: Path) -> tuple[Any, int] | None:
    """The network's description but for the size of its pictures, and that; None where there is none."""
    try:
        network = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"]
        size = network["vision_cfg"].pop("image_size")
        return network, size if isinstance(size, int) else size[0]
    except (OSError, ValueError, KeyError, TypeError):
        return None
