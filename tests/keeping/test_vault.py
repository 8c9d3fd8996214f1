"""What is kept at a second place comes back from there: whole, as it was, and without what was deleted."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.keeping.things import Clock
from tests.keeping.vaults import Kept, everything_in, folder_vault, kept, rows_of
from yogalab.errors import LabNotEmpty, VaultDamaged, VaultOther, VaultSilent
from yogalab.keeping.bringing_back import bring_back
from yogalab.keeping.copies import Manifest, to_keep
from yogalab.keeping.folder_vault import folder_of
from yogalab.keeping.line import Line, Point
from yogalab.keeping.rounds import PACE_SECONDS
from yogalab.keeping.safekeeping import bring_back_first
from yogalab.keeping.verifying import check_vault
from yogalab.records import Consent, Last
from yogalab.settings import Settings

MINUTE = 60


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_empty_disk_gets_back_every_row_as_it_was_when_it_was_last_kept(
    tmp_path: Path, clock: Clock, seed: int
) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock, seed=seed) as lab:
        lab.add(6)
        rows = lab.rows()
        for step in range(40):
            lab.change()
            clock.move(7)
            if step % 5 == seed:
                lab.keeper.keep(whole=step % 15 == seed)
                rows, last = lab.rows(), lab.keeper.state().last
        lab.wipe()
        back = lab.back(vault)
    assert rows_of(tmp_path / "home" / "lab.db") == rows
    assert back is not None
    assert (back.last, back.unread) == (last, ())
    # The next life goes on, and what it keeps can be brought back as well.
    with kept(tmp_path / "home", vault, clock, seed=seed + 10) as lab:
        lab.add()
        lab.label(3)
        lab.keeper.keep()
        rows = lab.rows()
        state = lab.keeper.state()
        assert state.brought_back == back
        assert (state.waiting, state.photos, state.kept_at) == (0, 0, clock())
        lab.wipe()
        lab.back(vault)
        assert rows_of(tmp_path / "home" / "lab.db") == rows


@pytest.mark.parametrize("seed", range(4))
def test_of_a_disk_lost_at_any_moment_at_most_the_last_minute_is_missing(
    tmp_path: Path, clock: Clock, seed: int
) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock, seed=seed) as lab:
        lab.add(8)
        lab.keeper.keep()
        end = clock() + timedelta(seconds=lab.random.uniform(60, 400))
        due = clock() + timedelta(seconds=PACE_SECONDS)
        while clock() < end:
            lab.label(1)
            clock.move(lab.random.uniform(0, 4))
            if clock() >= due:
                lab.keeper.keep()
                due = clock() + timedelta(seconds=PACE_SECONDS)
        given = {event.id: event.at for event in lab.store.events()}
        lab.wipe()
        back = lab.back(vault)
    with kept(tmp_path / "home", vault, clock) as lab:
        missing = set(given) - set(lab.acknowledged)
        assert all(at is not None and end - at < timedelta(seconds=MINUTE) for at in map(given.get, missing))
        assert back is not None
        assert back.last.at == max(at for one, at in given.items() if one not in missing and at)


@pytest.mark.parametrize("how", ["cut", "flipped", "no manifest", "no database"])
def test_where_the_newest_copy_is_damaged_the_one_before_and_the_journal_do(
    tmp_path: Path, clock: Clock, how: str
) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        for whole in (True, False, False, True, False):
            lab.label()
            lab.keeper.keep(whole=whole)
        rows = lab.rows()
        lab.wipe()
        damage(tmp_path / "vault", how)
        back = lab.back(vault)
    assert rows_of(tmp_path / "home" / "lab.db") == rows
    assert back is not None and len(back.unread) == (how != "no manifest")
    # What was damaged is replaced at once.
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.keeper.keep()
    assert check_vault(vault, tmp_path).sound


def damage(vault: Path, how: str) -> None:
    newest = Line({path.relative_to(vault).as_posix() for path in vault.rglob("*")}).copies[0]
    file = vault / newest.database
    data = file.read_bytes()
    if how == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif how == "flipped":
        file.write_bytes(data[:300] + bytes([data[300] ^ 1]) + data[301:])
    elif how == "no manifest":
        (vault / newest.manifest).unlink()
    else:
        file.unlink()


def test_a_damaged_part_of_the_journal_costs_only_what_is_in_it(tmp_path: Path, clock: Clock) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add()
        lab.keeper.keep()
        groups = []
        for _ in range(3):
            before = len(lab.acknowledged)
            lab.label()
            groups.append(lab.acknowledged[before:])
            lab.keeper.keep()
        # A photo of its own part of the journal, and a label of it in a later one.
        segment = sorted((tmp_path / "vault" / "journal").rglob("*.jsonl"))[-2]
        segment.write_bytes(segment.read_bytes()[:-30])
        lab.wipe()
        back = lab.back(vault)
        assert back is not None and [Path(name).name for name in back.unread] == [segment.name]
    with kept(tmp_path / "home", vault, clock) as lab:
        assert lab.acknowledged == [*groups[0], *groups[2]]
        assert lab.store.check() == []


def test_a_deleted_photo_is_nowhere_in_the_vault_and_does_not_come_back(tmp_path: Path, clock: Clock) -> None:
    root = tmp_path / "vault"
    vault = folder_vault(root)
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add(4)
        for whole in (True, False, True, False):
            lab.label(8)
            lab.keeper.keep(whole=whole)
        shutil.copytree(root, tmp_path / "old")
        gone = lab.delete()
        # Another life of the photo's file: it was on its way when the photo was deleted.
        lab.keeper.keep()
        clock.move(2 * MINUTE)
        lab.keeper.keep()
        rows = lab.rows()
        traces = [gone.sha256, gone.source_sha256, gone.key]
        found = [
            name
            for name, data in everything_in(root)
            if any(trace.encode() in data for trace in traces) or gone.sha256 in name
        ]
        assert found == []
        lab.wipe()
        lab.back(vault)
        assert rows_of(tmp_path / "home" / "lab.db") == rows
        # Whoever puts an older copy there again brings no photo back with it.
        shutil.rmtree(root / "copies")
        shutil.copytree(tmp_path / "old" / "copies", root / "copies")
        shutil.rmtree(root / "journal")
        shutil.rmtree(tmp_path / "home")
        lab.back(vault)
        with kept(tmp_path / "home", vault, clock) as older:
            assert gone.sha256 not in {photo.sha256 for photo in older.photos}
            assert older.store.known_sources([gone.sha256]) == {gone.sha256: -1}


@pytest.mark.parametrize("whole", [False, True])
def test_consent_that_was_taken_back_is_still_taken_back_on_a_new_disk(
    tmp_path: Path, clock: Clock, whole: bool
) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock) as lab:
        lab.add(3)
        one, other, _ = lab.photos
        lab.keeper.keep(whole=True)
        lab.store.set_consents({one.id: Consent.WITHDRAWN, other.id: Consent.PUBLIC})
        assert lab.keeper.state().waiting
        lab.keeper.keep(whole=whole)
        lab.wipe()
        lab.back(vault)
    with kept(tmp_path / "home", vault, clock) as lab:
        told = [photo.consent for photo in lab.store.photos()]
        assert told == [Consent.WITHDRAWN, Consent.PUBLIC, Consent.AGREED]


def test_a_lab_that_is_there_is_never_overwritten_and_another_lab_never_kept_over_it(
    tmp_path: Path, clock: Clock
) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock) as lab, kept(tmp_path / "other", vault, clock, seed=1) as other:
        for one in (lab, other):
            one.add()
            one.label()
        lab.keeper.keep()
        before = dict(everything_in(tmp_path / "vault"))
        with pytest.raises(VaultOther):
            other.keeper.keep()
        with pytest.raises(LabNotEmpty):
            other.back(vault)
        bring_back_first(other.settings, vault, patient=False, told=lambda error: None)
        assert len(other.store.events()) == 5
        assert dict(everything_in(tmp_path / "vault")) == before


def test_an_empty_disk_waits_for_its_vault_rather_than_beginning_a_new_lab(
    tmp_path: Path, clock: Clock
) -> None:
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(VaultSilent):
        bring_back_first(
            settings, folder_vault(tmp_path / "gone" / "v"), patient=False, told=lambda error: None
        )
    assert not settings.home.exists()
    # A disk that was never used for it is a new beginning, and one whose copies are all damaged is not.
    assert bring_back(settings, folder_vault(tmp_path / "vault"), clock=clock) is None
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "first", vault, clock) as lab:
        lab.add()
        lab.keeper.keep()
    damage(tmp_path / "vault", "cut")
    with pytest.raises(VaultDamaged):
        bring_back(settings, vault, clock=clock)
    assert not (settings.home / "lab.db").exists()


def test_two_processes_of_one_lab_keep_one_line(tmp_path: Path, clock: Clock) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock) as lab, kept(tmp_path / "home", vault, clock, seed=1) as command:
        lab.add()
        for one in (lab, command, lab, command, lab):
            one.photos = lab.photos
            one.label()
            one.keeper.keep()
        rows = lab.rows()
        command.store.close()
        lab.wipe()
        lab.back(vault)
    assert rows_of(tmp_path / "home" / "lab.db") == rows


def test_what_the_old_machine_is_told_until_the_new_one_is_up_comes_along(tmp_path: Path, clock: Clock) -> None:
    root = tmp_path / "vault"
    with kept(tmp_path / "old", folder_vault(root), clock) as old:
        old.add(4)
        old.label()
        old.keeper.keep()
        bring_back(Settings(home=tmp_path / "new"), folder_vault(root), clock=clock)
        with kept(tmp_path / "new", folder_vault(root), clock, seed=1) as new:
            new.keeper.keep()
            # Both are at work now, with numbers of their own for the same next photo.
            for lab in (old, new):
                lab.add(1)
                lab.photos = lab.photos[-1:]
                lab.label(3)
            again, no, yes, _ = old.store.photos()[:4]
            # Of two answers the stricter stays, wherever it was given.
            old.store.set_consents({no.id: Consent.WITHDRAWN, yes.id: Consent.PUBLIC})
            new.store.set_consents({no.id: Consent.PUBLIC})
            clock.move(1)
            old.photos = [again]
            old.delete()
            clock.move(1)
            old.keeper.keep()
            new.label(2)
            new.keeper.keep()
            events = {event.id: event for event in new.store.events()}
            assert set(old.acknowledged) | set(new.acknowledged) - gone_with(new, again.id) == set(events)
            photos = {photo.id: photo.sha256 for photo in new.store.photos()}
            consents = {photo.sha256: photo.consent for photo in new.store.photos()}
            assert (consents[no.sha256], consents[yes.sha256]) == (Consent.WITHDRAWN, Consent.AGREED)
            assert again.sha256 not in photos.values()
            theirs = {photo.id: photo.sha256 for photo in old.store.photos()}
            for event in old.store.events():
                assert photos[events[event.id].photo_id] == theirs[event.photo_id]
            rows = new.rows()
            new.wipe()
            new.back(folder_vault(root))
        assert rows_of(tmp_path / "new" / "lab.db") == rows


def gone_with(lab: Kept, photo_id: int) -> set[str]:
    """Answers that went with a photo."""
    return set(lab.acknowledged) - {event.id for event in lab.store.events()}


def test_reading_back_names_what_is_damaged_and_what_is_missing(tmp_path: Path, clock: Clock) -> None:
    vault = folder_vault(tmp_path / "vault")
    with kept(tmp_path / "home", vault, clock) as lab:
        (lab.home / "versions" / "abc").mkdir(parents=True)
        (lab.home / "versions" / "abc" / "head.json").write_text("{}")
        lab.add(3)
        lab.label()
        lab.keeper.keep()
        sound = check_vault(vault, tmp_path)
        assert sound.sound
        assert (sound.photos, sound.labels, sound.files, sound.copies) == (3, 5, 1, 1)
        one, other, _ = sorted((tmp_path / "vault" / "photos").rglob("*.jpg"))
        one.write_bytes(b"something else")
        other.unlink()
        (tmp_path / "vault" / "versions" / "abc" / "head.json").write_text("{ }")
        check = check_vault(vault, tmp_path)
    assert [Path(name).name for name in check.damaged] == ["head.json", one.name]
    assert [Path(name).name for name in check.missing] == [other.name]


def test_copies_stay_by_count_and_by_day_and_none_from_before_a_deletion(clock: Clock) -> None:
    def copy(number: int, *, days_ago: int, purges: int = 0) -> tuple[Point, Manifest]:
        at = clock() - timedelta(days=days_ago)
        manifest = Manifest(lab="x", at=at, revision="1", purges=purges, last=Last(), sha256="", size=0)
        return Point(number, "b"), manifest

    days = [20, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 0]
    copies = dict(copy(number, days_ago=days) for number, days in enumerate(days))
    assert sorted(point.number for point in to_keep(copies)) == [4, 5, 6, 7, 8, 10, 12, 13, 14]
    deleted = dict([*copies.items(), copy(99, days_ago=0, purges=1)])
    assert [point.number for point in to_keep(deleted)] == [99]


def test_a_setting_names_a_folder_or_a_repository() -> None:
    assert folder_of("/mnt/disk/lab") == Path("/mnt/disk/lab")
    assert folder_of("file:///mnt/my%20disk") == Path("/mnt/my disk")
    assert folder_of("coach/lab") is None


def test_the_mark_of_the_lab_is_in_the_vault(tmp_path: Path, clock: Clock) -> None:
    with kept(tmp_path / "home", folder_vault(tmp_path / "vault"), clock) as lab:
        lab.add()
        lab.keeper.keep()
        told = json.loads((tmp_path / "vault" / "lab.json").read_text())
        assert told["lab"] == lab.store.setting("mark")
