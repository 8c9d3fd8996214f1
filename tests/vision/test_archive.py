"""Zips: what they hold is read within limits, and nothing is written anywhere."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from tests.vision import files
from yogalab.errors import (
    ArchiveBomb,
    ArchiveLocked,
    ArchiveTooLarge,
    ArchiveTooMany,
    BadArchive,
    EmptyFile,
    PhotoTooLarge,
    UnreadablePhoto,
)
from yogalab.records import Upload
from yogalab.vision import archive, photo
from yogalab.vision.archive import unpack, unpack_file


def offered(
    data: bytes, name: str = "photos.zip", label: str | None = None, *, folders: bool = False
) -> Upload:
    return Upload(name=name, data=data, label=label, folders=folders)


def labels(names: list[str], *, folders: bool, label: str | None = None) -> dict[str, str | None]:
    zipped = files.zipped({name: name.encode() for name in names})
    return {u.data.decode(): u.label for u in unpack(offered(zipped, label=label, folders=folders))}


def test_a_file_that_is_no_zip_comes_back_as_it_is() -> None:
    upload = offered(files.jpeg(), "a.jpg", "tree")
    assert list(unpack(upload)) == [upload]


@pytest.mark.parametrize("name", ["Holiday 2024/a.jpg", "yoga/tree/a.jpg"])
def test_folders_are_no_poses_unless_somebody_says_so(name: str) -> None:
    assert labels([name], folders=False) == {name: None}
    assert labels([name], folders=False, label="tree") == {name: "tree"}


def test_a_folder_that_holds_folders_is_no_pose() -> None:
    names = ["Holiday 2024/a.jpg", "Holiday 2024/tree/b.jpg", "Holiday 2024/warrior/two/c.jpg"]
    assert list(labels(names, folders=True).values()) == [None, "tree", "two"]
    assert list(labels(names, folders=True, label="boat").values()) == ["boat", "tree", "two"]


def test_a_folder_that_holds_only_photos_is_a_pose_when_folders_are() -> None:
    assert set(labels(["tree/a.jpg", "tree/b.jpg"], folders=True).values()) == {"tree"}


def test_sides_of_a_split_are_no_poses() -> None:
    assert list(labels(["set/train/a.jpg", "set/Test/b.jpg"], folders=True).values()) == [None, None]


def test_files_come_out_with_their_folders_as_labels() -> None:
    zipped = files.zipped({"yoga/tree/a.jpg": b"one", "yoga/crow/b.jpg": b"two", "c.jpg": b"three"})
    wanted = offered(zipped, label="mine", folders=True)
    got = [(upload.name, upload.data, upload.label) for upload in unpack(wanted)]
    assert got == [("a.jpg", b"one", "tree"), ("b.jpg", b"two", "crow"), ("c.jpg", b"three", "mine")]


def test_what_systems_leave_behind_is_passed_over() -> None:
    zipped = files.zipped(
        {
            "__MACOSX/tree/._a.jpg": b"x",
            "tree/.DS_Store": b"x",
            "Thumbs.db": b"x",
            "._b.jpg": b"x",
            "tree/": b"",
        }
        | {"tree/a.jpg": b"photo"}
    )
    assert [upload.name for upload in unpack(offered(zipped))] == ["a.jpg"]


@pytest.mark.parametrize(
    "name", ["../../etc/a.jpg", "/etc/a.jpg", "..\\..\\a.jpg", "C:\\photos\\a.jpg", "./../a.jpg"]
)
def test_names_that_climb_out_are_only_names(name: str) -> None:
    (upload,) = unpack(offered(files.zipped({name: b"photo"}), folders=True))
    assert upload.name == "a.jpg"
    assert upload.label is None or not set(upload.label) & set("/\\")


def test_a_damaged_zip_is_refused() -> None:
    data = files.zipped({"a.jpg": files.jpeg()})
    with pytest.raises(BadArchive) as caught:
        list(unpack(offered(data[: len(data) // 2], "half/photos.zip")))
    assert caught.value.data == {"name": "photos.zip"}


def test_one_damaged_file_in_a_zip_does_not_stop_the_others() -> None:
    data = bytearray(
        files.zipped({"a.jpg": b"a" * 500, "b.jpg": b"b" * 500, "c.jpg": b"c" * 500}, zipfile.ZIP_STORED)
    )
    data[data.index(b"b" * 500) + 100] ^= 0xFF
    first, second, third = unpack(offered(bytes(data)))
    assert (first.error, third.error) == (None, None)
    assert isinstance(second.error, UnreadablePhoto)
    assert second.data == b""


def test_a_false_size_is_an_error_and_not_a_full_memory() -> None:
    data = bytearray(files.zipped({"a.jpg": b"\x00" * 1_000_000}))
    at = data.rindex(b"PK\x01\x02") + 24
    assert struct.unpack("<I", data[at : at + 4]) == (1_000_000,)
    data[at : at + 4] = struct.pack("<I", 1000)
    (upload,) = unpack(offered(bytes(data)))
    assert isinstance(upload.error, UnreadablePhoto)


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    with pytest.raises(ArchiveTooMany) as caught:
        list(unpack(offered(files.zipped({f"{n}.jpg": b"x" for n in range(4)}))))
    assert caught.value.data == {"name": "photos.zip", "files": 4, "limit": 3}


def test_too_large_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_ARCHIVE_BYTES", 2_000)
    with pytest.raises(ArchiveTooLarge):
        list(unpack(offered(files.zipped({"a.jpg": b"x" * 1_500, "b.jpg": b"x" * 1_500}))))


def test_a_bomb_is_left_alone() -> None:
    bomb = files.zipped({f"{n}.jpg": b"\x00" * (6 * 2**20) for n in range(10)})
    assert len(bomb) < 100_000
    with pytest.raises(ArchiveBomb):
        list(unpack(offered(bomb)))


def test_one_file_too_large_for_a_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "MOST_BYTES", 1_000)
    large, small = unpack(offered(files.zipped({"a.jpg": os.urandom(1_001), "b.jpg": b"x"})))
    assert isinstance(large.error, PhotoTooLarge)
    assert small.error is None


def test_a_locked_zip_says_so() -> None:
    data = bytearray(files.zipped({"a.jpg": b"photo"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveLocked):
        list(unpack(offered(bytes(data))))


def test_an_empty_zip_holds_nothing() -> None:
    assert list(unpack(offered(files.zipped({})))) == []


def test_an_empty_file_in_a_zip_is_named() -> None:
    (upload,) = unpack(offered(files.zipped({"a.jpg": b""})))
    assert isinstance(upload.error, EmptyFile)


def test_a_zip_in_a_zip_is_not_opened() -> None:
    inner = files.zipped({"a.jpg": files.jpeg()})
    (upload,) = unpack(offered(files.zipped({"inner.zip": inner})))
    assert upload.data == inner


def test_files_on_disk_read_the_same(tmp_path: Path) -> None:
    data = files.zipped({"tree/a.jpg": b"one"})
    (tmp_path / "photos.zip").write_bytes(data)
    (tmp_path / "b.jpg").write_bytes(b"two")
    for folders in (False, True):
        from_disk = list(unpack_file(tmp_path / "photos.zip", folders=folders))
        assert from_disk == list(unpack(offered(data, folders=folders)))
    assert list(unpack_file(tmp_path / "b.jpg", label="crow")) == [
        Upload(name="b.jpg", data=b"two", label="crow")
    ]


def test_a_file_that_is_not_there_or_empty_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    (missing,) = unpack_file(tmp_path / "missing.jpg")
    (empty,) = unpack_file(tmp_path / "empty.jpg")
    assert isinstance(missing.error, UnreadablePhoto)
    assert isinstance(empty.error, EmptyFile)


def test_a_zip_on_disk_is_not_read_whole(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w", zipfile.ZIP_STORED) as target:
        for n in range(4):
            target.writestr(f"{n}.jpg", os.urandom(2**20))
    first = next(iter(unpack_file(tmp_path / "photos.zip")))
    assert len(first.data) == 2**20
    with pytest.raises(BadArchive):
        (tmp_path / "cut.zip").write_bytes((tmp_path / "photos.zip").read_bytes()[: 3 * 2**20])
        list(unpack_file(tmp_path / "cut.zip"))


def test_a_closed_reader_lets_go_of_the_file(tmp_path: Path) -> None:
    buffer = io.BytesIO(files.zipped({"a.jpg": b"1", "b.jpg": b"2"}))
    path = tmp_path / "photos.zip"
    path.write_bytes(buffer.getvalue())
    reading = unpack_file(path)
    next(reading)
    reading.close()
    path.unlink()
    assert not path.exists()
