"""Photos on disk are found with the labels that came with them, and read one at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from yogalab.errors import BadTable, FileMissing
from yogalab.exchange.incoming import FilesOnDisk, find


def put(root: Path, *files: str) -> None:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.encode())


def labels(found: FilesOnDisk) -> dict[str, str | None]:
    return {upload.name: upload.label for upload in found}


def test_folders_name_poses(tmp_path: Path) -> None:
    put(tmp_path, "tree/a.jpg", "warrior_2/b.png", "manifest.csv", ".hidden/c.jpg", "tree/.DS_Store")
    assert labels(find([tmp_path], folders=True)) == {"tree/a.jpg": "tree", "warrior_2/b.png": "warrior_2"}


def test_a_folder_that_holds_folders_is_no_pose(tmp_path: Path) -> None:
    put(tmp_path, "retreat/loose.jpg", "retreat/tree/a.jpg")
    assert labels(find([tmp_path / "retreat"], folders=True)) == {"loose.jpg": None, "tree/a.jpg": "tree"}


def test_a_folder_of_photos_is_a_pose(tmp_path: Path) -> None:
    put(tmp_path, "tree/a.jpg", "tree/b.jpg")
    assert set(labels(find([tmp_path / "tree"], folders=True)).values()) == {"tree"}


def test_splits_are_no_poses(tmp_path: Path) -> None:
    put(tmp_path, "train/tree/a.jpg", "test/boat/b.jpg", "unlabelled/c.jpg")
    assert labels(find([tmp_path], folders=True)) == {
        "test/boat/b.jpg": "boat",
        "train/tree/a.jpg": "tree",
        "unlabelled/c.jpg": None,
    }


def test_without_being_asked_folders_are_only_folders(tmp_path: Path) -> None:
    put(tmp_path, "tree/a.jpg")
    assert labels(find([tmp_path])) == {"tree/a.jpg": None}


@pytest.mark.parametrize(
    "text",
    [
        "file,pose\ntree/a.jpg,Tree\nb.jpg,\n",
        "pose;file_name\nTree;tree/a.jpg\n;b.jpg\n",
        "\ufeffPath\tLabel\ntree/a.jpg\tTree\n",
        'note,file,pose\n"two\nlines",tree/a.jpg,Tree\n',
    ],
    ids=["commas", "semicolons", "byte order mark and tabs", "quoted line break"],
)
def test_a_table_names_poses(text: str, tmp_path: Path) -> None:
    put(tmp_path, "tree/a.jpg", "b.jpg")
    (tmp_path / "labels.csv").write_text(text, encoding="utf-8")
    assert labels(find([tmp_path], table=tmp_path / "labels.csv")) == {"b.jpg": None, "tree/a.jpg": "Tree"}


def test_a_table_may_lie_elsewhere_and_name_more_than_the_folder_holds(tmp_path: Path) -> None:
    put(tmp_path, "photos/a.jpg", "tables/b.jpg")
    table = tmp_path / "tables" / "labels.csv"
    table.write_text("file,pose\na.jpg,tree\nb.jpg,boat\ngone.jpg,crow\n")
    offered = list(find([tmp_path / "photos"], table=table))
    assert [(one.name, one.label) for one in offered] == [
        ("a.jpg", "tree"),
        ("b.jpg", "boat"),
        ("gone.jpg", "crow"),
    ]
    assert [type(one.error) for one in offered] == [type(None), type(None), FileMissing]


@pytest.mark.parametrize("content", [b"name,asana_id\nx,1\n", b"\xff\xfe\x00", b""])
def test_a_table_without_the_columns_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(BadTable) as caught:
        find([tmp_path], table=tmp_path / "labels.csv")
    assert caught.value.data == {"name": "labels.csv"}


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileMissing) as caught:
        find([tmp_path / "nowhere"])
    assert str(tmp_path / "nowhere") in str(caught.value.data["name"])


def test_files_are_read_only_when_their_turn_comes(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b.jpg")
    offered = find([tmp_path])
    assert len(offered) == 2
    reading = iter(offered)
    assert next(reading).name == "a.jpg"
    (tmp_path / "b.jpg").unlink()
    gone = next(reading)
    assert isinstance(gone.error, FileMissing) and gone.data == b""


def test_a_zip_is_told_whether_its_folders_name_poses(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(b"PK")
    for path in (tmp_path, tmp_path / "set.zip"):
        assert [upload.folders for upload in find([path])] == [False]
        assert [upload.folders for upload in find([path], folders=True)] == [True]
