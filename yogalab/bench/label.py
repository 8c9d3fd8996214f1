"""From the key to a durable label, and on to all photos ranked anew, beside a bare durable commit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from yogalab.bench.crowd import add_crowd
from yogalab.bench.timing import Spread, machine, spread
from yogalab.lab.grid import Order, PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.records import Coach
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts

WHO = Coach(id="bench", name="Bench")
OnStep = Callable[[int, int], None]
# Labels before anything is measured, so that there is something to refresh.
WARM_UP = 60
COMPARED_WHOLE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelResult:
    """Times in seconds.

    commit: one row written durably and nothing else; label: until the label is acknowledged;
    ranked: until label acknowledged, all photos scored, and the next eight asked for.
    undo_exact: whether undoing brought back every probability to the last bit.
    """

    photos: int
    commit: Spread
    label: Spread
    ranked: Spread
    ratio_p50: float
    ratio_p95: float
    undo_exact: bool

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "label", "machine": machine(), **asdict(self)}


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
        lab, parts = open_with_parts(replace(settings, home=home, database_url=None))
        try:
            add_crowd(parts, photos, seed=seed)
            for _ in range(WARM_UP):
                _label(lab)
            floors, acks, wholes = [], [], []
            with closing(_bare_database(home / "bare.db")) as bare:
                for done in range(labels):
                    # In turn, so that both meet the same disk.
                    floors.append(_commit(bare))
                    acknowledged, ranked = _label(lab)
                    acks.append(acknowledged)
                    wholes.append(ranked)
                    on_step(done + 1, labels)
            exact = _undo_is_exact(lab)
        finally:
            lab.close()
    commit, label, ranked_ = spread(floors), spread(acks), spread(wholes)
    return LabelResult(
        photos=photos,
        commit=commit,
        label=label,
        ranked=ranked_,
        ratio_p50=label.p50 / commit.p50,
        ratio_p95=label.p95 / commit.p95,
        undo_exact=exact,
    )


def _label(lab: Lab) -> tuple[float, float]:
    """Label the photo asked first as the model's second guess; (seconds to acknowledged, to ranked anew)."""
    (card, *_) = lab.review.queue(WHO, 1)
    assert card.prediction is not None
    pose = card.prediction.ranked[1].pose_id
    start = time.perf_counter()
    lab.review.label(WHO, card.photo.id, pose, shown=card.prediction.ranked[:9])
    acknowledged = time.perf_counter() - start
    lab.review.queue(WHO, 8)
    return acknowledged, time.perf_counter() - start


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


def _undo_is_exact(lab: Lab) -> bool:
    before = _all_answers(lab)
    _label(lab)
    changed = _all_answers(lab) != before
    lab.review.undo(WHO)
    return changed and _all_answers(lab) == before


def _all_answers(lab: Lab) -> list[object]:
    """The best guess for every photo, and the whole ranking for some."""
    page = lab.photos.grid(WHO, PhotoFilter(order=Order.NEWEST), size=10**9)
    tiles = sorted(page.tiles, key=lambda tile: tile.photo.id)
    some = tiles[:: max(len(tiles) // COMPARED_WHOLE, 1)]
    return [
        [(tile.photo.id, tile.best) for tile in tiles],
        [lab.review.card(WHO, tile.photo.id).prediction for tile in some],
    ]
