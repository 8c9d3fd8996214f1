"""Several coaches at once on one served lab: how long each waits, and whether any two get the same photo."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yogalab.bench.crowd import OnStep, add_crowd
from yogalab.bench.holdings import Holding, Look, shared, unpromised
from yogalab.bench.labeller import Labeller
from yogalab.bench.learning_meanwhile import PANEL, Pupil, label_every
from yogalab.bench.page_client import PageClient
from yogalab.bench.promises import Watch, on_postgresql, on_sqlite, place_of_its_own
from yogalab.bench.served_lab import Served, processor_seconds, served
from yogalab.bench.timing import Spread, machine, spread
from yogalab.errors import NothingToMeasure
from yogalab.learning.holdout import is_drawn
from yogalab.records import LabelEvent, LabelKind
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts

# What eight coaches at a label a second each may wait, 95 times in 100.
LIMIT_SECONDS: Final = 0.15
# How often the stored promises are looked at, and the server is asked for something that is no work.
GLANCE_SECONDS: Final = 0.25
BARE: Final = "/lab/words.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachesResult:
    """Times in seconds. `answered` and `queued` are the bars; the others say what else was going on.

    bare: a round trip to the same server that asks the lab nothing, in the same seconds.
    acknowledged, stored: answers the pages were told are kept, and those of them that the lab has, each once.
    shared: times a photo was in front of two coaches at once, by what their pages knew.
    unpromised: times a page had a photo that was not stored as promised to it. twice: photos answered by two
    coaches though nobody wanted a second opinion. waited: times a coach had no photo to answer.
    busy: of one core, how much the servers used; a machine with other work to do makes it no larger.
    trained: trainings that ended meanwhile.
    moved: times a page went on at another server, because its own was gone.
    """

    coaches: int
    database: str
    replicas: int
    killed: bool
    moved: int
    photos: int
    seconds: float
    answered: Spread
    queued: Spread
    explained: Spread
    bare: Spread
    acknowledged: int
    stored: int
    errors: tuple[str, ...]
    shared: int
    unpromised: int
    twice: int
    waited: int
    busy: float
    trained: int

    @property
    def bars(self) -> dict[str, bool]:
        """Whether each of the promises was held."""
        return {
            "errors": not self.errors and self.acknowledged > 0,
            "kept": self.stored == self.acknowledged,
            "apart": not (self.shared or self.unpromised or self.twice),
            "soon": max(self.answered.p95, self.queued.p95) < LIMIT_SECONDS,
        }

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "coaches", "machine": machine(), **asdict(self), "bars": self.bars}


def run(
    settings: Settings,
    *,
    coaches: int = 8,
    seconds: float = 60.0,
    photos: int = 4000,
    seed: int = 0,
    database: str | None = None,
    replicas: int = 1,
    kill: bool = False,
    training: bool = False,
    on_step: OnStep = lambda done, total: None,
) -> CoachesResult:
    """Measure on a lab of its own, served by a process of its own, on the disk of the lab's home.

    database: a PostgreSQL server's address, on which the lab gets a place of its own. replicas: how many
    servers with a home each, as on as many machines; more than one need a database. kill: one of them, without
    warning, when half the time is over. training: every other photo is labelled, and the lab learns all along.
    Raises LabNotServed, DatabaseUnreachable, and NothingToMeasure where no coach was asked anything.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix=".bench-", dir=settings.home)))
        url = stack.enter_context(place_of_its_own(database)) if database else None
        own = replace(settings, home=home, database_url=url, photos=None, encoder=settings.encoder or "")
        aside = fill(own, photos, seed, labelled=training)
        labs = [
            stack.enter_context(served(home / f"server-{number}" if url else home, **_environment(url)))
            for number in range(replicas)
        ]
        watch = on_postgresql(url) if url else on_sqlite(home / "lab.db")
        studio = Studio(labs, watch, coaches=coaches, seconds=seconds, kill=kill, training=training)
        studio.work(on_step)
        database = "postgresql" if url else "sqlite"
        return studio.result(photos, events_of(own), aside, database=database)


def _environment(url: str | None) -> dict[str, str]:
    """Nothing of what is set for the lab at home may lead elsewhere than to this one."""
    secret = hashlib.sha256(f"bench:{url}".encode()).hexdigest()
    return {"DATABASE_URL": url or "", "YOGALAB_PASSWORD": "", "YOGALAB_PHOTOS": "", "YOGALAB_SECRET": secret}


class Studio:
    """All the coaches, and somebody who looks at the stored promises meanwhile.

    labs: servers of one lab, over which the pages are spread; kill: end the first of them at half-time.
    """

    def __init__(
        self,
        labs: Sequence[Served],
        watch: Watch,
        *,
        coaches: int,
        seconds: float,
        kill: bool = False,
        training: bool = False,
    ) -> None:
        self._labs = labs
        self._kill = kill
        self._busy = 0.0
        self._seconds = seconds
        self._watch = watch
        self._over = threading.Event()
        self._processor: dict[int, float] = defaultdict(float)
        self._bare: list[float] = []
        self._looks: list[Look] = []
        pages = [self._page(number, f"Coach {number + 1}") for number in range(coaches)]
        self._visitor = self._page(len(labs) - 1, "Visitor")
        self._coaches = [Labeller(page=page) for page in pages]
        pupil = PageClient(address=labs[-1].address, coach="Pupil", panel=PANEL)
        self._pupil = Pupil(pupil) if training else None

    def work(self, on_step: OnStep) -> None:
        """Let everybody label once a second, in turn, until the time is up."""
        for coach in self._coaches:
            coach.page.open()
            coach.refresh()
        self._visitor.open()
        # What came before the first label is the server warming up.
        for coach in self._coaches:
            coach.page.seconds.clear()
        used, start = self._used(), time.perf_counter()
        with ThreadPoolExecutor(len(self._coaches) + 4) as pool:
            beside = [pool.submit(self._glance), pool.submit(self._knock)]
            if self._pupil:
                beside.append(pool.submit(self._pupil.learn, self._over))
            if self._kill:
                beside.append(pool.submit(self._end_one))
            try:
                shifts = [
                    pool.submit(self._shift, coach, start + place / len(self._coaches))
                    for place, coach in enumerate(self._coaches)
                ]
                for done, shift in enumerate(shifts):
                    shift.result()
                    on_step(done + 1, len(shifts))
            finally:
                self._over.set()
            for one in beside:
                one.result()
        self._busy = (self._used() - used) / (time.perf_counter() - start)
        for coach in self._coaches:
            coach.leave()
        self._visitor.close()

    def result(
        self,
        photos: int,
        events: Sequence[LabelEvent],
        aside: Collection[int],
        *,
        database: str = "sqlite",
    ) -> CoachesResult:
        """Return the figures, beside what the lab has. aside: the photos that may be asked of two coaches."""
        acknowledged = [event for coach in self._coaches for event in coach.acknowledged]
        held: list[Holding] = [one for coach in self._coaches for one in coach.hand.past]
        times = {name: self._times(name) for name in ("answers", "queue", "explain")}
        if not all(times.values()) or not self._bare:
            raise NothingToMeasure(folder="-")
        stored = Counter(event.id for event in events)
        return CoachesResult(
            coaches=len(self._coaches),
            database=database,
            replicas=len(self._labs),
            killed=self._kill,
            moved=sum(coach.page.moved for coach in self._coaches),
            photos=photos,
            seconds=self._seconds,
            answered=spread(times["answers"]),
            queued=spread(times["queue"]),
            explained=spread(times["explain"]),
            bare=spread(self._bare),
            acknowledged=len(acknowledged),
            stored=sum(stored[event] == 1 for event in acknowledged),
            errors=tuple(error[:200] for coach in self._coaches for error in coach.errors),
            shared=len(shared(held)),
            unpromised=len(unpromised(held, self._looks)),
            twice=_twice(events, aside),
            waited=sum(coach.waited for coach in self._coaches),
            busy=self._busy,
            trained=self._pupil.trained if self._pupil else 0,
        )

    def _page(self, number: int, coach: str) -> PageClient:
        """A page at one of the servers, which knows the others."""
        first = number % len(self._labs)
        address, *others = (lab.address for lab in (*self._labs[first:], *self._labs[:first]))
        return PageClient(address=address, others=others, coach=coach)

    def _used(self) -> float:
        """Seconds of one core that the servers have used; what one had when it was ended stays counted."""
        for lab in self._labs:
            self._processor[lab.pid] = max(processor_seconds(lab.pid), self._processor[lab.pid])
        return sum(self._processor.values())

    def _end_one(self) -> None:
        if not self._over.wait(self._seconds / 2):
            self._used()
            os.kill(self._labs[0].pid, signal.SIGKILL)

    def _times(self, name: str) -> list[float]:
        return [taken for coach in self._coaches for taken in coach.page.seconds.get(name, [])]

    def _shift(self, coach: Labeller, start: float) -> None:
        for second in range(max(int(self._seconds), 1)):
            time.sleep(max(0.0, start + second - time.perf_counter()))
            coach.answer()

    def _knock(self) -> None:
        while not self._over.wait(GLANCE_SECONDS):
            self._bare.append(self._visitor.knock(BARE))

    def _glance(self) -> None:
        with self._watch() as promises:
            while not self._over.wait(GLANCE_SECONDS):
                start = time.perf_counter()
                seats = promises()
                self._looks.append(Look(start=start, end=time.perf_counter(), seats=seats))


def fill(settings: Settings, photos: int, seed: int, *, labelled: bool = False) -> Collection[int]:
    """Make a lab of so many photos, every other one labelled if asked; return those kept aside for judging."""
    lab, parts = open_with_parts(settings)
    try:
        slugs = add_crowd(parts, photos, seed=seed)
        if labelled:
            label_every(parts, slugs, 2)
        aside = [photo.id for photo in parts.store.photos() if is_drawn(photo.sha256, salt="bench")]
        parts.store.set_holdout(aside)
        return set(aside)
    finally:
        lab.close()


def events_of(settings: Settings) -> Sequence[LabelEvent]:
    lab, parts = open_with_parts(settings)
    try:
        return parts.store.events()
    finally:
        lab.close()


def _twice(events: Iterable[LabelEvent], aside: Collection[int]) -> int:
    """How many photos were named by more coaches than were to be asked: two where a second opinion counts."""
    coaches: dict[int, set[str]] = defaultdict(set)
    for event in events:
        if event.kind is LabelKind.POSE:
            coaches[event.photo_id].add(event.coach)
    return sum(len(some) > 1 + (photo in aside) for photo, some in coaches.items())
