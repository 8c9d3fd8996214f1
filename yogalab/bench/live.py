"""A camera's pictures from the lens to the painted skeleton, in a real browser, beside the model alone.

The camera is a drawn clip; what is measured is the way through browser, server and back, not how well poses are
named (tests do that).
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from yogalab.bench.chromium import chromium
from yogalab.bench.clips import camera_arguments, drawn_clip, jpeg, write_camera
from yogalab.bench.crowd import OnStep
from yogalab.bench.served_lab import processor_seconds, served
from yogalab.bench.timing import Spread, machine, spread
from yogalab.errors import LabNotServed
from yogalab.settings import NO_ENCODER, Settings
from yogalab.wiring import eyes

# What a coach may expect of a moving picture.
LEAST_PER_SECOND: Final = 10.0
LIMIT_SECONDS: Final = 0.2
# Seconds until models are loaded and the first answers have come.
WARM_UP: Final = 6.0
HOLD: Final = 3.0
# As the page sends them.
EDGE: Final = 480
QUALITY: Final = 75
BARE_PICTURES: Final = 120
MEASURE: Final = "yogalab:live"

_LISTEN: Final = f"""
window.seen = [];
new PerformanceObserver((list) => {{
  for (const one of list.getEntriesByName("{MEASURE}")) window.seen.push([one.duration, one.detail.lab]);
}}).observe({{ entryTypes: ["measure"] }});
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """Times in seconds.

    lag: from the moment the camera took a picture until its skeleton was painted; lab: how much of that the
    server worked on it. bare: finding the body in the same pictures with the same model in VIDEO mode, decoding
    included, and nothing else. server: of one core, how much the server used.
    """

    seconds: float
    answered: int
    lag: Spread
    lab: Spread
    bare: Spread
    server: float

    @property
    def per_second(self) -> float:
        """Pictures answered and painted in a second."""
        return self.answered / self.seconds

    @property
    def bars(self) -> dict[str, bool]:
        """Whether each of the promises was held."""
        return {"often": self.per_second >= LEAST_PER_SECOND, "soon": self.lag.p95 < LIMIT_SECONDS}

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        facts = {**asdict(self), "per_second": self.per_second, "bars": self.bars}
        return {"format": 1, "bench": "live", "machine": machine(), **facts}


def run(settings: Settings, *, seconds: float = 20.0, on_step: OnStep = lambda done, total: None) -> LiveResult:
    """Measure in a lab of its own, served by a process of its own, with a drawn clip as the browser's camera.

    Raises BrowserMissing, LabNotServed.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bench-", dir=settings.home) as scratch:
        home, camera = Path(scratch), Path(scratch) / "camera.mjpeg"
        clip = drawn_clip(hold=HOLD)
        pictures = [still.pixels for still in clip]
        write_camera(camera, pictures)
        on_step(1, 4)
        bare = _bare(replace(settings, home=home), [jpeg(p, quality=QUALITY, edge=EDGE) for p in pictures])
        on_step(2, 4)
        with served(home, **_environment(settings)) as lab, chromium(*camera_arguments(camera)) as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.add_init_script(_LISTEN)
            page.goto(lab.address)
            _start(page)
            page.wait_for_timeout(1000 * WARM_UP)
            on_step(3, 4)
            page.evaluate("window.seen.length = 0")
            begun, busy = time.perf_counter(), processor_seconds(lab.pid)
            page.wait_for_timeout(1000 * seconds)
            seen = page.evaluate("window.seen")
            passed, busy = time.perf_counter() - begun, processor_seconds(lab.pid) - busy
    on_step(4, 4)
    if not seen:
        raise LabNotServed()
    return LiveResult(
        seconds=passed,
        answered=len(seen),
        lag=spread([lag / 1000 for lag, _ in seen]),
        lab=spread([took / 1000 for _, took in seen]),
        bare=bare,
        server=busy / passed,
    )


def _bare(settings: Settings, files: list[bytes]) -> Spread:
    """Decode and look, one picture after the other. The first ones, with the model loading, do not count."""
    reader, landmarker = eyes(settings)
    watcher = landmarker.follow()
    times = []
    for number, file in enumerate(files[: BARE_PICTURES + 10]):
        begun = time.perf_counter()
        watcher.see(reader.frame("camera.jpg", file), number * 66)
        times.append(time.perf_counter() - begun)
    watcher.close()
    return spread(times[10:])


def _environment(settings: Settings) -> dict[str, str]:
    """What makes the served lab see with the encoder that was asked for."""
    return {} if settings.encoder is None else {"YOGALAB_ENCODER": settings.encoder or NO_ENCODER}


def _start(page: Any) -> None:
    """Switch the camera on, as a coach does."""
    page.wait_for_selector("#yl-tab-live-button")
    page.wait_for_function(
        """() => {
          document.querySelector("#yl-tab-live-button").click();
          const start = document.querySelector(".yl-live-side .yl-button.is-main");
          return start && start.offsetParent !== null;
        }"""
    )
    page.click(".yl-live-side .yl-button.is-main")
    page.wait_for_selector(".yl-stage.is-live .yl-skeleton", timeout=60_000)
