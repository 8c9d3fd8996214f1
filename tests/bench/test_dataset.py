"""Data sets that can be measured on, and what is said about those that cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from yogalab import words
from yogalab.bench.dataset import samples
from yogalab.errors import BadDataset, BadTable, FileMissing


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"-")


def test_folders_are_poses(tmp_path: Path) -> None:
    for name in ("tree/b.jpg", "tree/deep/a.PNG", "boat/c.webp", "tree/notes.txt", ".hidden/d.jpg"):
        touch(tmp_path / name)
    found = samples(tmp_path)
    assert [(s.path.name, s.pose, s.split) for s in found] == [
        ("c.webp", "boat", ""),
        ("b.jpg", "tree", ""),
        ("a.PNG", "tree", ""),
    ]


def test_a_manifest_says_which_photo_is_what_and_on_which_side(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        touch(tmp_path / name)
    (tmp_path / "manifest.csv").write_text("file,pose,split\na.jpg,tree,train\nb.jpg,boat,Test\nc.jpg,boat,\n")
    assert [(s.pose, s.split) for s in samples(tmp_path)] == [("tree", "train"), ("boat", "test"), ("boat", "")]


@pytest.mark.parametrize("text", ["photo,label\na.jpg,tree\n", "", "\x00\x01"])
def test_a_manifest_without_the_two_columns_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.csv").write_text(text)
    with pytest.raises(BadTable) as error:
        samples(tmp_path)
    assert "manifest.csv" in words.sentence(error.value)


def test_a_manifest_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_bytes("file,pose\nä.jpg,tree\n".encode("latin-1"))
    with pytest.raises(BadTable):
        samples(tmp_path)


def test_a_photo_that_is_not_there_is_named(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    (tmp_path / "manifest.csv").write_text("file,pose\na.jpg,tree\ngone.jpg,boat\n")
    with pytest.raises(FileMissing) as error:
        samples(tmp_path)
    assert "gone.jpg" in words.sentence(error.value)


def test_one_pose_or_no_folder_is_nothing_to_measure_on(tmp_path: Path) -> None:
    touch(tmp_path / "tree" / "a.jpg")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BadDataset) as error:
            samples(folder)
        assert str(folder) in words.sentence(error.value)
