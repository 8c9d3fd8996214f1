"""The review page in a real browser over a slow line: from key to next photo, and whether every key counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from yogalab.bench.album import add_album
from yogalab.bench.chromium import chromium
from yogalab.bench.crowd import OnStep
from yogalab.bench.page_client import PageClient
from yogalab.bench.reviewer import Reviewer
from yogalab.bench.served_lab import served
from yogalab.bench.timing import Spread, machine, spread
from yogalab.errors import LabNotServed
from yogalab.records import LabelEvent, LabelKind
from yogalab.settings import NO_ENCODER, Settings
from yogalab.wiring import open_with_parts

# As quick as the eye, 95 times in 100; and a photo a second.
LIMIT_SECONDS: Final = 0.1
A_MINUTE: Final = 60.0
LATENCY_SECONDS: Final = 0.2
# A glance at each photo: nobody presses before there is something to see.
GLANCE_SECONDS: Final = 0.25
# Labels over HTTP by themselves, and photos for them.
BARE_LABELS: Final = 60
AHEAD: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """Times in seconds.

    painted: from a key to the next photo, decoded and shown, `latency` added to every request.
    seconds, confirmed: how long a coach confirmed `A_MINUTE` photos a minute, and how many there was one for.
    keyed, stored: answers given by key, and how many the lab has. as_keyed: just those, each once and in order.
    label: one label over HTTP with nothing added to it, until the page is told that it is kept.
    """

    latency: float
    painted: Spread
    seconds: float
    confirmed: int
    keyed: int
    stored: int
    as_keyed: bool
    label: Spread

    @property
    def bars(self) -> dict[str, bool]:
        """Whether each of the promises was held."""
        return {
            "painted": self.painted.p95 <= LIMIT_SECONDS,
            "pace": self.confirmed == round(self.seconds * A_MINUTE / 60),
            "kept": self.as_keyed,
        }

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "review", "machine": machine(), **asdict(self), "bars": self.bars}


def run(
    settings: Settings,
    *,
    photos: int = 200,
    seconds: float = 180.0,
    latency: float = LATENCY_SECONDS,
    seed: int = 0,
    on_step: OnStep = lambda done, total: None,
) -> ReviewResult:
    """Measure in a lab of its own full of drawn people, served by a process of its own.

    photos: how many times from key to paint; seconds: how long at an even pace.
    Raises BrowserMissing, LabNotServed.
    """
    count = photos + round(seconds * A_MINUTE / 60) + BARE_LABELS + 3 * AHEAD
    total = 2 * count
    settings.home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bench-", dir=settings.home) as scratch, chromium() as browser:
        # Nobody looks at drawn people: what is measured is the way to the eye.
        lab = replace(settings, home=Path(scratch), database_url=None, encoder=settings.encoder or "")
        _fill(lab, count, seed, lambda done, _: on_step(done, total))
        environment = {"YOGALAB_ENCODER": lab.encoder or NO_ENCODER}
        with served(lab.home, **environment) as place:
            reviewer = Reviewer.at(browser, place.address, latency=latency)
            painted = reviewer.paints(photos, pause=GLANCE_SECONDS)
            on_step(count + photos, total)
            confirmed = reviewer.keep_pace(seconds, a_minute=A_MINUTE)
            reviewer.all_saved()
            on_step(total - BARE_LABELS, total)
            stored = _stored(lab)
            label = _labels(place.address)
    on_step(total, total)
    if not painted:
        raise LabNotServed()
    return ReviewResult(
        latency=latency,
        painted=spread(painted),
        seconds=seconds,
        confirmed=confirmed,
        keyed=len(reviewer.keyed),
        stored=len(stored),
        as_keyed=stored == reviewer.keyed,
        label=spread(label),
    )


def _fill(settings: Settings, count: int, seed: int, on_step: OnStep) -> None:
    lab, parts = open_with_parts(settings)
    try:
        add_album(parts, count, seed=seed, on_step=on_step)
    finally:
        lab.close()


def _stored(settings: Settings) -> list[tuple[int, str | None]]:
    """Every answer in the lab as a reviewer writes it down, in the lab's order."""
    lab, parts = open_with_parts(settings)
    try:
        names = {pose.id: pose.name for pose in parts.store.poses()}
        return as_keyed(list(parts.store.events()), names)
    finally:
        lab.close()


def as_keyed(events: Sequence[LabelEvent], names: dict[int, str]) -> list[tuple[int, str | None]]:
    """Return (photo, pose's name) of each event; None for no pose, and for what nobody keyed its kind."""
    in_order = sorted(events, key=lambda event: event.seq or 0)
    return [(event.photo_id, _said(event, names)) for event in in_order]


def _said(event: LabelEvent, names: dict[int, str]) -> str | None:
    if event.kind is LabelKind.NOT_A_POSE:
        return None
    return names[event.pose_id] if event.pose_id is not None else event.kind.value


def _labels(address: str) -> list[float]:
    """Seconds of single labels over HTTP."""
    page = PageClient(address=address, coach="Bench")
    page.open()
    for _ in range(BARE_LABELS):
        shown = page.ask("queue", {"but": [], "held": [], "seat": page.seat})
        card = next((card for card in shown["cards"] if card["ranked"]), None)
        if card is None:
            break
        what = {"photo": card["photo"], "pose": card["ranked"][0]["id"], "event": str(uuid4())}
        page.ask("answers", {"lab": shown["lab"], "entries": [{"name": "label", **what}]})
    return page.seconds["answers"]
