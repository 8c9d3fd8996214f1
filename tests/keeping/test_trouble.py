"""Trouble with disk and database is named, and costs nothing that was acknowledged."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.keeping.things import POSES, label, new, skeleton
from yogalab.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    NotWritable,
    OutOfMemory,
)
from yogalab.keeping import trouble
from yogalab.keeping.database import Database
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import SqlStore, open_store
from yogalab.settings import Settings
from yogalab.words import sentence


def test_a_full_disk_is_said_and_what_was_kept_is_still_there(settings: Settings) -> None:
    database = Database(settings.database)

    # SQLite's own limit: the same answer as from a full disk, at the moment of our choosing.
    with database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    event.listen(
        database._engine, "checkout", lambda raw, *_: raw.execute(f"PRAGMA max_page_count={pages + 20}")
    )

    store = SqlStore(database)
    store.put_poses(POSES)
    ((photo, _),) = store.add_photos([new("a")])
    acknowledged = 0
    with pytest.raises(DiskFull) as caught:
        for i in range(10_000):
            store.append(label(photo.id, str(i), details={"note": "x" * 200}))
            acknowledged += 1
    assert "keeping.disk_full" in str(caught.value)
    assert str(settings.home) in sentence(caught.value)
    store.close()
    with closing(open_store(settings)) as again:
        assert len(again.events()) == acknowledged > 0
        assert again.check() == []
        # With room again, work goes on.
        assert again.append(label(photo.id, "after"))[1]


def test_a_database_held_by_another_process_is_busy(settings: Settings) -> None:
    open_store(settings).close()
    store = SqlStore(Database(settings.database, busy_seconds=0.1))
    with closing(sqlite3.connect(settings.home / "lab.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            store.put_setting("encoder", "clip")
        # Reading is not held up.
        assert store.photos() == []
        other.execute("ROLLBACK")
    store.put_setting("encoder", "clip")
    store.close()


def test_a_file_that_is_no_database_is_damaged(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "lab.db").write_bytes(b"my holiday photos" * 1000)
    with pytest.raises(DatabaseDamaged) as caught:
        open_store(settings)
    assert "lab.db" in sentence(caught.value)


def test_a_torn_database_is_noticed_by_the_check(settings: Settings) -> None:
    with closing(open_store(settings)) as store:
        store.add_photos([new(i, people=(skeleton(i),)) for i in range(300)])
        store._db.settle()
    path = settings.home / "lab.db"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = os.urandom(20_000)
    path.write_bytes(data)
    with closing(SqlStore(Database(settings.database))) as store:
        assert store.check() != []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_may_not_be_written_to_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(NotWritable):
        open_store(Settings(home=tmp_path / "home"))


def test_a_server_that_does_not_answer_is_unreachable(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(DatabaseUnreachable) as caught:
        open_store(Settings(home=tmp_path, database_url=f"postgres://lab@/lab?host={tmp_path}"))
    assert "DATABASE_URL" in sentence(caught.value)


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (OSError(errno.ENOSPC, "no space"), DiskFull),
        (OSError(errno.EROFS, "read-only"), NotWritable),
        (MemoryError(), OutOfMemory),
    ],
)
def test_what_the_system_complains_of_gets_a_sentence(
    tmp_path: Path, error: Exception, known: type[Exception]
) -> None:
    with pytest.raises(known) as caught, trouble.writing_to(tmp_path / "not" / "made", step="photos"):
        raise error
    assert sentence(caught.value)


def test_photos_stop_before_the_disk_is_too_full_for_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FolderPhotoFiles(tmp_path / "photos")
    monkeypatch.setattr(trouble, "free_bytes", lambda folder: trouble.RESERVE_BYTES + 10)
    files.put("ab/small.jpg", b"x" * 10)
    with pytest.raises(DiskFull):
        files.put("ab/large.jpg", b"x" * 11)
    assert list(files.keys()) == ["ab/small.jpg"]
