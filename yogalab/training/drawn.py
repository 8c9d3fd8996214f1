"""Makes models/drawn.safetensors: poses learnt from drawn bodies alone.

    python -m yogalab.training.drawn models/drawn.safetensors

Run it again whenever the figures or the features change; it takes a few minutes on one core.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from yogalab.learning.features import RECIPE, features, layout_of
from yogalab.learning.parts import part_figures
from yogalab.poses.postures import postures
from yogalab.poses.variety import people
from yogalab.records import Encodings, Matrix
from yogalab.training.part_encoder import Recipe, teach
from yogalab.training.part_texts import WHOLE

PEOPLE: Final = 300
NETWORKS: Final = 2


def make(
    path: Path, *, each: int = PEOPLE, networks: int = NETWORKS, recipe: Recipe | None = None, seed: int = 0
) -> None:
    """Draw `each` people in every pose, teach the networks on them, and write them to a file."""
    slugs = tuple(postures())
    x, y = drawn_people(slugs, each, seed=seed)
    inputs = branches(x.shape[1])
    odd = layout_of(x.shape[1]).odd
    arrays: dict[str, Matrix] = {f"inputs.{name}": columns.astype(np.int16) for name, columns in inputs.items()}
    for k in range(networks):
        encoder = teach(x, y, inputs, odd=odd, recipe=recipe or Recipe(), seed=seed + k)
        arrays |= {f"{k}/{name}": array for name, array in encoder.arrays().items()}
    facts = {
        "recipe": RECIPE,
        "poses": ",".join(slugs),
        "branches": ",".join(inputs),
        "networks": str(networks),
    }
    save_file(arrays, str(path), metadata=facts)


def drawn_people(slugs: tuple[str, ...], each: int, *, seed: int) -> tuple[Matrix, NDArray[np.int64]]:
    """Return features of `each` drawn people in every pose, (n, d), and their poses, (n,)."""
    rng = np.random.default_rng(seed)
    seen = [Encodings(landmarks=one) for slug in slugs for one in people(postures()[slug], each, rng)]
    return features(seen, dim=0), np.repeat(np.arange(len(slugs)), each)


def branches(width: int, *, visibility: bool = False) -> dict[str, NDArray[np.int64]]:
    """Return which columns each branch reads. None reads visibility, of which a drawing knows nothing.

    visibility: let them read it, where they are taught on photos.
    """
    usable = np.ones(width, dtype=bool)
    usable[0] = False
    usable[layout_of(width).blocks["visibility"]] = visibility
    parts = {part: np.flatnonzero(own & usable) for part, own in part_figures(width).items()}
    return {WHOLE: np.flatnonzero(usable), **parts}


if __name__ == "__main__":
    make(Path(sys.argv[1]))
