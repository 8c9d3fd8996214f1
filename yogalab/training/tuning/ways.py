"""Which ways of tuning a machine has time for, and each one ready to start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from yogalab.training.tuning.course import Course, Kept, Sentences, Whole
from yogalab.training.tuning.folds import Rows
from yogalab.training.tuning.moves import Dense, LowRank, everything
from yogalab.training.tuning.pictures import Pictures, batches
from yogalab.training.tuning.recipe import Recipe
from yogalab.training.tuning.tower import Opened, Spot, Tower

# What R3 may compute, in floating-point operations: two minutes on two CPU cores, as on a GPU. Counted and not
# timed, so that the same labels are tuned in the same way however busy the machine is.
BUDGET: Final = {"cpu": 4e12, "cuda": 4e15}
_LOOKS_AT_ONCE: Final = 32
# A step costs about three times what the way there does: there, and back to the weights and to what came in.
_THERE_AND_BACK: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A recipe with everything it needs. course: opened for one recipe at a time, and left as it was found."""

    recipe: Recipe
    course: Callable[[], Any]

    @contextmanager
    def open(self) -> Iterator[Course]:
        """Give a course whose network is put back afterwards."""
        course: Course = self.course()
        try:
            yield course
        finally:
            course.moves.release()


def ways(
    recipes: Sequence[Recipe],
    opened: Opened,
    pictures: Pictures,
    sentences: Sentences,
    *,
    seed: int,
    tell: Callable[[float], None],
) -> list[Way]:
    """Return the recipes that fit this encoder and this machine, at least one if any fits the encoder."""
    for weight in opened.network.parameters():
        weight.requires_grad_(False)
    kept = [recipe for recipe in recipes if recipe.method in ("projection", "last-block")]
    whole = [recipe for recipe in recipes if recipe not in kept]
    found = [Way(recipe, _whole(recipe, opened, pictures, sentences)) for recipe in whole]
    if kept:
        tower = Tower(opened.network)
        kept = affordable([recipe for recipe in kept if recipe.method in tower.spots], tower, pictures, opened)
    if kept:
        spots = [cast(Spot, recipe.method) for recipe in kept]
        said = hear(tower, spots, pictures, kept[0].views, seed=seed, tell=tell)
        with torch.no_grad():
            texts = sentences.together()
        found += [Way(recipe, _kept(recipe, opened, tower, said, texts)) for recipe in kept]
    return found


def affordable(recipes: Sequence[Recipe], tower: Tower, pictures: Pictures, opened: Opened) -> list[Recipe]:
    """Return the recipes, with as many views, that stay within `BUDGET`; the cheapest of all if none does."""
    if not recipes:
        return []
    least = 2 if opened.mirror else 1
    looks = sorted({max(least, views) for views in (recipes[0].views, 2, 1)}, reverse=True)
    cheapest = [recipe for recipe in recipes if recipe.method == "projection"] or list(recipes[:1])
    budget = BUDGET.get(opened.device.split(":")[0], BUDGET["cpu"])
    look, onward = _work(tower, recipes)
    for some in (list(recipes), cheapest):
        steps = sum(onward[recipe.method] * _seen(recipe, len(pictures)) for recipe in some)
        for views in looks:
            if views * len(pictures) * look + _THERE_AND_BACK * steps <= budget:
                return [replace(recipe, views=views) for recipe in some]
    return [replace(recipe, views=least) for recipe in cheapest]


def hear(
    tower: Tower,
    spots: Sequence[Spot],
    pictures: Pictures,
    views: int,
    *,
    seed: int,
    tell: Callable[[float], None],
) -> dict[Spot, Tensor]:
    """Return what the tower says by each spot of each view of each photo, (views, n, ...)."""
    rows = np.arange(len(pictures))
    heard: dict[Spot, list[Tensor]] = {spot: [] for spot in spots}
    for view in range(views):
        rng = np.random.default_rng((seed, view))
        parts: dict[Spot, list[Tensor]] = {spot: [] for spot in spots}
        for some in batches(rows, _LOOKS_AT_ONCE):
            tell((view + some[0] / len(rows)) / views)
            looked = pictures.crop(some, rng) if view > 1 else pictures.plain(some, mirror=view == 1)
            with torch.no_grad():
                for spot, said in tower.said(looked, spots).items():
                    parts[spot].append(said.clone())
        for spot in spots:
            heard[spot].append(torch.cat(parts[spot]))
    return {spot: torch.stack(said) for spot, said in heard.items()}


def _kept(
    recipe: Recipe, opened: Opened, tower: Tower, said: dict[Spot, Tensor], texts: Tensor
) -> Callable[[], Kept]:
    spot = cast(Spot, recipe.method)

    def course() -> Kept:
        moves = Dense(opened.network, tower.moved_by(spot))
        return Kept(moves, said[spot], tower.onward(spot), texts, mirror=opened.mirror)

    return course


def _whole(recipe: Recipe, opened: Opened, pictures: Pictures, sentences: Sentences) -> Callable[[], Whole]:
    def course() -> Whole:
        network = opened.network
        low_rank = recipe.method == "lora"
        moves = LowRank(network, recipe.rank) if low_rank else Dense(network, everything(network))
        return Whole(opened, moves, pictures, sentences, mirror=opened.mirror)

    return course


def _work(tower: Tower, recipes: Sequence[Recipe]) -> tuple[float, dict[str, float]]:
    """Floating-point operations of one look at one photo, and of the way onward from each recipe's spot."""
    spots = [cast(Spot, recipe.method) for recipe in recipes]
    with torch.no_grad():
        with FlopCounterMode(display=False) as looking:
            said = tower.said(tower.noise(1), spots)
        onward: dict[str, float] = {}
        for spot in spots:
            with FlopCounterMode(display=False) as going:
                tower.onward(spot)(said[spot])
            onward[spot] = float(going.get_total_flops())
    return float(looking.get_total_flops()), onward


def _seen(recipe: Recipe, photos: int) -> int:
    """How many photos all fits of a recipe go through: one with each fold left out, and one with all."""
    sizes = [photos] + recipe.folds * [photos - photos // recipe.folds]
    return sum(recipe.steps(size) * min(recipe.batch or size, size) for size in sizes)


def rows_without(rows: Rows, count: int) -> Rows:
    """Return the rows of 0 to count that are not among `rows`."""
    return np.setdiff1d(np.arange(count), rows)
