"""A lab travels as one file: whole, checked, and never over another lab."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.keeping.things import MODEL, POSES, label, new, skeleton, version
from yogalab.errors import (
    BadBackup,
    Cancelled,
    DatabaseNewer,
    DiskFull,
    FileMissing,
    LabNotEmpty,
    UnknownFormat,
)
from yogalab.keeping import trouble
from yogalab.keeping.backup import LabBackup
from yogalab.keeping.lab_file import MANIFEST
from yogalab.keeping.opening import open_backup
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import SqlStore, open_store
from yogalab.records import JobState
from yogalab.settings import Settings


def quiet(share: float, stage: str) -> None:
    """Nobody looks on."""


def fill(store: SqlStore, home: Path) -> None:
    """Everything a lab can hold, deletions and a merged pose included."""
    store.put_poses([POSES[0], POSES[1]])
    store.put_pose(type(POSES[0])(id=1, slug="tree", name="Tree", merged_into=2))
    photos = [photo for photo, _ in store.add_photos([new(i, people=(skeleton(i),)) for i in range(5)])]
    files = FolderPhotoFiles(home / "photos")
    files.put_many({photo.key: photo.sha256.encode() for photo in photos})
    store.put_embeddings("clip", "full", {photos[0].id: skeleton().points[0]})
    store.append_many([label(photo.id, f"event-{photo.id}") for photo in photos])
    store.activate(store.add_version(**version("f00d")).number, who="ana")
    FolderPhotoFiles(home / "versions").put_many(
        {"f00d/head.json": b"{}", "f00d/model.safetensors": b"weights"}
    )
    store.add_job("train", {"n": 1}, who="ana")
    store.delete_photo(photos[-1].id, who="ana")
    files.delete(photos[-1].key)


def contents(store: SqlStore) -> list[object]:
    landmarks = {i: [one.points.tobytes() for one in people] for i, people in store.landmarks(MODEL).items()}
    return [
        store.photos(),
        landmarks,
        {i: vector.tobytes() for i, vector in store.embeddings("clip", "full").items()},
        store.events(),
        store.poses(),
        store.versions(),
        store.active(),
        store.jobs(),
        store.pulse(),
        store.known_sources([new(4).photo.source_sha256]),
    ]


@pytest.fixture
def packed(store: SqlStore, settings: Settings, tmp_path: Path) -> Path:
    fill(store, settings.home)
    return LabBackup(settings, store).pack(tmp_path / "out" / "my lab.zip", quiet)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "elsewhere")


def test_a_lab_opens_elsewhere_as_it_was(
    packed: Path, store: SqlStore, settings: Settings, elsewhere: Settings
) -> None:
    open_backup(packed, elsewhere)
    with closing(open_store(elsewhere)) as opened:
        assert contents(opened) == contents(store)
        assert opened.check() == []
        # Numbers go on where they were: none is used twice.
        photo = opened.photos()[0]
        assert opened.append(label(photo.id, "next"))[0].seq == store.append(label(photo.id, "next"))[0].seq
        assert opened.add_photos([new("z")])[0][0].id == store.add_photos([new("z")])[0][0].id
    for folder in ("photos", "versions"):
        there, here = FolderPhotoFiles(elsewhere.home / folder), FolderPhotoFiles(settings.home / folder)
        assert list(there.keys()) == list(here.keys()) != []
        for key in there.keys():  # noqa: SIM118 - no mapping
            assert there.open(key).read() == here.open(key).read()


def test_nothing_is_left_beside_the_file(packed: Path, elsewhere: Settings) -> None:
    open_backup(packed, elsewhere)
    assert [path.name for path in packed.parent.iterdir()] == ["my lab.zip"]
    assert not [path for path in elsewhere.home.iterdir() if path.name.startswith(".opening")]


def test_a_lab_that_is_open_but_empty_takes_it_in(packed: Path, elsewhere: Settings) -> None:
    with closing(open_store(elsewhere)) as running:
        running.put_poses(POSES)
        open_backup(packed, elsewhere)
        assert len(running.photos()) == 4
        assert running.check() == []


def test_a_lab_with_photos_is_never_overwritten(packed: Path, elsewhere: Settings) -> None:
    with closing(open_store(elsewhere)) as there:
        there.add_photos([new("mine")])
        before = contents(there)
        with pytest.raises(LabNotEmpty):
            open_backup(packed, elsewhere)
        assert contents(there) == before
    assert not (elsewhere.home / "photos").exists()


def rewrite(source: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Unzip, let `change` at it, and zip again."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def edit_manifest(change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, bytes]], None]:
    def edit(files: dict[str, bytes]) -> None:
        manifest = json.loads(files[MANIFEST])
        change(manifest)
        files[MANIFEST] = json.dumps(manifest).encode()

    return edit


def smuggle(name: str) -> Callable[[dict[str, bytes]], None]:
    """Put in a file that would land outside, and list it properly."""

    def edit(files: dict[str, bytes]) -> None:
        files[name] = b""
        empty = {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "size": 0}
        edit_manifest(lambda manifest: manifest["files"].update({name: empty}))(files)  # type: ignore[attr-defined]

    return edit


def first_photo(files: dict[str, bytes]) -> str:
    return next(name for name in files if name.startswith("photos/"))


DAMAGE: dict[str, Callable[[dict[str, bytes]], None]] = {
    "no manifest": lambda files: files.pop(MANIFEST) and None,
    "a manifest that is no JSON": lambda files: files.update({MANIFEST: b"{"}),
    "a manifest that is a list": lambda files: files.update({MANIFEST: b"[]"}),
    "a manifest without files": edit_manifest(lambda manifest: manifest.pop("files") and None),
    "no database": lambda files: files.pop("lab.db") and None,
    "another database": lambda files: files.update({"lab.db": b"x" * len(files["lab.db"])}),
    "a photo missing": lambda files: files.pop(first_photo(files)) and None,
    "a photo changed": lambda files: files.update({first_photo(files): b"?" * 64}),
    "a file too many": lambda files: files.update({"photos/zz/stranger.jpg": b"x"}),
    "a name that climbs out": smuggle("photos/../../evil.txt"),
    "a name from the root": smuggle("/tmp/evil.txt"),
    "a name of another system": smuggle("photos\\..\\evil.txt"),
    "a name of none of ours": smuggle("settings/evil.txt"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_not_whole_changes_nothing(packed: Path, elsewhere: Settings, damage: str) -> None:
    rewrite(packed, DAMAGE[damage])
    with pytest.raises(BadBackup) as caught:
        open_backup(packed, elsewhere)
    assert caught.value.data["name"] == "my lab.zip"
    assert not (elsewhere.home / "photos").exists()
    assert not list(elsewhere.home.parent.rglob("evil*"))
    with closing(open_store(elsewhere)) as empty:
        assert empty.photos() == []


def test_a_file_cut_short_or_torn_anywhere_is_refused(packed: Path, tmp_path: Path) -> None:
    data, rng = packed.read_bytes(), random.Random(0)
    for number in range(40):
        torn = bytearray(data)
        where = rng.randrange(len(data))
        if number % 2:
            del torn[where:]
        else:
            torn[where] ^= 0xFF
        packed.write_bytes(torn)
        lab = Settings(home=tmp_path / str(number))
        try:
            open_backup(packed, lab)
        except (BadBackup, UnknownFormat):
            continue
        # A byte that nobody reads was hit: then the lab is whole.
        with closing(open_store(lab)) as opened:
            assert len(opened.photos()) == 4


def test_a_file_that_is_no_lab_is_refused(tmp_path: Path, elsewhere: Settings) -> None:
    for data in (b"", b"PK", b"<html>", b"\x89PNG"):
        (tmp_path / "x").write_bytes(data)
        with pytest.raises(BadBackup):
            open_backup(tmp_path / "x", elsewhere)
    with pytest.raises(FileMissing):
        open_backup(tmp_path / "y", elsewhere)


def test_a_file_of_a_newer_yogalab_is_named_so(packed: Path, elsewhere: Settings) -> None:
    rewrite(packed, edit_manifest(lambda manifest: manifest.update({"format": 99})))
    with pytest.raises(UnknownFormat) as caught:
        open_backup(packed, elsewhere)
    assert caught.value.data == {"format": 99, "known": 1}


def test_a_full_disk_is_said_before_anything_is_written(
    packed: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trouble, "free_bytes", lambda folder: trouble.RESERVE_BYTES)
    with pytest.raises(DiskFull):
        open_backup(packed, elsewhere)
    assert not (elsewhere.home / "photos").exists()


def test_a_packing_that_is_stopped_leaves_nothing(store: SqlStore, settings: Settings, tmp_path: Path) -> None:
    fill(store, settings.home)

    def stop(share: float, stage: str) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        LabBackup(settings, store).pack(tmp_path / "out" / "lab.zip", stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_photo_deleted_while_packing_is_not_in_the_file(
    store: SqlStore, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    fill(store, settings.home)
    unwanted = store.photos()[0]

    def delete_meanwhile(share: float, stage: str) -> None:
        if any(photo.id == unwanted.id for photo in store.photos()):
            store.delete_photo(unwanted.id, who="ana")

    packed = LabBackup(settings, store).pack(tmp_path / "lab.zip", delete_meanwhile)
    with zipfile.ZipFile(packed) as archive:
        assert f"photos/{unwanted.key}" not in archive.namelist()
    open_backup(packed, elsewhere)
    with closing(open_store(elsewhere)) as opened:
        assert unwanted.id not in [photo.id for photo in opened.photos()]


def test_a_snapshot_is_a_lab_of_its_own(store: SqlStore, settings: Settings, tmp_path: Path) -> None:
    fill(store, settings.home)
    job = store.jobs()[0]
    store.snapshot(tmp_path / "copy" / "lab.db")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["lab.db"]
    with closing(open_store(Settings(home=tmp_path / "copy"))) as copy:
        assert contents(copy) == contents(store)
        copy.end_job(job.id, state=JobState.DONE)
    assert store.job(job.id).state is JobState.WAITING


def test_a_lab_file_from_a_newer_database_is_named_so(
    packed: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    newer = tmp_path / "newer" / "lab.db"
    newer.parent.mkdir()
    with zipfile.ZipFile(packed) as archive:
        newer.write_bytes(archive.read("lab.db"))
    with closing(sqlite3.connect(newer)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    data = newer.read_bytes()
    entry = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    def put(files: dict[str, bytes]) -> None:
        files["lab.db"] = data
        edit_manifest(lambda manifest: manifest["files"].update({"lab.db": entry}))(files)  # type: ignore[attr-defined]

    rewrite(packed, put)
    with pytest.raises(DatabaseNewer):
        open_backup(packed, elsewhere)
