"""How an encoder is trained: a recipe, such as those in models/yogalab-mini, read and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from yogalab.errors import BadRecipe, FileMissing, UnknownFormat
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
        FileMissing: it is not there, or may not be read.
        UnknownFormat: a newer YogaLab wrote it.
        BadRecipe: it is no TOML, or names or sets something that no recipe does.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        written = table.pop("format", None)
        if isinstance(written, int) and written > _FORMAT:
            raise UnknownFormat(format=written, known=_FORMAT, name=path.name)
        if written != _FORMAT:
            raise ValueError(f"its first line should read format = {_FORMAT}")
        return _recipe(table)
    except OSError as error:
        raise FileMissing(name=path.name) from error
    except ValueError as error:
        # No UTF-8 and no TOML are among them.
        raise BadRecipe(name=path.name, reason=str(error)) from error


def _recipe(table: dict[str, Any]) -> Recipe:
    """A recipe from what its file says. Raises ValueError."""
    weights = Weights(**_fitting(Weights, table.pop("weights", {})))
    views = Strength(**_fitting(Strength, table.pop("views", {})))
    if "sizes" in table:
        table["sizes"] = _sizes(table["sizes"])
    recipe = Recipe(**_fitting(Recipe, table), weights=weights, views=views)
    if min(recipe.epochs, recipe.photos_a_batch, recipe.text_every) <= 0:
        raise ValueError("epochs, text_every and the photos of a batch should be more than 0")
    return recipe


def _sizes(said: object) -> tuple[tuple[float, int], ...]:
    try:
        sizes = tuple((float(until), int(size)) for until, size in said)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise ValueError("sizes should be pairs of a share and a number of pixels") from error
    if not sizes or sizes[-1][0] < 1:
        raise ValueError("sizes end before the training does")
    return sizes


def _fitting(kind: type[Recipe | Weights | Strength], said: object) -> dict[str, Any]:
    """What is said of a kind, if it has all that and numbers are numbers."""
    if not isinstance(said, dict):
        raise ValueError(f"{kind.__name__.lower()} should be a table")
    wanted = {one.name: type(one.default) for one in fields(kind)}
    if unknown := said.keys() - wanted.keys():
        raise ValueError(f"a recipe has no {', '.join(sorted(unknown))}")
    for name, value in said.items():
        # A whole number will do for any other; true and false are none.
        if type(value) is not wanted[name] and not (wanted[name] is float and type(value) is int):
            raise ValueError(f"{name} should be a{' whole' if wanted[name] is int else ''} number")
    return said
