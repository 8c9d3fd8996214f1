"""Recipes in TOML."""

from __future__ import annotations

from pathlib import Path

import pytest

from yogalab.errors import BadRecipe, FileMissing, UnknownFormat
from yogalab.resources import resource
from yogalab.training.augmentation import Strength
from yogalab.training.recipe import Recipe, read_recipe


@pytest.mark.parametrize("course", ["recipe.toml", "second.toml"])
def test_recipes_that_ship_can_be_read(course: str) -> None:
    recipe = read_recipe(resource("models", "yogalab-mini", course))
    assert recipe.sizes[-1][0] >= 1
    assert recipe.weights.teacher > 0


def test_views_grow_as_the_recipe_says() -> None:
    recipe = Recipe(sizes=((0.5, 96), (1.0, 128)))
    assert [recipe.size_at(share) for share in (0.0, 0.49, 0.5, 0.99, 1.0)] == [96, 96, 128, 128, 128]


def test_a_round_is_all_photos_once() -> None:
    # 40 photos, 8 a batch of 10 (2 are drawn): five batches a round, three rounds.
    assert Recipe(epochs=3, batch=10, drawn=0.2).steps(40) == 15


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("format = 1\nepoch = 3\n", "epoch"),
        ("format = 1\n[views]\nblurr = 0.1\n", "blurr"),
        ("format = 1\nsizes = [[0.5, 96]]\n", "sizes"),
        ("format = 1\nsizes = 96\n", "sizes"),
        ("format = 1\nbatch = 1.5\n", "batch should be a whole number"),
        ('format = 1\nrate = "fast"\n', "rate should be a number"),
        ("format = 1\nweights = 2\n", "weights should be a table"),
        ("format = 1\nbatch = 0\n", "more than 0"),
        ("epochs = 3\n", "format = 1"),
        ("format = 1\nepochs =\n", "line 2"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_said(text: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(BadRecipe) as caught:
        read_recipe(file)
    assert caught.value.data["name"] == "mine.toml"
    assert reason in str(caught.value.data["reason"])


def test_whole_numbers_will_do_for_others_and_what_is_not_said_is_as_ever(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("format = 1\nepochs = 3\n[views]\naround = 1\n")
    assert read_recipe(file) == Recipe(epochs=3, views=Strength(around=1))


def test_a_newer_format_is_refused_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("format = 2\n")
    with pytest.raises(UnknownFormat) as caught:
        read_recipe(file)
    assert caught.value.data == {"format": 2, "known": 1, "name": "mine.toml"}


def test_a_recipe_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_recipe(tmp_path / "mine.toml")
