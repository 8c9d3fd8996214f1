"""A lab at work in a process of its own, to be killed: it labels, adds photos and retrains all at once.

What it says it has kept goes to a pipe, a line each, only after the lab acknowledged it.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fakes import AGREED, Studio, studio_lab
from yogalab.errors import NothingNew, TooFewLabels, TrainingBusy
from yogalab.lab.grid import PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach, Upload

ANNA = Coach(id="anna", name="Anna")
POSES = ("tree", "boat", "cobra")

Tell = Callable[..., None]


def work(home: Path, studio_file: Path, first: int, said: Connection) -> None:
    """Work until killed. first: the number from which this life's photos count."""
    studio, uploads = pickle.loads(studio_file.read_bytes())
    lab, parts = studio_lab(home, studio=studio)
    telling = threading.Lock()

    def tell(*what: object) -> None:
        with telling:
            said.send(what)

    tell("open", parts.store.pulse().seq)
    threads = [
        threading.Thread(target=job, daemon=True)
        for job in (
            lambda: _label(lab, tell),
            lambda: _add(lab, uploads[first:] + uploads[:first], tell),
            lambda: _train(lab, parts, tell),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _label(lab: Lab, tell: Tell) -> None:
    count = 0
    while True:
        for card in lab.review.queue(ANNA, 4) or [lab.review.card(ANNA, i) for i in (1, 2) if _there(lab, i)]:
            saved = lab.review.label(ANNA, card.photo.id, POSES[count % 3])
            tell("label", saved.event.id, saved.event.photo_id)
            count += 1


def _add(lab: Lab, uploads: Sequence[Upload], tell: Tell) -> None:
    for upload in uploads:
        added = lab.photos.add(ANNA, [upload], consent=AGREED)
        for photo_id in added.new:
            tell("photo", photo_id)


def _train(lab: Lab, parts: Parts, tell: Tell) -> None:
    lab.warm()
    told: set[int] = set()
    while True:
        with suppress(TooFewLabels, NothingNew, TrainingBusy):
            lab.versions.train(ANNA)
        for version in parts.store.versions():
            if version.number not in told:
                told.add(version.number)
                tell("version", version.number)
        threading.Event().wait(0.02)


def _there(lab: Lab, photo_id: int) -> bool:
    return any(tile.photo.id == photo_id for tile in lab.photos.grid(ANNA, PhotoFilter()).tiles)


def draw_studio(target: Path, count: int) -> None:
    """Draw the photos once; every life uses them."""
    studio = Studio()
    uploads = [studio.draw(POSES[i % 3], i) for i in range(count)]
    target.write_bytes(pickle.dumps((studio, uploads)))
