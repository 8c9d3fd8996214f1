"""How an encoder is trained from scratch: models/yogalab-mini/recipe.toml, read and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from yogalab.errors import UnknownFormat
from yogalab.training.augmentation import Strength

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each thing that is learnt counts.

    classes: the pose, by a row of weights a pose that is thrown away afterwards; texts: the pose, by what the
    text tower makes of a sentence about it; skeleton, points: the body that BlazePose found, as features and as
    places in the picture; teacher: another network's embedding of the photo.
    """

    classes: float = 1.0
    texts: float = 0.5
    skeleton: float = 1.0
    points: float = 0.5
    teacher: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides what comes out, besides the photos.

    epochs: how often each photo is seen; drawn: rendered figures as a share of each batch; figures: how many
    are rendered of each pose; sizes: (until this share of the training, pixels) in order; text_every: the text
    tower learns in every n-th step; average: how long the weights' running average remembers, a factor a step.
    """

    epochs: float = 60
    batch: int = 64
    rate: float = 3e-3
    weight_decay: float = 0.05
    warm_up: float = 0.1
    smoothing: float = 0.1
    drawn: float = 0.15
    figures: int = 40
    sizes: tuple[tuple[float, int], ...] = ((0.5, 96), (1.0, 128))
    text_every: int = 4
    average: float = 0.998
    seed: int = 0
    weights: Weights = field(default_factory=Weights)
    views: Strength = field(default_factory=Strength)

    def size_at(self, share: float) -> int:
        """Return how many pixels a side views have when this share of the training is done."""
        return next((size for until, size in self.sizes if share < until), self.sizes[-1][1])

    def steps(self, photos: int) -> int:
        """Return how many batches the training takes over so many photos."""
        return max(1, round(self.epochs * photos / self.photos_a_batch))

    @property
    def photos_a_batch(self) -> int:
        return self.batch - self.drawn_a_batch

    @property
    def drawn_a_batch(self) -> int:
        return round(self.batch * self.drawn)


def read_recipe(path: Path) -> Recipe:
    """Return a recipe from its TOML file.

    Raises:
        UnknownFormat: a newer YogaLab wrote it.
        ValueError: it names something a recipe does not have, or its sizes do not reach the end.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if table.pop("format", None) != _FORMAT:
        raise UnknownFormat(format=table.get("format"), known=_FORMAT)
    weights, views = table.pop("weights", {}), table.pop("views", {})
    if "sizes" in table:
        table["sizes"] = tuple((float(until), int(size)) for until, size in table["sizes"])
    recipe = _made(Recipe, {**table, "weights": _made(Weights, weights), "views": _made(Strength, views)})
    if not recipe.sizes or recipe.sizes[-1][0] < 1:
        raise ValueError(f"{path.name}: sizes end before the training does")
    assert isinstance(recipe, Recipe)
    return recipe


def _made(kind: Any, values: dict[str, object]) -> Any:
    unknown = values.keys() - {one.name for one in fields(kind)}
    if unknown:
        raise ValueError(f"a recipe has no {', '.join(sorted(unknown))}")
    return kind(**values)
