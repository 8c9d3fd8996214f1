"""A lab's store with a vault behind it, and what comes back from there."""

from __future__ import annotations

import gzip
import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tests.keeping.things import POSES, Clock, canonical, label, new, skeleton, version
from yogalab.keeping.bringing_back import bring_back
from yogalab.keeping.changes import COUNTERS, kept_tables
from yogalab.keeping.folder_vault import FolderVault
from yogalab.keeping.keeper import LabKeeper
from yogalab.keeping.kept_files import KeptFiles
from yogalab.keeping.kept_rows import SqliteRows
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import SqlStore, open_store, settle_mark
from yogalab.keeping.taking_over import take_over
from yogalab.ports import Vault
from yogalab.records import BroughtBack, Coach, Consent, Photo
from yogalab.settings import Settings

Rows = Mapping[str, list[tuple[Any, ...]]]


class Kept:
    """A lab at work: what changes, changes at random. acknowledged: ids of the labels that it took."""

    def __init__(self, home: Path, vault: Vault, clock: Clock, *, seed: int = 0) -> None:
        self.home = home
        self.clock = clock
        self.random = random.Random(seed)
        self.settings = Settings(home=home)
        self.store: SqlStore = open_store(self.settings, clock=clock)
        self.files = FolderPhotoFiles(home / "photos")
        self.keeper = keeper(self.settings, self.store, self.files, vault, clock)
        self.photos: list[Photo] = list(self.store.photos())
        self.acknowledged = [event.id for event in self.store.events()]
        self.store.put_poses(POSES)

    def add(self, count: int = 3) -> None:
        offers = []
        for _ in range(count):
            photo = canonical(self.random.random())
            data = photo.source_sha256.encode() * 20
            key = _key(data)
            self.files.put(key, data)
            offers.append(new(0, people=(skeleton(1),), photo=replace(photo, sha256=Path(key).stem), key=key))
        self.photos += [photo for photo, added in self.store.add_photos(offers) if added]

    def label(self, count: int = 5) -> None:
        for _ in range(count):
            self.clock.move(1)
            event = label(self.random.choice(self.photos).id, f"e{self.random.getrandbits(64):x}")
            self.acknowledged.append(self.store.append(event)[0].id)

    def delete(self) -> Photo:
        photo = self.photos.pop(self.random.randrange(len(self.photos)))
        gone = {event.id for event in self.store.events(photo_id=photo.id)}
        self.acknowledged = [one for one in self.acknowledged if one not in gone]
        self.store.delete_photo(photo.id, who="ana")
        self.files.delete(photo.key)
        return photo

    def change(self) -> None:
        """Something, at random."""
        mine = self.random.choice(self.photos).id
        anything: list[Callable[[], object]] = [
            self.add,
            self.label,
            self.label,
            lambda: self.store.set_holdout([mine]),
            lambda: self.store.set_group([mine], 7),
            lambda: self.store.set_consents({mine: self.random.choice(list(Consent))}),
            lambda: self.store.put_landmarks(mine, "blazepose/2", [skeleton(2), skeleton(3)]),
            lambda: self.store.put_coach(Coach(id="ben", name=f"Ben {self.random.random()}")),
            lambda: self.store.put_setting("encoder", str(self.random.random())),
            lambda: self.store.add_version(**version(f"f{self.random.random()}")),
            lambda: self.store.activate(0, who="ana"),
            self.delete if len(self.photos) > 3 else self.add,
        ]
        self.random.choice(anything)()

    def rows(self) -> Rows:
        return rows_of(self.home / "lab.db")

    def wipe(self) -> None:
        """As a Space's disk after a restart."""
        self.store.close()
        for path in sorted(self.home.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def back(self, vault: Vault) -> BroughtBack | None:
        return bring_back(self.settings, vault, clock=self.clock)


def keeper(settings: Settings, store: SqlStore, files: Any, vault: Vault, clock: Clock) -> LabKeeper:
    return LabKeeper(
        SqliteRows(settings.home / "lab.db", store),
        KeptFiles(settings.home, files, store),
        vault,
        home=settings.home,
        mark=settle_mark(store),
        clock=clock,
        # Loads and copies take no time here.
        seconds=lambda: 0.0,
        take_over=partial(take_over, store, files),
    )


def _key(data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    return f"{sha256[:2]}/{sha256}.jpg"


def rows_of(database: Path) -> Rows:
    """Every row that must not be lost, table by table."""
    with closing(sqlite3.connect(database)) as connection:
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in (*kept_tables(), COUNTERS)
        }


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of all files of a folder vault, unpacked."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path.relative_to(folder).as_posix(), gzip.decompress(data) if path.suffix == ".gz" else data


@contextmanager
def kept(home: Path, vault: Vault, clock: Clock, *, seed: int = 0) -> Iterator[Kept]:
    lab = Kept(home, vault, clock, seed=seed)
    try:
        yield lab
    finally:
        lab.store.close()


def folder_vault(root: Path) -> FolderVault:
    return FolderVault(root, str(root))
