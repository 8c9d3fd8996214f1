"""A coach at the review page in a real browser: presses a key, and knows when the next photo was painted."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final

FIRST: Final = "1"
NO_POSE: Final = "n"
PATIENCE_MS: Final = 60_000
# What was not painted by then counts as painted then.
LATE_MS: Final = 10_000

# From the press, by the event's own clock, to the second frame after the next photo is on the page and decoded:
# the first one draws it, and when the second begins it has been shown.
_WATCH: Final = """
window.painted = [];
let pressed = 0;
addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
new MutationObserver(async (changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) {
    if (!(node instanceof HTMLImageElement) || !node.closest(".yl-review .yl-stage")) continue;
    const since = pressed;
    await node.decode();
    requestAnimationFrame(() => requestAnimationFrame(() => window.painted.push(performance.now() - since)));
  }
}).observe(document, { childList: true, subtree: true });
"""
_PAINTED: Final = """async (late) => {
  const until = performance.now() + late;
  while (!window.painted.length && performance.now() < until) await new Promise(requestAnimationFrame);
  return window.painted[0] ?? late;
}"""
_IN_FRONT: Final = """() => {
  const image = document.querySelector(".yl-review .yl-stage img");
  if (!image?.offsetParent) return null;
  const name = document.querySelector(".yl-review .yl-answer b");
  return [Number(image.getAttribute("src").match(/\\d+/)[0]), name?.offsetParent ? name.textContent : null];
}"""
_WAITING: Final = """() => Object.keys(localStorage).filter(key => key.startsWith("yogalab.answer."))
    .every(key => JSON.parse(localStorage.getItem(key)).saved)"""


@dataclass(kw_only=True)
class Reviewer:
    """keyed: (photo's number, the pose's name, None for no pose), in the order of the keys."""

    page: Any
    keyed: list[tuple[int, str | None]] = field(default_factory=list)

    @classmethod
    def at(cls, browser: Any, address: str, *, latency: float) -> Reviewer:
        """Open the review page, every request from then on so many seconds slower."""
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(_WATCH)
        page.goto(address)
        page.wait_for_function(
            """() => {
              document.querySelector("#yl-tab-review-button")?.click();
              return document.querySelector(".yl-review .yl-stage img")?.complete;
            }"""
        )
        # The first one was not asked for by a key.
        page.wait_for_function("window.painted.length")
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        slow = {"offline": False, "latency": 1000 * latency, "downloadThroughput": -1, "uploadThroughput": -1}
        line.send("Network.emulateNetworkConditions", slow)
        return cls(page=page)

    def confirm(self) -> bool:
        """Press the key for the first pose; False where no photo is in front.

        Where there is nothing to choose by a number, the photo is called no pose.
        """
        in_front = self.page.evaluate(_IN_FRONT)
        if in_front is None:
            return False
        photo, pose = in_front
        self.keyed.append((photo, pose))
        self.page.keyboard.press(FIRST if pose else NO_POSE)
        return True

    def paints(self, count: int, *, pause: float) -> list[float]:
        """Confirm so many photos, a pause after each; seconds from each key to the next photo painted."""
        times = []
        for _ in range(count):
            self.page.evaluate("window.painted.length = 0")
            if not self.confirm():
                break
            times.append(self.page.evaluate(_PAINTED, LATE_MS) / 1000)
            time.sleep(pause)
        return times

    def keep_pace(self, seconds: float, *, a_minute: float) -> int:
        """Confirm at an even pace for so long; how many there was a photo for at its moment."""
        begun, done = time.perf_counter(), 0
        for turn in range(round(seconds * a_minute / 60)):
            time.sleep(max(begun + turn * 60 / a_minute - time.perf_counter(), 0))
            done += self.confirm()
        return done

    def all_saved(self) -> None:
        """Wait until the lab has everything."""
        self.page.wait_for_function(_WAITING)
