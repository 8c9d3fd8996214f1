"""backup, restore and verify, as whoever looks after a lab types them."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.lab_line import run
from tests.keeping.things import label, new
from yogalab.cli.safekeeping import moment, second_place
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import open_store
from yogalab.records import BroughtBack, Last, Safekeeping
from yogalab.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A lab with one photo and two answers."""
    home = tmp_path / "home"
    # Made by a command, so that it has the poses that every lab has.
    assert run("--home", home, "poses", "list", "--json").status == 0
    one = new("a photo", key="ab/abcd.jpg")
    FolderPhotoFiles(home / "photos").put(one.key, b"jpeg")
    with closing(open_store(Settings(home=home))) as store:
        (photo, _), *_ = store.add_photos([one])
        store.append_many([label(photo.id, "one"), label(photo.id, "two")])
    return home


def test_a_lab_goes_to_its_second_place_and_comes_back(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = run("--home", home, "backup")
    assert none.status == 1 and "no second place" in none.err
    vault = tmp_path / "vault"
    monkeypatch.setenv("YOGALAB_VAULT", str(vault))
    empty = run("--home", home, "verify")
    assert empty.status == 1 and "Nothing has been kept" in empty.err
    kept = run("--home", home, "backup")
    assert (kept.status, kept.out) == (0, f"Everything is kept at {vault}, to answer number 2.\n")
    # What another command changes is kept when that command ends.
    assert run("--home", home, "--as", "ben", "label", "1", "tree").status == 0
    assert len(list((vault / "journal").rglob("*.jsonl"))) == 1

    there = run("--home", home, "restore")
    assert there.status == 1
    shutil.rmtree(home)
    back = run("--home", home, "restore")
    assert back.status == 0
    assert f"brought back from {vault}: 1 photos; the last answer it has is number 3" in back.out
    check = run("--home", home, "verify", "--json").json
    # A photo's key is what is in it; this one's is not.
    assert check["check"]["damaged"] == ["photos/ab/abcd.jpg"]
    assert (check["check"]["labels"], check["check"]["last"]["seq"]) == (3, 3)
    (vault / "photos" / "ab" / "abcd.jpg").unlink()
    missing = run("--home", home, "verify")
    assert missing.status == 1
    assert missing.err == f"Missing at {vault}: photos/ab/abcd.jpg.\n"


def test_the_doctor_says_how_far_it_is() -> None:
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    back = BroughtBack(copied_at=at, segments=2, unread=(), last=Last(seq=7, at=at), photos=3, at=at)
    never = Safekeeping(place="coach/lab", rows=True)
    well = replace(never, kept_at=at, brought_back=back)
    assert [ok for ok, _ in second_place(None)] == [True]
    assert [ok for ok, _ in second_place(never)] == [False]
    assert [ok for ok, _ in second_place(well)] == [True, True]
    assert "number 7, of " in second_place(well)[1][1]
    assert second_place(replace(well, waiting=4))[0] == (
        False,
        f"The lab is to be kept at coach/lab too, but 4 changes wait since {moment(at)}. "
        "“yogalab backup” keeps them now.",
    )
    assert "own server" in second_place(replace(well, rows=False))[0][1]


def test_a_copy_goes_anywhere_and_comes_from_there_onto_an_empty_disk(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "another disk"
    other.mkdir()
    assert run("--home", home, "backup", "--to", other).status == 0
    back = run("--home", tmp_path / "new", "restore", "--from", other, "--json").json
    assert (back["photos"], back["last"]["seq"], back["unread"]) == (1, 2, [])
    with closing(open_store(Settings(home=tmp_path / "new"))) as store:
        assert [event.id for event in store.events()] == ["one", "two"]
