"""Photos on any storage: the same promises as in a folder, kept against storages that break theirs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import fsspec
import pytest

from tests.keeping.things import new
from yogalab.errors import BadSetting, PhotosUnreachable, StorageMissing
from yogalab.keeping.backup import LabBackup
from yogalab.keeping.opening import open_backup
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.photo_storage import StoredPhotoFiles, photo_files
from yogalab.keeping.read_cache import ReadCache
from yogalab.keeping.store import open_store, settle_mark
from yogalab.records import Coach
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts

Storage = fsspec.AbstractFileSystem


@pytest.fixture
def memory() -> Iterator[Storage]:
    storage = fsspec.filesystem("memory")
    storage.store.clear()
    yield storage
    storage.store.clear()


class Torn:
    """A storage that keeps half of what it is given, for so many times."""

    def __init__(self, storage: Storage, times: int) -> None:
        self._storage = storage
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def pipe_file(self, path: str, data: bytes) -> None:
        self._times -= 1
        self._storage.pipe_file(path, data[: len(data) // 2] if self._times >= 0 else data)


class Sticky(Torn):
    """A storage that says "deleted" and keeps the file."""

    def rm_file(self, path: str) -> None:
        """Says nothing."""


class Silent(Torn):
    """A storage that does not answer."""

    def __getattr__(self, name: str) -> Any:
        def ask(*_: object, **__: object) -> None:
            raise ConnectionError("no route to host, with a token in it")

        return ask


def stored(storage: object, tmp_path: Path, *, whole: bool = True, root: str = "/lab") -> StoredPhotoFiles:
    return StoredPhotoFiles(storage, root, ReadCache(tmp_path / "cache"), name="memory", whole=whole)


@pytest.fixture(params=["folder", "objects", "files"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    if request.param == "folder":
        return FolderPhotoFiles(tmp_path / "photos")
    if request.param == "objects":
        return stored(request.getfixturevalue("memory"), tmp_path)
    storage = fsspec.filesystem("file", auto_mkdir=False)
    return stored(storage, tmp_path, whole=False, root=str(tmp_path / "photos"))


class TestEveryPlace:
    def test_what_was_put_is_there_by_its_key_until_it_is_deleted(self, files: FolderPhotoFiles) -> None:
        assert list(files.keys()) == []
        files.put("ab/cd.jpg", b"one")
        files.put_many({f"12/{n}.jpg": b"two" * n for n in range(1, 40)})
        files.put_many({})
        assert sorted(files.keys()) == sorted(["ab/cd.jpg", *(f"12/{n}.jpg" for n in range(1, 40))])
        for _ in range(2):
            with files.open("12/7.jpg") as file:
                assert file.read() == b"two" * 7
        assert files.size("12/7.jpg") == 21
        for _ in range(2):
            files.delete("12/7.jpg")
        assert "12/7.jpg" not in set(files.keys())
        for ask in (files.open, files.size):
            with pytest.raises(FileNotFoundError):
                ask("12/7.jpg")

    def test_the_same_key_again_mends_what_was_cut_short(self, files: FolderPhotoFiles) -> None:
        files.put("ab/cd.jpg", b"wh")
        files.put("ab/cd.jpg", b"whole")
        assert files.size("ab/cd.jpg") == 5

    @pytest.mark.parametrize("key", ["", "../x", "ab/../../x", "/etc/passwd", ".hidden", "x.part", "a\\b"])
    def test_a_key_cannot_lead_elsewhere(self, files: FolderPhotoFiles, key: str) -> None:
        for act in (files.open, files.delete, files.size, lambda k: files.put(k, b"x")):
            with pytest.raises(ValueError, match="not a key"):
                act(key)

    def test_only_what_lies_there_for_long_is_old(self, files: FolderPhotoFiles) -> None:
        files.put("ab/cd.jpg", b"one")
        assert list(files.keys(older_than_seconds=600)) == []
        files.sweep()
        assert list(files.keys()) == ["ab/cd.jpg"]


def test_a_half_written_file_has_no_key_and_is_swept_when_old(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    files = stored(fsspec.filesystem("file"), tmp_path, whole=False, root=str(root))
    files.put("ab/cd.jpg", b"one")
    old, young = root / "ab/x.jpg.00.part", root / "ab/y.jpg.00.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert list(files.keys()) == ["ab/cd.jpg"]
    files.sweep()
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize("whole", [True, False])
def test_a_storage_that_keeps_half_is_found_out_and_the_next_try_mends_it(
    memory: Storage, tmp_path: Path, whole: bool
) -> None:
    files = stored(Torn(memory, 1), tmp_path, whole=whole)
    with pytest.raises(PhotosUnreachable):
        files.put("ab/cd.jpg", b"whole")
    if not whole:
        # The key itself never showed half a photo.
        assert list(files.keys()) == []
    files.put("ab/cd.jpg", b"whole")
    assert files.open("ab/cd.jpg").read() == b"whole"


def test_a_deletion_that_did_not_happen_is_said(memory: Storage, tmp_path: Path) -> None:
    files = stored(Sticky(memory, 0), tmp_path)
    files.put("ab/cd.jpg", b"whole")
    files.open("ab/cd.jpg").read()
    with pytest.raises(PhotosUnreachable):
        files.delete("ab/cd.jpg")
    # What this machine had of it is gone all the same.
    assert not any(path.is_file() for path in (tmp_path / "cache").rglob("*"))


def test_no_answer_is_told_without_what_the_storage_blurted_out(memory: Storage, tmp_path: Path) -> None:
    files = stored(Silent(memory, 0), tmp_path)
    acts: list[Callable[[], object]] = [
        lambda: files.put("a.jpg", b"x"),
        lambda: files.open("a.jpg"),
        lambda: list(files.keys()),
        lambda: files.delete("a.jpg"),
    ]
    for act in acts:
        with pytest.raises(PhotosUnreachable) as told:
            act()
        assert "token" not in str(told.value)


def test_what_was_read_is_read_here_and_deleted_here_too(memory: Storage, tmp_path: Path) -> None:
    files = stored(memory, tmp_path)
    files.put("ab/cd.jpg", b"one")
    files.open("ab/cd.jpg").close()
    memory.rm_file("/lab/ab/cd.jpg")
    assert files.open("ab/cd.jpg").read() == b"one", "from this machine"
    files.delete("ab/cd.jpg")
    with pytest.raises(FileNotFoundError):
        files.open("ab/cd.jpg")


def test_a_copy_lasts_for_a_while_and_all_together_stay_within_the_limit(tmp_path: Path) -> None:
    now = 0.0
    cache = ReadCache(tmp_path, limit=100, lasts=60, now=lambda: now)

    def keep(key: str, size: int) -> None:
        cache.keep(key, b"x" * size)
        if (tmp_path / key).exists():
            os.utime(tmp_path / key, (now, now))

    for number in range(5):
        now = float(number)
        keep(f"{number}.jpg", 30)
        assert sum(path.stat().st_size for path in tmp_path.glob("*.jpg")) <= 100
    assert (cache.open("0.jpg"), cache.open("4.jpg") is None) == (None, False)
    keep("large.jpg", 90)
    assert cache.open("large.jpg") is None, "one that would leave no room for others"
    now = 64.0
    assert cache.open("4.jpg") is None
    cache.tidy()
    assert list(tmp_path.glob("*")) == []


def test_each_lab_has_a_folder_of_its_own_there(memory: Storage, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, photos="memory://bucket/photos")
    one, other = photo_files(settings, lab="one"), photo_files(settings, lab="other")
    one.put("ab/cd.jpg", b"one")
    assert (list(one.keys()), list(other.keys()), one.far) == (["ab/cd.jpg"], [], True)
    assert list(memory.store) == ["/bucket/photos/one/ab/cd.jpg"]
    local = photo_files(Settings(home=tmp_path, photos=f"file://{tmp_path}/elsewhere"), lab="one")
    local.put("ab/cd.jpg", b"one")
    assert (tmp_path / "elsewhere/one/ab/cd.jpg").exists() and not local.far


def test_what_an_address_needs_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StorageMissing) as missing:
        photo_files(Settings(home=tmp_path, photos="s3://bucket/photos"), lab="one")
    assert missing.value.data == {"protocol": "s3", "package": "s3fs"}
    with pytest.raises(BadSetting) as bad:
        photo_files(Settings(home=tmp_path, photos="nowhere://me:secret@host/x"), lab="one")
    assert "secret" not in str(bad.value.data)


def test_a_lab_travels_as_one_file_from_one_storage_to_another(memory: Storage, tmp_path: Path) -> None:
    here = Settings(home=tmp_path / "here", photos="memory://here")
    there = Settings(home=tmp_path / "there", photos="memory://there")
    with closing(open_store(here)) as store:
        files = photo_files(here, lab=settle_mark(store))
        photos = [photo for photo, _ in store.add_photos([new(n) for n in "abc"])]
        files.put_many({photo.key: photo.sha256.encode() for photo in photos})
        # A file that is gone, because its photo is just being deleted, is left out.
        files.delete(photos[2].key)
        packed = LabBackup(here, store, files).pack(tmp_path / "lab.zip", lambda share, stage: None)
    open_backup(packed, there)
    with closing(open_store(there)) as store:
        moved = photo_files(there, lab=settle_mark(store))
        assert sorted(moved.keys()) == sorted(photo.key for photo in photos[:2])
        assert moved.open(photos[0].key).read() == photos[0].sha256.encode()
    assert not (there.home / "photos").exists()


def test_a_lab_keeps_shows_and_deletes_its_photos_there(memory: Storage, tmp_path: Path) -> None:
    lab, parts = open_with_parts(Settings(home=tmp_path, photos="memory://box", encoder=""))
    who = Coach(id="anna", name="Anna")
    try:
        photo = lab.photos.add_drawn(who, count=1).new[0]
        lab.photos.picture(who, photo, edge=320)
        data, _ = lab.photos.picture(who, photo)
        key = parts.store.photo(photo).key
        assert memory.cat_file(f"/box/{lab.mark}/{key}") == data
        lab.warm()
        assert len(memory.find("/box")) == 2, "the photo and its thumbnail"
        lab.photos.delete(who, [photo])
        assert memory.find("/box") == []
        assert not [*tmp_path.rglob("*.jpg"), *tmp_path.rglob("*.webp")]
    finally:
        lab.close()
