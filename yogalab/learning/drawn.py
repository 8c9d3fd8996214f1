"""What drawn bodies teach of poses before anybody took a photo.

A small network, after GAP's part-wise encoder (arXiv 2208.05318): a branch for the whole body and one each for
head, arms, torso and legs, joined by one linear layer. It was taught on thousands of bodies drawn from the
figures of all poses (`yogalab.training.drawn`), on no photo at all, and is carried along as plain arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from yogalab.learning.features import RECIPE, layout_of
from yogalab.learning.threads import one_thread
from yogalab.records import Matrix
from yogalab.resources import resource

# A network is never as sure as it says: e^-6 is the least it may give a pose.
LEAST: Final = -6.0
_ROWS: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """The network, several times over from different beginnings; the mean of their logarithms answers.

    slugs: the P poses it names. recipe: of the features it reads. inputs: branch -> columns of a row it reads.
    networks: for each, layer name -> array; "whole.0.weight" is (h, inputs), "out.weight" is (P, sum of h).
    """

    slugs: tuple[str, ...]
    recipe: str
    inputs: dict[str, NDArray[np.int64]]
    networks: tuple[dict[str, Matrix], ...]

    def logits(self, x: Matrix) -> Matrix:
        """Return the mean of the networks' log-probabilities, (n, P), of a body and its mirror image.

        x: (n, d) features of people who were found.
        """
        odd = layout_of(x.shape[1]).odd
        mirrored = x.copy()
        mirrored[:, odd] *= -1
        logs = np.zeros((len(x), len(self.slugs)), dtype=np.float32)
        with one_thread():
            for network in self.networks:
                here, there = (self._logs(network, rows) for rows in (x, mirrored))
                logs += np.logaddexp(here, there) - np.float32(np.log(2))
        return logs / np.float32(len(self.networks))

    def _logs(self, network: dict[str, Matrix], x: Matrix) -> Matrix:
        logs = np.empty((len(x), len(self.slugs)), dtype=np.float32)
        for start in range(0, len(x), _ROWS):
            some = x[start : start + _ROWS]
            hidden = [_branch(network, name, some[:, columns]) for name, columns in self.inputs.items()]
            out = np.concatenate(hidden, axis=1) @ network["out.weight"].T + network["out.bias"]
            out -= out.max(axis=1, keepdims=True)
            logs[start : start + _ROWS] = out - np.log(np.exp(out).sum(axis=1, keepdims=True))
        return logs


def _branch(network: dict[str, Matrix], name: str, x: Matrix) -> Matrix:
    for layer in (0, 1):
        x = x @ network[f"{name}.{layer}.weight"].T + network[f"{name}.{layer}.bias"]
        np.maximum(x, 0, out=x)
    return x


@cache
def drawn() -> Drawn:
    """Return the network that ships with YogaLab.

    Raises ValueError when it was taught on other features than these: then make it anew, see
    `yogalab.training.drawn`.
    """
    network = load_drawn(resource("models", "drawn.safetensors"))
    if network.recipe != RECIPE:
        raise ValueError(f"models/drawn.safetensors reads {network.recipe}, features are {RECIPE}")
    return network


def load_drawn(path: Path) -> Drawn:
    """Return the network in a file."""
    with safe_open(str(path), framework="numpy") as file:
        facts = file.metadata()
        # No mapping, though it has keys.
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    inputs = {name: arrays[f"inputs.{name}"].astype(np.int64) for name in facts["branches"].split(",")}
    networks = [
        {
            name.partition("/")[2]: array.astype(np.float32)
            for name, array in arrays.items()
            if name.startswith(f"{k}/")
        }
        for k in range(int(facts["networks"]))
    ]
    return Drawn(
        slugs=tuple(facts["poses"].split(",")), recipe=facts["recipe"], inputs=inputs, networks=tuple(networks)
    )


def columns_of(slugs: Sequence[str]) -> NDArray[np.int64]:
    """Return the network's column of each pose, (K,); -1 for one that was never drawn."""
    place = {slug: column for column, slug in enumerate(drawn().slugs)}
    return np.array([place.get(slug, -1) for slug in slugs], dtype=np.int64)


def drawn_scores(x: Matrix, columns: NDArray[np.int64]) -> Matrix:
    """Return the logarithms of what the network gives each of the poses in question, (n, K), at least -6.

    x: (n, d) features of people who were found; columns: (K,) from `columns_of`. A pose that was never
    drawn gets NaN.
    """
    scores = np.full((len(x), len(columns)), np.nan, dtype=np.float32)
    known = np.flatnonzero(columns >= 0)
    if len(known):
        logs = drawn().logits(x)[:, columns[known]]
        logs -= logs.max(axis=1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
        scores[:, known] = np.maximum(logs, np.float32(LEAST))
    return scores
