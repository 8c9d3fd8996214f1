"""Recipes in TOML."""

from __future__ import annotations

from pathlib import Path

import pytest

from yogalab.errors import UnknownFormat
from yogalab.resources import resource
from yogalab.training.recipe import Recipe, read_recipe


def test_the_recipe_that_ships_can_be_read() -> None:
    recipe = read_recipe(resource("models", "yogalab-mini", "recipe.toml"))
    assert recipe.sizes[-1][0] >= 1
    assert recipe.weights.teacher > 0


def test_views_grow_as_the_recipe_says() -> None:
    recipe = Recipe(sizes=((0.5, 96), (1.0, 128)))
    assert [recipe.size_at(share) for share in (0.0, 0.49, 0.5, 0.99, 1.0)] == [96, 96, 128, 128, 128]


def test_a_round_is_all_photos_once() -> None:
    # 40 photos, 8 a batch of 10 (2 are drawn): five batches a round, three rounds.
    assert Recipe(epochs=3, batch=10, drawn=0.2).steps(40) == 15


def test_a_misspelt_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text("format = 1\nepoch = 3\n")
    with pytest.raises(ValueError, match="epoch"):
        read_recipe(file)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text("format = 2\n")
    with pytest.raises(UnknownFormat):
        read_recipe(file)


def test_sizes_must_reach_the_end(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text("format = 1\nsizes = [[0.5, 96]]\n")
    with pytest.raises(ValueError, match="sizes"):
        read_recipe(file)
