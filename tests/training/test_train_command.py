"""`yogalab train-encoder` says what is wrong before it looks at any photo, which takes minutes."""

from __future__ import annotations

from pathlib import Path

from tests.cli.lab_line import run


def test_a_recipe_that_cannot_be_used_is_said_first(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text("format = 1\nepoch = 3\n")
    # Photos would be missed next.
    done = run("train-encoder", tmp_path / "nowhere", "--into", tmp_path / "made", "--recipe", recipe)
    assert done.status == 1
    assert "mine.toml" in done.err and "epoch" in done.err
    assert not (tmp_path / "made").exists()


def test_folders_of_poses_that_nobody_knows_are_named_first(tmp_path: Path) -> None:
    for name in ("plank", "Flying Spaghetti"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        # No photo at all: nobody looks.
        (tmp_path / "photos" / name / "1.jpg").write_bytes(b"")
    done = run("train-encoder", tmp_path / "photos", "--into", tmp_path / "made")
    assert done.status == 1
    assert "Flying Spaghetti" in done.err and "plank" not in done.err
