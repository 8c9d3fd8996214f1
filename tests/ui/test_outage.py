"""What was keyed is what is stored, once each and in order, whatever fails."""

from __future__ import annotations

import random
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import AGREED, Studio
from tests.ui.browsing import BROWSER, window_at
from tests.ui.keyboard import COACH, POSES, go_to
from tests.ui.outage import HERE, WAITING, Coach, assert_kept, served
from yogalab.lab.lab import Lab

pytestmark = BROWSER

# A window whose clock on the wall is wrong by so many milliseconds.
SKEWED = """(() => { const now = Date.now.bind(Date); Date.now = () => now() + %d; })()"""
HOUR = 3_600_000


@pytest.mark.slow
def test_what_is_keyed_is_kept_through_cuts_and_killed_servers(
    browser: Any, tmp_path: Path, outage: float
) -> None:
    rng = random.Random(3)
    with served(tmp_path / "home", photos=60) as place, window_at(browser, place.address) as page:
        other = page.context.new_page()
        for window, skew in ((page, HOUR), (other, -HOUR)):
            window.add_init_script(SKEWED % skew)
            window.goto(place.address)
        anna, anna_too = coaches = Coach(page), Coach(other)
        for coach in coaches:
            coach.open()

        page.context.route("**/component_server*", five_times)
        for coach in coaches:
            coach.press_all("12n")
        anna.all_saved()
        page.context.unroute("**/component_server*")
        assert_kept(place, coaches)

        for coach in coaches:
            coach.press_all("1 ")
        place.kill()
        for coach in coaches:
            coach.press_all("x2")
        assert anna.undo()
        with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
            page.reload()
        place.start()
        page.goto(place.address)
        anna.open()
        anna.all_saved()
        assert_kept(place, coaches)

        page.context.set_offline(True)
        end = time.monotonic() + outage
        while time.monotonic() < end - outage / 2:
            for coach in coaches:
                at_random(coach, rng)
            page.wait_for_timeout(500)
        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.reload()
        while time.monotonic() < end:
            at_random(anna_too, rng)
            page.wait_for_timeout(500)
        assert other.evaluate(WAITING) > 0
        page.context.set_offline(False)
        page.goto(place.address)
        anna.open()
        anna.all_saved()
        assert_kept(place, coaches)


def test_a_lab_restored_behind_the_page_gets_back_what_it_lost_in_its_old_order(
    browser: Any, tmp_path: Path
) -> None:
    with served(tmp_path / "home", photos=20) as place, window_at(browser, place.address) as page:
        coach = Coach(page)
        coach.open()
        coach.press_all("12")
        coach.all_saved()
        with place.backed_up():
            coach.press_all("3n1")
            coach.all_saved()
        assert len(place.stored()) == 2
        place.start()
        # Says something else of a photo whose first answer the lab has lost.
        coach.correct(2, "x")
        coach.press_all("1")
        coach.all_saved()
        assert_kept(place, [coach])

        with place.backed_up():
            coach.press_all("2")
            coach.all_saved()
        place.start()
        page.goto(place.address)
        coach.open()
        assert coach.undo()
        coach.all_saved()
        assert_kept(place, [coach])


def test_without_a_lab_the_page_says_so_and_goes_on_by_itself(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path / "home", photos=14) as place, window_at(browser, place.address) as page:
        coach = Coach(page)
        coach.open()
        place.kill()
        while coach.press("1"):
            pass
        page.wait_for_selector(".yl-empty:has-text('on their way')")
        assert len(coach.keyed) >= 8
        # What was answered can be looked at and taken back all the same.
        assert coach.undo()
        coach.press_all("n")
        place.start()
        page.wait_for_selector(".yl-review .yl-answer")
        while coach.press("1"):
            page.wait_for_selector(HERE)
        coach.all_saved()
        assert_kept(place, [coach])
        # To the very first, which another page has given.
        page.goto(place.address)
        coach.open()
        while coach.undo():
            page.wait_for_timeout(20)
        coach.all_saved()
        assert_kept(place, [coach])


def test_answers_given_without_a_network_wait_and_are_kept_once(
    page: Any, lab: Lab, studio: Studio, tmp_path: Path
) -> None:
    added = lab.photos.add(COACH, [studio.draw(slug, 3) for slug in POSES], consent=AGREED)
    go_to(page, "Review")
    page.wait_for_selector(".yl-answer")
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.wait_for_selector("text=No connection: 1 answer waits")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=No connection: 2 answers wait")
    assert not any(lab.review.history(COACH, photo) for photo in added.new)
    # The waiting answers survive the page itself.
    assert page.evaluate(WAITING) == 2
    page.context.set_offline(False)
    page.reload()
    go_to(page, "Review")
    page.wait_for_selector("text=All saved")
    assert sorted(len(lab.review.history(COACH, photo)) for photo in added.new) == [0, 0, 0, 1, 1]


def test_two_windows_without_a_network_lose_no_answer(page: Any, lab: Lab, studio: Studio) -> None:
    added = lab.photos.add(COACH, [studio.draw(slug, n) for slug in POSES for n in (1, 2)], consent=AGREED)
    other = page.context.new_page()
    other.goto(page.url)
    for window in (page, other):
        window.click("#yl-tab-review-button")
        window.wait_for_selector(HERE)
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.wait_for_selector("text=No connection: 1 answer waits")
    other.keyboard.press("n")
    # Each window knows what all of them have still to send.
    other.wait_for_selector("text=No connection: 2 answers wait")
    assert page.evaluate(WAITING) == 2
    other.close()
    page.context.set_offline(False)
    page.reload()
    go_to(page, "Review")
    page.wait_for_function(f"() => ({WAITING}) === 0")
    said = [event for photo in added.new for event in lab.review.history(COACH, photo)]
    assert len({event.id for event in said}) == len(said) == 2


def test_an_answer_that_cannot_be_saved_is_shown_and_holds_up_no_other(
    page: Any, lab: Lab, studio: Studio
) -> None:
    (photo,) = lab.photos.add(COACH, [studio.draw("tree", 1)], consent=AGREED).new
    page.evaluate(
        """([photo, pose]) => localStorage.setItem("yogalab.labels.waiting.old", JSON.stringify([
            { name: "label", what: "Tree (gone.jpg)", asked: { photo: 999, pose, event: "11111111-1111" } },
            { name: "label", what: "Tree (big.jpg)", asked: { photo: 2 ** 80, pose, event: "22222222-2222" } },
            { name: "label", what: "Tree", who: "Ben", asked: { photo, pose, event: "33333333-3333" } },
            { name: "label", what: "Tree", asked: { photo, pose, event: "44444444-4444" } },
        ]))""",
        [photo, lab.poses.pose(COACH, "tree").id],
    )
    page.reload()
    go_to(page, "Review")
    page.wait_for_selector(".yl-unsaved :text('Tree (gone.jpg)')")
    page.wait_for_selector(".yl-unsaved :text('Tree (big.jpg)')")
    page.wait_for_selector("text=1 answer by Ben waits on this device")
    assert [event.id for event in lab.review.history(COACH, photo)] == ["44444444-4444"]
    page.click("text=Go on as Ben")
    page.wait_for_selector("text=waits on this device until Ben", state="detached")
    # The line goes when Ben is back, a moment before his answer has arrived.
    page.wait_for_selector(".yl-saved.is-saved")
    assert [event.coach for event in lab.review.history(COACH, photo)][-1] == "ben"
    page.click("text=Put away")
    page.wait_for_selector(".yl-unsaved", state="hidden")
    assert page.evaluate(WAITING) == 0


def at_random(coach: Coach, rng: random.Random) -> None:
    """Answer, or take back what this page remembers: there is no lab to ask for more."""
    if rng.random() < 0.25 or not coach.press(rng.choice("123 nx")):
        coach.undo(earlier=False)


def five_times(route: Any) -> None:
    """Send what carries answers five times at once."""
    request = route.request
    if '"answers"' not in (request.post_data or ""):
        route.continue_()
        return
    asked = urllib.request.Request(request.url, request.post_data_buffer, request.all_headers())

    def sent(_: int) -> tuple[int, bytes]:
        with urllib.request.urlopen(asked, timeout=30) as reply:
            return reply.status, reply.read()

    with ThreadPoolExecutor(5) as pool:
        (status, body), *_ = list(pool.map(sent, range(5)))
    route.fulfill(status=status, body=body, content_type="application/json")
