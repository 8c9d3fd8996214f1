"""kill -9 at any moment: whatever was acknowledged is there, and the database is sound.

YOGALAB_KILLS=100 asks for more rounds than the suite's twenty.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from contextlib import closing
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.keeping.things import POSES, label, new, skeleton
from yogalab.keeping.photo_files import FolderPhotoFiles
from yogalab.keeping.store import open_store
from yogalab.settings import Settings

ROUNDS = int(os.environ.get("YOGALAB_KILLS", "20"))


def work(home: Path, number: int, said: Connection) -> None:
    """Add photos and label them for ever, saying what is safe only after it is."""
    store, files = open_store(Settings(home=home)), FolderPhotoFiles(home / "photos")
    for i in count():
        offers = [new(f"{number}-{i}-{n}", people=(skeleton(n),)) for n in range(3)]
        files.put_many({offer.key: offer.key.encode() * 50 for offer in offers})
        for photo, _ in store.add_photos(offers):
            said.send_bytes(f"photo {photo.id} {photo.key}".encode())
            event, _ = store.append(label(photo.id, f"{number}-{photo.id}"))
            said.send_bytes(f"label {event.seq} {event.id}".encode())


@pytest.mark.slow
def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["yogalab.keeping.store", "alembic.command", __name__])
    rng = random.Random(5)
    home = tmp_path / "home"
    with closing(open_store(Settings(home=home))) as store:
        store.put_poses(POSES)
    photos: dict[int, str] = {}
    labels: dict[int, str] = {}
    for number in range(ROUNDS):
        hears, says = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(home, number, says))
        process.start()
        says.close()
        hears.poll(60)  # its first word: it is at work
        time.sleep(rng.uniform(0, 0.1))
        process.kill()
        process.join()
        assert process.exitcode == -9
        for kind, key, name in heard(hears):
            (photos if kind == "photo" else labels)[int(key)] = name

        with closing(open_store(Settings(home=home))) as store:
            assert store.check() == []
            assert photos.items() <= {photo.id: photo.key for photo in store.photos()}.items()
            assert labels.items() <= {event.seq or 0: event.id for event in store.events()}.items()
    assert len(labels) > ROUNDS
    files = FolderPhotoFiles(home / "photos")
    for key in files.keys():  # noqa: SIM118 - no mapping
        with files.open(key) as file:
            assert file.read() == key.encode() * 50
    assert set(photos.values()) <= set(files.keys())


def heard(said: Connection) -> list[list[str]]:
    words = []
    with closing(said):
        while True:
            try:
                words.append(said.recv_bytes().decode().split(" ", 2))
            except EOFError:
                return words
