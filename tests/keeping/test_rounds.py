"""When a lab is kept, what is told of it, and what a lab on a database server keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.keeping.things import Clock, label, new
from tests.keeping.vaults import Kept, everything_in, folder_vault, kept
from yogalab.errors import HubBusy, VaultSilent, YogaLabError
from yogalab.keeping.folder_vault import FolderVault
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.rounds import Rounds
from yogalab.keeping.safekeeping import bring_back_first, keeper_of
from yogalab.keeping.store import open_store
from yogalab.settings import Settings

SOON = 10.0


class Moody(FolderVault):
    """A vault that is away whenever `trouble` is set. tried: how often something was to be put there."""

    trouble: YogaLabError | None = None
    tried = 0

    def change(self, puts: Mapping[str, bytes | Path], drops: Collection[str], *, why: str) -> None:
        self.tried += 1
        if self.trouble is not None:
            raise self.trouble
        super().change(puts, drops, why=why)


def until(true: Callable[[], object]) -> None:
    pause = threading.Event()
    for _ in range(int(SOON / 0.02)):
        if true():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come about")


@pytest.fixture
def vault(tmp_path: Path) -> Moody:
    return Moody(tmp_path / "vault", "the other disk")


def rounds(lab: Kept, vault: Moody, *, pace: float, again: float = 0.01) -> Rounds:
    return Rounds(lab.keeper, vault, home=lab.home, pace_seconds=pace, again_after=[again])


def test_a_vault_that_is_away_is_told_and_gets_everything_when_it_is_back(
    tmp_path: Path, clock: Clock, vault: Moody
) -> None:
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        working = rounds(lab, vault, pace=0.01)
        vault.trouble = VaultSilent(place=vault.place)
        working.start()
        until(lambda: working.state().trouble)
        state = working.state()
        assert (state.trouble, state.trouble_data) == ("vault.silent", {"place": "the other disk"})
        assert state.behind and state.kept_at is None
        # Labels go on meanwhile.
        lab.label()
        vault.trouble = None
        until(lambda: not working.state().behind and working.state().kept_at)
        assert working.state().trouble is None
        assert working.state().last.seq == 5
        working.stop()


def test_whoever_is_about_to_go_is_kept_at_once_and_at_the_end(
    tmp_path: Path, clock: Clock, vault: Moody
) -> None:
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        working = rounds(lab, vault, pace=3600)
        working.start()
        until(lambda: working.state().kept_at and not working.state().behind)
        lab.label()
        working.hurry()
        until(lambda: not working.state().waiting)
        lab.label()
        working.stop()
        assert working.state().waiting == 0
        before = vault.tried
        # A command that changes nothing asks nobody.
        rounds(lab, vault, pace=3600).stop()
        assert vault.tried == before


def test_a_hub_that_wants_to_be_left_alone_is(tmp_path: Path, clock: Clock, vault: Moody) -> None:
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        vault.trouble = HubBusy(repo="coach/lab", seconds=3600)
        working = rounds(lab, vault, pace=0.01)
        working.start()
        until(lambda: working.state().trouble == "hub.busy")
        threading.Event().wait(0.2)
        assert vault.tried == 1
        # The end comes all the same, and is worth a try.
        working.stop()
        assert vault.tried == 2


def test_on_a_database_server_photos_are_kept_and_rows_are_the_servers(
    tmp_path: Path, clock: Clock, server: str, request: pytest.FixtureRequest
) -> None:
    vault = folder_vault(tmp_path / "vault")
    settings = Settings(home=tmp_path / "home", database_url=server)
    bring_back_first(settings, vault, patient=False, told=lambda error: None)
    store = open_store(settings, clock=clock)
    request.addfinalizer(store.close)
    here = FolderPhotoFiles(settings.home / "photos")
    working, _ = keeper_of(settings, store, here, vault, clock=clock)
    one = new("kept on a server")
    one = replace(one, key=f"ab/{one.photo.sha256}.jpg")
    here.put(one.key, b"jpeg")
    (photo, _), *_ = store.add_photos([one])
    store.append(label(photo.id, "kept-on-a-server", pose_id=None))
    (settings.home / "versions" / "abc").mkdir(parents=True)
    (settings.home / "versions" / "abc" / "head.json").write_text("{}")
    working.keep_now()
    assert not working.state().rows
    kept_there = {name for name, _ in everything_in(tmp_path / "vault")}
    assert kept_there == {"lab.json", "files.json", f"photos/{one.key}", "versions/abc/head.json"}
    # Another machine of the same lab gets the version, and each photo when it is looked at.
    other = Settings(home=tmp_path / "other", database_url=server)
    bring_back_first(other, vault, patient=False, told=lambda error: None)
    assert (other.home / "versions" / "abc" / "head.json").read_text() == "{}"
    store.delete_photo(photo.id, who="ana")
    working.keep_now()
    assert f"photos/{one.key}" not in {name for name, _ in everything_in(tmp_path / "vault")}
