"""A machine that is lost with its disk: what was answered comes back, from elsewhere and from the browsers."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.ui.browsing import BROWSER, window_at
from tests.ui.kept_place import KeptPlace, kept_place
from tests.ui.outage import Coach, assert_kept
from yogalab.bench.labeller import Labeller
from yogalab.bench.page_client import PageClient

PATIENCE = 40


@pytest.mark.slow
class TestInABrowser:
    pytestmark = BROWSER

    def test_with_pages_open_nothing_that_was_answered_is_missing(self, browser: Any, tmp_path: Path) -> None:
        rng = random.Random(11)
        with (
            kept_place(tmp_path / "home", photos=24, pace=0.3) as place,
            window_at(browser, place.address) as page,
        ):
            other = page.context.new_page()
            other.goto(place.address)
            coaches = [Coach(page), Coach(other)]
            for coach in coaches:
                coach.open()
            page.wait_for_selector(".yl-kept:has-text('Kept')")
            # Lost at a random moment: after some were kept, and while others are on their way.
            for _ in range(rng.randrange(4, 9)):
                rng.choice(coaches).press(rng.choice("12nx"))
                page.wait_for_timeout(rng.uniform(0, 250))
            place.kill()
            place.wipe()
            for coach in coaches:
                coach.press("1")
            place.start()
            page.goto(place.address)
            coaches[0].open()
            wait_until_kept(page, place, coaches)
            # The page says what came back, and the terminal which answer was the last.
            page.wait_for_selector(".yl-back:has-text('brought back')")
            assert "The lab was brought back from coach/lab: 24 photos; the last answer it has" in place.said
            # Photos are fetched when they are looked at.
            shown = page.evaluate(
                "async () => (await fetch(document.querySelector('.yl-review .yl-stage img').src)).status"
            )
            assert shown == 200


def wait_until_kept(page: Any, place: KeptPlace, coaches: list[Coach]) -> None:
    for _ in range(PATIENCE):
        if len(place.stored()) == sum(len(coach.keyed) for coach in coaches):
            break
        page.wait_for_timeout(250)
    assert_kept(place, coaches)


@pytest.mark.slow
def test_a_lab_that_is_told_to_end_has_kept_every_answer_elsewhere(tmp_path: Path) -> None:
    with kept_place(tmp_path / "home", photos=40, pace=3600) as place:
        coaches = [Labeller(page=PageClient(address=place.address, coach=name)) for name in ("Anna", "Ben")]
        enough, over = threading.Barrier(3), threading.Event()

        def label(coach: Labeller) -> None:
            coach.page.open()
            while not over.is_set() and not coach.errors:
                coach.answer()
                if len(coach.acknowledged) == 4:
                    enough.wait(60)

        threads = [threading.Thread(target=label, args=(coach,)) for coach in coaches]
        for thread in threads:
            thread.start()
        enough.wait(60)
        # In the middle of their work, and long before the next round of keeping.
        assert place.end() == 0
        over.set()
        for thread in threads:
            thread.join()
        acknowledged = [event for coach in coaches for event in coach.acknowledged]
        assert len(acknowledged) >= 8
        place.wipe()
        place.start()
        events = place.events()
        assert set(acknowledged) <= set(events)
        last = max(events.values())
        assert f"the last answer it has is number {last}, of " in place.said
