"""Photo files: whole or not there, and never outside their folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yogalab.keeping.photo_files import FolderPhotoFiles


@pytest.fixture
def files(tmp_path: Path) -> FolderPhotoFiles:
    return FolderPhotoFiles(tmp_path / "photos")


def test_what_was_put_can_be_opened(files: FolderPhotoFiles) -> None:
    files.put("ab/cd.jpg", b"one")
    files.put_many({"ab/ef.jpg": b"two", "12/34.jpg": b"three"})
    files.put_many({})
    assert list(files.keys()) == ["12/34.jpg", "ab/cd.jpg", "ab/ef.jpg"]
    with files.open("ab/ef.jpg") as file:
        assert file.read() == b"two"


def test_the_same_key_twice_is_the_same_file(files: FolderPhotoFiles, tmp_path: Path) -> None:
    files.put("ab/cd.jpg", b"one")
    before = (tmp_path / "photos/ab/cd.jpg").stat()
    files.put("ab/cd.jpg", b"one")
    assert (tmp_path / "photos/ab/cd.jpg").stat().st_ino == before.st_ino


def test_a_file_that_was_cut_short_is_mended(files: FolderPhotoFiles, tmp_path: Path) -> None:
    files.put("ab/cd.jpg", b"whole")
    (tmp_path / "photos/ab/cd.jpg").write_bytes(b"wh")
    files.put("ab/cd.jpg", b"whole")
    assert (tmp_path / "photos/ab/cd.jpg").read_bytes() == b"whole"


def test_deleting_is_final_and_may_be_repeated(files: FolderPhotoFiles) -> None:
    files.put("ab/cd.jpg", b"one")
    files.delete("ab/cd.jpg")
    files.delete("ab/cd.jpg")
    files.delete("never/was.jpg")
    with pytest.raises(FileNotFoundError):
        files.open("ab/cd.jpg")
    assert list(files.keys()) == []


def test_nobody_else_on_the_machine_looks_in(files: FolderPhotoFiles, tmp_path: Path) -> None:
    files.put("ab/cd.jpg", b"one")
    assert stat.S_IMODE((tmp_path / "photos/ab").stat().st_mode) == 0o700


def test_what_an_interrupted_write_left_is_no_photo_and_is_swept_when_old(
    files: FolderPhotoFiles, tmp_path: Path
) -> None:
    files.put("ab/cd.jpg", b"one")
    old, young = tmp_path / "photos/ab/x.jpg.00.part", tmp_path / "photos/ab/y.jpg.00.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert list(files.keys()) == ["ab/cd.jpg"]
    files.sweep()
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "ab/../../x",
        "ab//x",
        "ab\\..\\x",
        ".hidden",
        "ab/.x",
        "C:/x",
        "ab/x\x00",
        "ab/x\n",
        "a/",
        "x.part",
    ],
)
def test_a_key_cannot_leave_the_folder(files: FolderPhotoFiles, key: str) -> None:
    for act in (files.open, files.delete, lambda k: files.put(k, b"x")):
        with pytest.raises(ValueError, match="not a key"):
            act(key)


@given(key=st.text(max_size=30))
def test_every_key_stays_inside_or_is_refused(tmp_path_factory: pytest.TempPathFactory, key: str) -> None:
    root = tmp_path_factory.getbasetemp() / "inside"
    try:
        path = FolderPhotoFiles(root)._path(key)
    except ValueError:
        return
    assert path.resolve().is_relative_to(root.resolve())
    assert path != root
