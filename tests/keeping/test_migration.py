"""A lab opens whatever YogaLab wrote it before, and never half-changed."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from tests.keeping.things import MODEL, POSES, label, new, skeleton, version
from yogalab.errors import DatabaseNewer
from yogalab.keeping.database import Database
from yogalab.keeping.migration import HEAD, configuration, revision
from yogalab.keeping.store import SqlStore, open_store
from yogalab.keeping.tables import Base
from yogalab.records import Landmarks
from yogalab.settings import Settings


def keep_as_of_old(store: SqlStore, photo_id: int, person: Landmarks) -> None:
    """Keep a skeleton in the columns that revision 0001 has."""
    with store._db.write() as connection:
        connection.execute(
            text(
                "INSERT INTO landmarks (photo_id, pose_model, rank, person, numbers, aspect, found_by)"
                " VALUES (:photo_id, :model, 0, 0, :numbers, :aspect, 'first')"
            ),
            {
                "photo_id": photo_id,
                "model": MODEL,
                "numbers": person.points.tobytes() + person.world.tobytes(),
                "aspect": person.aspect,
            },
        )


def difference(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def test_the_history_makes_exactly_the_tables(store: SqlStore) -> None:
    with store._db.read() as connection:
        assert difference(connection) == []
        assert revision(connection) == HEAD


def test_the_head_is_the_newest_file(store: SqlStore) -> None:
    with store._db.read() as connection:
        assert ScriptDirectory.from_config(configuration(connection)).get_current_head() == HEAD


def test_an_older_file_with_data_is_brought_up_to_date(either: Settings) -> None:
    with closing(SqlStore(Database(either.database, revision="0001"))) as older:
        older.put_poses(POSES)
        ((photo, _),) = older.add_photos([new("a")])
        keep_as_of_old(older, photo.id, skeleton())
        event, _ = older.append(label(photo.id, "x"))
    with closing(open_store(either)) as store:
        assert store.photos() == [photo]
        assert store.events() == [event]
        (person,) = store.landmarks(MODEL)[photo.id]
        assert (person.found_by, person.trust) == ("first", 1.0)
        np.testing.assert_array_equal(person.points, skeleton().points)
        assert store.add_version(**version("aa")).number == 1
        assert store.check() == []
        with store._db.read() as connection:
            assert difference(connection) == []


def test_every_step_can_be_taken_back(either: Settings) -> None:
    database = Database(either.database)
    # SQLite changes a table by copying and dropping it.
    with database.unchecked() if database.file else database.write() as connection:
        command.downgrade(configuration(connection), "base")
        assert revision(connection) is None
        command.upgrade(configuration(connection), HEAD)
        assert difference(connection) == []
    database.close()


def test_a_lab_of_a_newer_yogalab_is_left_alone(either: Settings) -> None:
    database = Database(either.database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(DatabaseNewer) as caught:
        open_store(either)
    assert caught.value.data == {"revision": "9999"}


def test_a_home_with_odd_characters_opens(tmp_path: Path) -> None:
    with closing(open_store(Settings(home=tmp_path / "100% yoga & böses ?x=1"))) as store:
        assert store.photos() == []
    assert (tmp_path / "100% yoga & böses ?x=1" / "lab.db").exists()


def _open(settings: Settings, start: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    open_store(settings).close()


def test_processes_may_open_a_new_lab_at_the_same_moment(either: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    processes = [spawn.Process(target=_open, args=(either, start)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with closing(open_store(either)) as store:
        assert store.check() == []
