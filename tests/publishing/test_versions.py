"""Versions on disk: equal bits back, no half version, nothing from a stranger's file taken on trust."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from tests.heads import FACTS, random_head
from yogalab.errors import DamagedVersion, DiskFull, UnknownFormat, VersionNotFound
from yogalab.publishing import contents
from yogalab.publishing.versions import FolderVersions
from yogalab.records import Head


@pytest.fixture
def versions(tmp_path: Path) -> FolderVersions:
    return FolderVersions(tmp_path / "versions")


def assert_equal(one: Head, other: Head) -> None:
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        assert other.arrays[name].tobytes() == array.tobytes(), name
        assert (other.arrays[name].shape, other.arrays[name].dtype) == (array.shape, array.dtype), name
    fields = (
        "kind",
        "rung",
        "poses",
        "recipe",
        "encoder",
        "pose_model",
        "temperature",
        "conformal",
        "settings",
    )
    for name in (*fields, "format"):
        assert getattr(one, name) == getattr(other, name), name


def test_a_loaded_head_has_the_saved_bits(versions: FolderVersions) -> None:
    head = random_head()
    versions.save(head, fingerprint="abc123", facts=FACTS)
    assert_equal(head, versions.load("abc123"))


def test_the_same_version_is_the_same_bytes_wherever_it_is_saved(tmp_path: Path) -> None:
    one = FolderVersions(tmp_path / "a").save(random_head(), fingerprint="abc123", facts=FACTS)
    other = FolderVersions(tmp_path / "b").save(random_head(), fingerprint="abc123", facts=FACTS)
    assert {path.name for path in one.iterdir()} == set(contents.FILES)
    for path in one.iterdir():
        assert path.read_bytes() == (other / path.name).read_bytes(), path.name


def test_facts_are_kept_without_naming_who_labelled(versions: FolderVersions) -> None:
    versions.save(random_head(), fingerprint="abc123", facts={**FACTS, "created_by": "Zoë", "who": "Zoë"})
    facts = versions.facts("abc123")
    assert facts["labels"] == FACTS["labels"]
    assert "Zoë".encode() not in b"".join(path.read_bytes() for path in versions.folder("abc123").iterdir())


@pytest.mark.parametrize("name", ["missing", "", ".", "..", "../versions", ".lock", "a/b"])
def test_what_is_not_there_is_said_so(versions: FolderVersions, name: str) -> None:
    versions.save(random_head(), fingerprint="abc123", facts={})
    with pytest.raises(VersionNotFound) as caught:
        versions.load(name)
    assert caught.value.data == {"version": name}


@pytest.mark.parametrize("name", [contents.MODEL, contents.HEAD, contents.TRAINING])
@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "gone"])
def test_damage_to_any_file_is_noticed(versions: FolderVersions, name: str, damage: str) -> None:
    path = versions.save(random_head(), fingerprint="abc123", facts=FACTS) / name
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        # A digit, so that the JSON files stay JSON.
        spot = next(i for i in range(len(data)) if data[i : i + 1].isdigit())
        data[spot] ^= 1
    path.unlink()
    if damage != "gone":
        path.write_bytes({"flipped": data, "cut": data[: len(data) // 2], "empty": b""}[damage])
    with pytest.raises(DamagedVersion) as caught:
        versions.load("abc123")
    assert caught.value.data == {"version": "abc123"}


def test_a_newer_format_is_refused_by_its_number(versions: FolderVersions) -> None:
    path = versions.save(random_head(), fingerprint="abc123", facts={}) / contents.HEAD
    path.write_text(json.dumps({"format": 3, "sealed": "in a way not known here"}))
    with pytest.raises(UnknownFormat) as caught:
        versions.load("abc123")
    assert caught.value.data == {"format": 3, "known": 2}


def test_saving_again_replaces(versions: FolderVersions) -> None:
    versions.save(random_head(seed=1), fingerprint="abc123", facts={"labels": 1})
    second = random_head(seed=2)
    versions.save(second, fingerprint="abc123", facts={"labels": 2})
    assert_equal(second, versions.load("abc123"))
    assert versions.facts("abc123") == {"labels": 2}


def test_a_full_disk_leaves_what_was_there(versions: FolderVersions, monkeypatch: pytest.MonkeyPatch) -> None:
    head = random_head(seed=1)
    root = versions.save(head, fingerprint="abc123", facts={}).parent

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DiskFull) as caught:
        versions.save(random_head(seed=2), fingerprint="abc123", facts={})
    assert caught.value.data["folder"] == str(root)
    monkeypatch.undo()
    assert_equal(head, versions.load("abc123"))
    assert {path.name for path in root.iterdir()} <= {"abc123", ".lock"}


# --- adopting ------------------------------------------------------------------------------------


def test_an_adopted_version_is_the_published_one(versions: FolderVersions, tmp_path: Path) -> None:
    head = random_head()
    source = FolderVersions(tmp_path / "elsewhere").save(head, fingerprint="abc123", facts=FACTS)
    links = tmp_path / "snapshot"
    links.mkdir()
    for path in source.iterdir():
        (links / path.name).symlink_to(path)
    assert versions.adopt(links) == "abc123"
    assert_equal(head, versions.load("abc123"))
    assert not any(path.is_symlink() for path in versions.folder("abc123").iterdir())


def test_a_claimed_fingerprint_replaces_nothing(versions: FolderVersions, tmp_path: Path) -> None:
    mine, other = random_head(), random_head(seed=1)
    versions.save(mine, fingerprint="abc123", facts=FACTS)
    source = FolderVersions(tmp_path / "elsewhere").save(other, fingerprint="abc123", facts={})
    assert versions.adopt(source) == "abc123"
    assert_equal(mine, versions.load("abc123"))
    (versions.folder("abc123") / contents.MODEL).unlink()
    versions.adopt(source)
    assert_equal(other, versions.load("abc123"))


def test_a_damaged_version_is_not_adopted(versions: FolderVersions, tmp_path: Path) -> None:
    source = FolderVersions(tmp_path / "elsewhere").save(random_head(), fingerprint="abc123", facts={})
    (source / contents.MODEL).write_bytes(b"not tensors")
    with pytest.raises(DamagedVersion):
        versions.adopt(source)
    with pytest.raises(VersionNotFound):
        versions.load("abc123")


def test_a_folder_without_a_version_is_said_so(versions: FolderVersions, tmp_path: Path) -> None:
    with pytest.raises(VersionNotFound):
        versions.adopt(tmp_path)


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "..", ".hidden", "a/b", "", 7])
def test_a_stranger_cannot_choose_where_a_version_goes(
    versions: FolderVersions, tmp_path: Path, name: object
) -> None:
    source = FolderVersions(tmp_path / "elsewhere").save(random_head(), fingerprint="abc123", facts={})
    described = json.loads((source / contents.HEAD).read_text())
    described["fingerprint"] = name
    described["sha256"] = contents._seal(described)
    (source / contents.HEAD).write_text(json.dumps(described))
    before = sorted(path for path in tmp_path.rglob("*") if "versions" not in path.parts)
    with pytest.raises(DamagedVersion):
        versions.adopt(source)
    assert sorted(path for path in tmp_path.rglob("*") if "versions" not in path.parts) == before


@pytest.mark.parametrize(
    "change", [{"poses": [1, 2]}, {"settings": None}, {"temperature": "hot"}, {"files": []}]
)
def test_a_sealed_but_senseless_head_is_damaged(versions: FolderVersions, change: dict[str, object]) -> None:
    path = versions.save(random_head(), fingerprint="abc123", facts={}) / contents.HEAD
    described = {**json.loads(path.read_text()), **change}
    described["sha256"] = contents._seal(described)
    path.write_text(json.dumps(described))
    with pytest.raises(DamagedVersion):
        versions.load("abc123")


# --- interruptions -------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from zipfile import ZipFile
from tests.heads import random_head
from yogalab.publishing.versions import FolderVersions
versions = FolderVersions(Path(sys.argv[1]))
print("ready", flush=True)
for round in range(10_000):
    versions.save(random_head(seed=round % 3), fingerprint="abc123", facts={"round": round})
    print(round, flush=True)
"""


@pytest.mark.slow
def test_a_writer_killed_anywhere_leaves_a_whole_version(tmp_path: Path) -> None:
    root = tmp_path / "versions"
    rng = np.random.default_rng(7)
    for _ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(root)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert writer.stdout is not None
        for _ in range(2 + int(rng.integers(0, 4))):
            last = writer.stdout.readline()
        for _ in range(int(rng.integers(0, 200_000))):
            pass  # somewhere within a write
        writer.kill()
        rest = writer.stdout.read().split()
        acknowledged = int(rest[-1] if rest else last)
        versions = FolderVersions(root)
        versions.sweep()
        versions.load("abc123")
        kept = versions.facts("abc123")["round"]
        assert isinstance(kept, int)
        assert kept >= acknowledged
        assert {path.name for path in root.iterdir()} == {"abc123", ".lock"}


def test_a_kill_between_the_two_renames_loses_nothing(versions: FolderVersions) -> None:
    head = random_head()
    path = versions.save(head, fingerprint="abc123", facts={})
    path.rename(path.parent / ".replaced-abc123")
    versions.sweep()
    assert_equal(head, versions.load("abc123"))


def test_a_sweep_spares_a_write_in_another_process(tmp_path: Path) -> None:
    writing = FolderVersions(tmp_path)
    with writing._folders.aside() as aside:
        (aside / "half").write_text("written")
        sweep = "import sys; from pathlib import Path; from yogalab.publishing.versions import FolderVersions; "
        sweep += "FolderVersions(Path(sys.argv[1])).sweep()"
        subprocess.run([sys.executable, "-c", sweep, str(tmp_path)], check=True)
        assert (aside / "half").exists()
    assert not aside.exists()


# --- taking away ---------------------------------------------------------------------------------


def test_a_zip_holds_the_whole_version(versions: FolderVersions, tmp_path: Path) -> None:
    head = random_head()
    versions.save(head, fingerprint="abc123", facts=FACTS)
    target = versions.archive("abc123", tmp_path / "version.zip")
    with ZipFile(target) as archive:
        archive.extractall(tmp_path / "unzipped")
    assert_equal(head, contents.read(tmp_path / "unzipped"))
    assert versions.archive("abc123", tmp_path / "again.zip").read_bytes() == target.read_bytes()


def test_a_damaged_version_is_not_given_away(versions: FolderVersions, tmp_path: Path) -> None:
    (versions.save(random_head(), fingerprint="abc123", facts={}) / contents.MODEL).write_bytes(b"?")
    with pytest.raises(DamagedVersion):
        versions.archive("abc123", tmp_path / "version.zip")
    assert not list(tmp_path.glob("version*.zip*"))
