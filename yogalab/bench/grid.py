"""The grid of a large lab: filters and orders, alone and through the server, until a browser has painted it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from yogalab.bench.chromium import chromium
from yogalab.bench.clips import jpeg
from yogalab.bench.crowd import OnStep, add_crowd, drawable
from yogalab.bench.page_client import PageClient
from yogalab.bench.served_lab import served
from yogalab.bench.timing import Spread, machine, spread
from yogalab.errors import BrowserMissing, LabNotServed
from yogalab.lab.answer_columns import Status
from yogalab.lab.grid import Order, PhotoFilter
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.poses.figures import draw_person
from yogalab.records import Coach, LabelEvent, LabelKind
from yogalab.settings import NO_ENCODER, Settings
from yogalab.wiring import open_with_parts

WHO: Final = Coach(id="bench", name="Bench")
# What a coach may expect of a filter, and of the page.
FILTER_SECONDS: Final = 0.3
PAINT_SECONDS: Final = 1.0
# One in so many photos is labelled, one in so many of these by a second coach who says something else.
LABELLED: Final = 11
DISPUTED: Final = 20
# Groups of three near-copies.
GROUPS: Final = 100
# Made-up photos have no picture: these newest ones get a drawn one, more than a screen shows.
PICTURES: Final = 120
DRAWINGS: Final = 12
TILES: Final = 60
PATIENCE_SECONDS: Final = 600.0
# A tab just opened is still busy with the browser's own pages, which is not what is measured.
SETTLED_MS: Final = 2000
BARE: Final = "/lab/words.json"
# Looks once a change, and no more once it has seen: what measures must not take the time that it measures.
_PAINTED: Final = """
window.painted = {};
const noted = (name) => (window.painted[name] ??= performance.now());
const note = (name) => requestAnimationFrame(() => requestAnimationFrame(() => noted(name)));
const look = () => {
  const all = [...document.querySelectorAll(".yl-tile img")];
  const shown = all.filter((one) => one.getBoundingClientRect().top < innerHeight);
  if (!shown.length || !shown.every((one) => one.complete && one.naturalWidth)) return;
  document.removeEventListener("load", look, true);
  note("pictures");
};
const seen = new MutationObserver(() => {
  if (!document.querySelector(".yl-tile:not(.is-empty)")) return;
  seen.disconnect();
  note("tiles");
  requestAnimationFrame(() => requestAnimationFrame(look));
  document.addEventListener("load", look, true);
});
seen.observe(document, { childList: true, subtree: true });
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridResult:
    """Times in seconds.

    inside: filter or order -> a page of the grid, in the process that holds the lab; labelled: the same right
    after a label, with all photos scored anew. served: the same through the server, as the page asks; bare: a
    round trip that asks the lab nothing. newest: once the server answers, until it shows the newest photos;
    warm: until it shows guesses too. tiles, pictures: from opening the page until the first tiles, and the
    pictures on the screen, are painted: first by a browser that never saw it, then by one that did; None
    without a browser.
    """

    photos: int
    labels: int
    inside: Mapping[str, Spread]
    labelled: Spread
    served: Mapping[str, Spread]
    bare: Spread
    newest: float
    warm: float
    first_tiles: float | None = None
    first_pictures: float | None = None
    tiles: Spread | None = None
    pictures: Spread | None = None

    @property
    def slowest(self) -> float:
        """The slowest filter or order through the server, 95 times in 100."""
        return max(one.p95 for one in self.served.values())

    @property
    def bars(self) -> dict[str, bool]:
        """Whether each of the promises was held; of the page only where a browser opened it."""
        held = {"filter": self.slowest < FILTER_SECONDS}
        return held if self.tiles is None else {**held, "paint": self.tiles.p95 < PAINT_SECONDS}

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "grid", "machine": machine(), **asdict(self), "bars": self.bars}


def run(
    settings: Settings,
    *,
    photos: int = 100_000,
    rounds: int = 10,
    seed: int = 0,
    on_step: OnStep = lambda done, total: None,
) -> GridResult:
    """Measure on a lab of its own with so many made-up photos, on the disk of the lab's home.

    Raises LabNotServed.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bench-", dir=settings.home) as scratch:
        own = replace(settings, home=Path(scratch), database_url=None, encoder=settings.encoder or "")
        lab, parts = open_with_parts(own)
        try:
            slugs = add_crowd(parts, photos, seed=seed, on_step=lambda done, total: on_step(done // 2, total))
            labels = furnish(parts, slugs, seed)
            inside, labelled = _inside(lab, cases(lab), rounds)
            wanted = {name: wire(one) for name, one in cases(lab).items()}
        finally:
            lab.close()
        on_step(3 * photos // 4, photos)
        environment = {"DATABASE_URL": "", "YOGALAB_PASSWORD": "", "YOGALAB_ENCODER": own.encoder or NO_ENCODER}
        with served(own.home, **environment) as one:
            page = PageClient(address=one.address, coach=WHO.name, panel="yl-photos")
            with closing(page):
                newest, warm = _warmed_up(page)
                through, bare = _through(page, wanted, rounds)
            painted = _painted(one.address, rounds)
        on_step(photos, photos)
    return GridResult(
        photos=photos,
        labels=labels,
        inside=inside,
        labelled=labelled,
        served=through,
        bare=bare,
        newest=newest,
        warm=warm,
        **painted,
    )


def cases(lab: Lab) -> dict[str, PhotoFilter]:
    """Every filter and every order that a coach can choose, by what they are called in the table."""
    pose = lab.poses.pose(WHO, drawable()[0].slug).id
    newest = lab.photos.grid(WHO, PhotoFilter(), count=1).tiles[0].photo.added_at
    return {
        "all": PhotoFilter(),
        "copies as one": PhotoFilter(fold=True),
        "pose": PhotoFilter(pose=pose, fold=True),
        "status": PhotoFilter(status=Status.WAITING, fold=True),
        "sureness": PhotoFilter(least=0.5, most=0.8, fold=True),
        "coach": PhotoFilter(coach="ben", fold=True),
        "date": PhotoFilter(since=newest, fold=True),
        "nobody found": PhotoFilter(found=False, fold=True),
        "differ": PhotoFilter(differ=True, fold=True),
        "several": PhotoFilter(pose=pose, status=Status.LABELLED, coach="anna", fold=True),
        **{order.value.replace("_", " "): PhotoFilter(order=order, fold=True) for order in Order},
    }


def wire(wanted: PhotoFilter) -> dict[str, object]:
    """A filter as the page sends it."""
    return {
        **{name: getattr(wanted, name) for name in ("pose", "least", "most", "found", "differ", "fold")},
        "status": wanted.status.value if wanted.status else "",
        "coach": wanted.coach or "",
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
        "order": wanted.order.value,
        "start": 0,
        "count": TILES,
    }


def furnish(parts: Parts, slugs: Sequence[str], seed: int) -> int:
    """Give a crowd labels of two coaches, near-copies, and drawn pictures for the newest; how many labels."""
    poses = {pose.slug: pose.id for pose in parts.store.poses()}
    photos = parts.store.photos()
    other = poses[drawable()[1].slug]
    events = [_label("anna", photo.id, poses[slugs[n]]) for n, photo in enumerate(photos) if n % LABELLED == 0]
    events += [_label("ben", event.photo_id, other) for event in events[1::DISPUTED]]
    parts.store.append_many(events)
    for n in range(0, min(3 * GROUPS, len(photos) - 3), 3):
        parts.store.set_group([photo.id for photo in photos[n : n + 3]], photos[n].id)
    rng = np.random.default_rng(seed)
    drawn = [jpeg(draw_person(pose, rng)[0], quality=85) for pose in drawable()[:DRAWINGS]]
    newest = photos[-PICTURES:]
    parts.files.put_many({photo.key: drawn[n % len(drawn)] for n, photo in enumerate(newest)})
    return len(events)


def _label(coach: str, photo_id: int, pose_id: int) -> LabelEvent:
    return LabelEvent(
        id=f"{coach}-{photo_id}", photo_id=photo_id, coach=coach, kind=LabelKind.POSE, pose_id=pose_id
    )


def _inside(lab: Lab, wanted: Mapping[str, PhotoFilter], rounds: int) -> tuple[dict[str, Spread], Spread]:
    lab.photos.table()
    times = {name: [_seconds(lab, one) for _ in range(rounds)] for name, one in wanted.items()}
    after = []
    (first, *_) = wanted.values()
    for tile in lab.photos.grid(WHO, PhotoFilter(status=Status.WAITING), count=rounds).tiles:
        lab.review.label(WHO, tile.photo.id, "tree")
        after.append(_seconds(lab, first))
    return {name: spread(some) for name, some in times.items()}, spread(after)


def _seconds(lab: Lab, wanted: PhotoFilter) -> float:
    start = time.perf_counter()
    lab.photos.grid(WHO, wanted, count=TILES)
    return time.perf_counter() - start


def _warmed_up(page: PageClient) -> tuple[float, float]:
    """Seconds until a server that answers shows photos, and until it shows what it takes them for."""
    begun, newest = time.perf_counter(), 0.0
    page.open()
    while time.perf_counter() - begun < PATIENCE_SECONDS:
        answer = page.ask("grid", wire(PhotoFilter()))
        newest = newest or time.perf_counter() - begun
        if not answer["warming"]:
            return newest, time.perf_counter() - begun
        time.sleep(0.1)
    raise LabNotServed()


def _through(
    page: PageClient, wanted: Mapping[str, Mapping[str, object]], rounds: int
) -> tuple[dict[str, Spread], Spread]:
    times: dict[str, list[float]] = {name: [] for name in wanted}
    bare = []
    for _ in range(rounds):
        for name, asked in wanted.items():
            start = time.perf_counter()
            page.ask("grid", asked)
            times[name].append(time.perf_counter() - start)
        bare.append(page.knock(BARE))
    return {name: spread(some) for name, some in times.items()}, spread(bare)


def _painted(address: str, rounds: int) -> dict[str, Any]:
    """Seconds until the grid is painted, by a browser new to it and one that was there; empty without one."""
    try:
        with chromium() as browser:
            context = browser.new_context(viewport={"width": 1280, "height": 860})
            context.add_init_script(_PAINTED)
            seen = [_opened(context, address) for _ in range(rounds + 1)]
    except BrowserMissing:
        return {}
    (tiles, pictures), *again = seen
    return {
        "first_tiles": tiles,
        "first_pictures": pictures,
        "tiles": spread([tiles for tiles, _ in again]),
        "pictures": spread([pictures for _, pictures in again]),
    }


def _opened(context: Any, address: str) -> tuple[float, float]:
    page = context.new_page()
    page.wait_for_timeout(SETTLED_MS)
    page.goto(address)
    page.wait_for_function("() => window.painted.tiles && window.painted.pictures")
    painted = page.evaluate("window.painted")
    page.close()
    return painted["tiles"] / 1000, painted["pictures"] / 1000
