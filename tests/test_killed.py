"""kill -9 at any moment while labels, uploads and a retraining run: nothing acknowledged is lost."""

from __future__ import annotations

import random
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.fakes import studio_lab
from tests.killed_lab import ANNA, draw_studio, work
from yogalab.lab.grid import PhotoFilter

PHOTOS = 60


@pytest.mark.slow
def test_whatever_was_acknowledged_is_there_after_being_killed(tmp_path: Path, kills: int) -> None:
    studio_file, home = tmp_path / "studio", tmp_path / "home"
    draw_studio(studio_file, PHOTOS)
    # The server has imported everything already, so that a life is spent working.
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.killed_lab"])
    rng = random.Random(7)
    labels: set[str] = set()
    photos: set[int] = set()
    versions: set[int] = set()
    for life in range(kills):
        hears, says = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(home, studio_file, life * 5 % PHOTOS, says))
        process.start()
        says.close()
        assert hears.poll(60), "the lab did not open after having been killed"
        kind, seq = hears.recv()
        assert kind == "open"
        assert seq >= len(labels), "labels that were acknowledged are gone"
        acknowledged = {"label": labels, "photo": photos, "version": versions}
        if life % 4 == 3:
            # Some lives last until a version is made, so that later ones begin with one.
            while (message := hears.recv())[0] != "version":
                acknowledged[message[0]].add(message[1])
            versions.add(message[1])
        process.join(rng.uniform(0.05, 1.2))
        process.kill()
        process.join()
        for kind, *what in _heard(hears):
            acknowledged[kind].add(what[0])
    assert labels and photos and versions
    lab, parts = studio_lab(home)
    stored = {event.id for event in parts.store.events()}
    assert labels <= stored
    assert photos <= {photo.id for photo in parts.store.photos()}
    assert parts.store.check() == []
    assert versions <= {version.number for version in parts.store.versions()}
    for version in parts.store.versions():
        parts.versions.load(version.fingerprint)
    for tile in lab.photos.grid(ANNA, PhotoFilter(), count=10_000).tiles:
        data, _ = lab.photos.picture(ANNA, tile.photo.id)
        assert data[:2] == b"\xff\xd8", "a photo's file is missing or half"
    leftovers = [path.name for path in (home / "versions").iterdir() if path.name.startswith(".writing")]
    assert leftovers == []


def _heard(pipe):  # type: ignore[no-untyped-def]
    while True:
        try:
            if not pipe.poll():
                return
            yield pipe.recv()
        except (EOFError, OSError):
            return
