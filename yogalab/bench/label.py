"""From the key to a durable label, and on to all photos ranked anew, beside a bare durable commit."""

from __future__ import annotations

import math
import sqlite3
import time
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from threadpoolctl import threadpool_limits

from yogalab.bench.crowd import OnStep, add_crowd
from yogalab.bench.timing import Spread, machine, peak_memory, spread
from yogalab.lab.grid import Order, PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.records import Coach
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts

WHO = Coach(id="bench", name="Bench")
# Labels before anything is measured, so that there is something to refresh.
WARM_UP = 60
COMPARED_WHOLE = 40
# What a label leaves behind once it is taken back may not be more.
EXACT = 1e-5
# Bare commits that a label may cost.
MOST_COMMITS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelResult:
    """Times in seconds.

    commit: one row written durably and nothing else; label: until the label is acknowledged;
    scored: until all photos are scored with it; ranked: until the next eight are asked for, all of it together.
    new_pose: from a new pose's name to all photos scored with its first label.
    undo_off: how far the farthest probability was off after a label was taken back.
    memory: the most the process held, in bytes.
    """

    photos: int
    commit: Spread
    label: Spread
    scored: Spread
    ranked: Spread
    ratio_p50: float
    ratio_p95: float
    new_pose: float
    undo_off: float
    memory: int

    @property
    def undo_exact(self) -> bool:
        """Whether undoing brought back every guess as closely as streaming promises."""
        return self.undo_off <= EXACT

    @property
    def bars(self) -> dict[str, bool]:
        """Whether each of the promises was held."""
        return {"cheap": self.ratio_p50 <= MOST_COMMITS}

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        facts = {**asdict(self), "undo_exact": self.undo_exact, "bars": self.bars}
        return {"format": 2, "bench": "label", "machine": machine(), **facts}


def run(
    settings: Settings,
    *,
    photos: int = 10_000,
    labels: int = 200,
    seed: int = 0,
    on_step: OnStep = lambda done, total: None,
) -> LabelResult:
    """Measure in a lab of its own with so many made-up photos, on the disk of the lab's home."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bench-", dir=settings.home) as scratch:
        home = Path(scratch)
        # Made-up photos have no pictures: the encoder that ships would have nothing to see.
        lab, parts = open_with_parts(
            replace(settings, home=home, database_url=None, encoder=settings.encoder or "")
        )
        try:
            add_crowd(parts, photos, seed=seed, on_step=lambda done, total: on_step(done // 2, total))
            for _ in range(WARM_UP):
                _label(lab)
            floors, times = [], []
            # On one thread, as the process that serves pages has it: see `yogalab.ui.tenancy`.
            one = threadpool_limits(limits=1, user_api="blas")
            with one, closing(_bare_database(home / "bare.db")) as bare:
                for done in range(labels):
                    # In turn, so that both meet the same disk.
                    floors.append(_commit(bare))
                    times.append(_label(lab))
                    on_step(photos // 2 + photos * (done + 1) // (2 * labels), photos)
            new_pose, undo_off = _new_pose(lab), _undo_off(lab)
        finally:
            lab.close()
    commit = spread(floors)
    label, scored, ranked = (spread(column) for column in zip(*times, strict=True))
    return LabelResult(
        photos=photos,
        commit=commit,
        label=label,
        scored=scored,
        ranked=ranked,
        ratio_p50=label.p50 / commit.p50,
        ratio_p95=label.p95 / commit.p95,
        new_pose=new_pose,
        undo_off=undo_off,
        memory=peak_memory(),
    )


def _label(lab: Lab) -> tuple[float, float, float]:
    """Label the photo asked first as the model's second guess; seconds to acknowledged, scored, ranked anew."""
    (card, *_) = lab.review.queue(WHO, 1)
    assert card.prediction is not None
    pose = card.prediction.ranked[1].pose_id
    start = time.perf_counter()
    lab.review.label(WHO, card.photo.id, pose, person=card.person, shown=card.prediction.ranked[:9])
    acknowledged = time.perf_counter() - start
    lab.answering(WHO)
    scored = time.perf_counter() - start
    lab.review.queue(WHO, 8)
    return acknowledged, scored, time.perf_counter() - start


def _new_pose(lab: Lab) -> float:
    (card, *_) = lab.review.queue(WHO, 1)
    start = time.perf_counter()
    pose = lab.poses.add(WHO, "A pose of the bench")
    lab.review.label(WHO, card.photo.id, pose.id, person=card.person)
    lab.answering(WHO)
    return time.perf_counter() - start


def _bare_database(file: Path) -> sqlite3.Connection:
    """As durable as the lab's own: a write-ahead log, synchronised at every commit."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE label (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, photo INTEGER, shown TEXT)"
    )
    return connection


def _commit(connection: sqlite3.Connection) -> float:
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO label (id, photo, shown) VALUES (?, ?, ?)", (str(uuid4()), 1, "x" * 400))
    connection.execute("COMMIT")
    return time.perf_counter() - start


def _undo_off(lab: Lab) -> float:
    """How far the farthest probability is off; infinite when the label changed nothing to begin with."""
    before = _all_answers(lab)
    _label(lab)
    changed = _off(before, _all_answers(lab)) > EXACT
    lab.review.undo(WHO)
    return _off(before, _all_answers(lab)) if changed else math.inf


def _off(before: dict[tuple[int, int], float], after: dict[tuple[int, int], float]) -> float:
    # A best guess that is another pose now was given at most as much before: it counts in full.
    return max(abs(after.get(key, 0.0) - probability) for key, probability in before.items())


def _all_answers(lab: Lab) -> dict[tuple[int, int], float]:
    """(photo, pose) -> probability: of every photo the best guess, of some all."""
    page = lab.photos.grid(WHO, PhotoFilter(order=Order.NEWEST), count=10**9)
    answers = {(tile.photo.id, tile.best.pose_id): tile.best.probability for tile in page.tiles if tile.best}
    for tile in page.tiles[:: max(len(page.tiles) // COMPARED_WHOLE, 1)]:
        prediction = lab.review.card(WHO, tile.photo.id).prediction
        if prediction is not None:
            answers |= {(tile.photo.id, one.pose_id): one.probability for one in prediction.ranked}
    return answers
