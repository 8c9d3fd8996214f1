"""The network that ships can be made anew from the drawings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from yogalab.learning.drawn import Drawn, load_drawn
from yogalab.learning.features import RECIPE, layout_of
from yogalab.training.drawn import branches, drawn_people, make
from yogalab.training.part_encoder import Recipe, teach

FEW = Recipe(hidden=(16, 8), steps=60, batch=64)
SLUGS = ("boat", "downward_dog", "tree", "warrior_2")


def taught(seed: int = 0) -> tuple[Drawn, np.ndarray, np.ndarray]:
    x, y = drawn_people(SLUGS, 30, seed=seed)
    inputs = branches(x.shape[1])
    encoder = teach(x, y, inputs, odd=layout_of(x.shape[1]).odd, recipe=FEW, seed=seed)
    return Drawn(slugs=SLUGS, recipe=RECIPE, inputs=inputs, networks=(encoder.arrays(),)), x, y


def test_it_learns_poses_from_drawings() -> None:
    network, _, _ = taught()
    x, y = drawn_people(SLUGS, 10, seed=99)
    assert (network.logits(x).argmax(axis=1) == y).mean() > 0.9


def test_plain_arrays_answer_as_the_encoder_does() -> None:
    torch = pytest.importorskip("torch")
    x, y = drawn_people(SLUGS, 10, seed=1)
    inputs, odd = branches(x.shape[1]), layout_of(x.shape[1]).odd
    encoder = teach(x, y, inputs, odd=odd, recipe=FEW, seed=0)
    mirrored = x.copy()
    mirrored[:, odd] *= -1
    with torch.no_grad():
        logs = [torch.log_softmax(encoder(torch.from_numpy(rows)), dim=1).numpy() for rows in (x, mirrored)]
    plain = Drawn(slugs=SLUGS, recipe=RECIPE, inputs=inputs, networks=(encoder.arrays(),))
    np.testing.assert_allclose(plain.logits(x), np.logaddexp(*logs) - np.log(2), atol=0.05)


def test_the_same_seed_teaches_the_same() -> None:
    (first, x, _), (again, _, _) = taught(), taught()
    np.testing.assert_array_equal(first.logits(x), again.logits(x))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    make(tmp_path / "drawn.safetensors", each=2, networks=2, recipe=Recipe(hidden=(8, 4), steps=3, batch=16))
    network = load_drawn(tmp_path / "drawn.safetensors")
    assert (network.recipe, len(network.networks)) == (RECIPE, 2)
    assert network.networks[0]["out.weight"].shape == (len(network.slugs), 8 + 4 * 4)
