"""Every page fits the role of who looks at it: nothing that is there to press is refused, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import AGREED, Studio, studio_lab
from tests.ui.browsing import BROWSER, PATIENCE
from tests.ui.exposed import offered
from tests.ui.inhabited import LAB_PASSWORD, NAMES, OLGA, OWN_PASSWORD, World, inhabited
from tests.ui.role_table import FUNCTIONS
from tests.ui.serving import serving
from tests.ui.test_axe import found, show
from yogalab.lab.house import HouseRules
from yogalab.records import Role
from yogalab.settings import Settings
from yogalab.words import say

pytestmark = [*BROWSER, pytest.mark.slow]
SIGNS = {
    "photos": ".yl-tile img",
    "review": ".yl-review-body:not([hidden])",
    "check": ".yl-again-list li, .yl-check .yl-empty h2",
    "models": ".yl-version",
    "poses": ".yl-pose",
}
# What a viewer's pages ask only for the sake of an answer that they cannot give.
FOR_ANSWERS = {"check.skipped", "models.progress", "photos.matching", "photos.shaped", "poses.understand"}
FOR_ANSWERS |= {"review.card", "review.own"}
# What is dangerous, opens windows of the system, or is refused by a sentence for good reason: another's photo.
LEFT = ".is-danger, .yl-drop"
# The next control of a kind that has not been pressed yet, in the dialog in front or else on the page; null at
# the end.
PRESS = """([root, pressed, left]) => {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  const place = dialog ?? document.querySelector(root);
  if (!place.checkVisibility()) return "away";
  const wordsOf = (one) => (one.matches(".yl-button, .yl-list") ? one.textContent : "");
  const kindOf = (one) => `${dialog ? "in" : "on"} ${one.className} ${wordsOf(one)}`;
  const ways = "button, a[href], input[type=checkbox], summary";
  for (const one of place.querySelectorAll(ways)) {
    const kind = kindOf(one);
    if (!one.checkVisibility() || one.disabled || pressed.includes(kind) || one.closest(left)) continue;
    one.click();
    return kind;
  }
  if (!dialog) return null;
  dialog.close();
  return "closed";
}"""
KEYS = [*"123456789/nxbpmugkzsw", "Enter", "Space", "ArrowRight", "ArrowRight", "ArrowLeft", "Delete"]
KEYS += ["Control+a", "Control+z", "Shift+Space", "?"]
# From the first moment on: what was there to press although it takes a role that nobody here has.
FLASHES = """
window.flashed = new Set();
new MutationObserver(() => {
  const roles = ["visitor", "viewer", "coach", "owner"];
  const role = roles.indexOf(document.documentElement.dataset.role);
  for (const one of document.querySelectorAll("[data-needs]"))
    if (roles.indexOf(one.dataset.needs) > role && one.checkVisibility()) flashed.add(one.className);
}).observe(document, { childList: true, subtree: true, attributes: true });
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with inhabited(tmp_path_factory.mktemp("inhabited")) as made:
        # Something to look at on each list: coaches differ, and copies of one moment.
        made.lab.review.label(made.coaches["coach"], 1, "camel")
        yield made


class Window:
    """Somebody's browser. asked: the server functions that its pages asked; refused: what was not theirs."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self._heard: list[Any] = []
        config = json.loads(page.context.request.get(f"{address}/config").text())
        self._names = {(number, name.partition(".")[2]): name for name, number in offered(config).items()}
        page.on("requestfinished", lambda request: self._heard.append(request))

    @property
    def asked(self) -> set[str]:
        sent = [json.loads(one.post_data) for one in self._heard if "component_server" in one.url]
        return {self._names[one["component_id"], one["fn_name"]] for one in sent}

    @property
    def refused(self) -> list[str]:
        answers = [(one.url, one.post_data, one.response()) for one in self._heard if "/photo/" not in one.url]
        return [
            f"{url} {asked}"
            for url, asked, answer in answers
            if answer.status in {401, 403} or ("component_server" in url and "not_allowed" in answer.text())
        ]

    def seen(self, selector: str) -> int:
        return int(self.page.locator(f"{selector} >> visible=true").count())

    def press_everything(self, tab: str) -> None:
        """One of each kind of control that is seen, also in the dialogs that they open; then all keys."""
        pressed: set[str] = set()
        while kind := self.page.evaluate(PRESS, [f"section.yl-{tab}", sorted(pressed), LEFT]):
            pressed.add(kind)
            if kind == "away":
                show(self.page, tab, SIGNS[tab])
            # Until what was asked is answered, more may be drawn.
            self.page.wait_for_load_state("networkidle")
        for key in KEYS:
            self.page.keyboard.press(key)
            for _ in range(self.seen("dialog[open]")):
                self.page.keyboard.press("Escape")


@contextmanager
def window(browser: Any, address: str, name: str) -> Iterator[Window]:
    """Signed in, on the first page. Afterwards: no script failed, and nothing flashed up meanwhile."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.add_init_script(FLASHES)
    context.request.post(f"{address}/login", form={"name": name, "password": password_of(name)})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("filechooser", lambda _: None)
    made = Window(page, address)
    page.goto(address)
    page.wait_for_selector(f".yl-who >> text={name}")
    yield made
    assert page.evaluate("[...flashed]") == []
    context.close()
    assert troubles == []


def password_of(name: str) -> str:
    return LAB_PASSWORD if name == NAMES[Role.OWNER] else OWN_PASSWORD


def allowed(asker: str) -> set[str]:
    return {name for name, rule in FUNCTIONS.items() if rule.allows(asker, "own")}


def test_a_viewer_is_refused_nothing_that_is_there_and_finds_all_they_may_see(
    browser: Any, world: World
) -> None:
    with window(browser, world._addresses["locked"], "Vera") as vera:
        page = vera.page
        grave = []
        for tab, sign in SIGNS.items():
            show(page, tab, sign)
            assert vera.seen(".yl-look") == 1, tab
            grave += found(page, tab)
            vera.press_everything(tab)
        show(page, "check", SIGNS["check"])
        page.click(f"section.yl-check button:has-text('{say('check.disagreements')}')")
        page.click("section.yl-check summary")
        page.wait_for_selector(".yl-agreeing-figures section")
        assert vera.refused == []
        pages = {name for name in allowed("viewer") if not name.startswith("shell.") and "search" not in name}
        assert pages - FOR_ANSWERS <= vera.asked <= allowed("viewer")
        assert vera.seen(".yl-help") == vera.seen("[data-needs=coach]") == vera.seen("[data-needs=owner]") == 0
        assert grave == []


def test_a_viewer_goes_from_photo_to_photo_and_round(browser: Any, world: World) -> None:
    with window(browser, world._addresses["locked"], "Vera") as vera:
        page = vera.page
        show(page, "review", ".yl-review .yl-stage img")
        waiting = world.lab.review.tally(world.coaches["viewer"]).waiting
        photos = [shown(page)]
        while len(photos) <= waiting:
            page.keyboard.press("ArrowRight")
            photos.append(shown(page, but=photos[-1]))
        assert len(set(photos)) == waiting and photos[-1] == photos[0]
        page.click(f".yl-review button:has-text('{say('photos.next')}')")
        assert shown(page, but=photos[0]) == photos[1]
        page.keyboard.press("ArrowLeft")
        assert shown(page, but=photos[1]) == photos[0]


def shown(page: Any, but: str = "") -> str:
    """The address of the photo in front, once it is another than before."""
    front = "document.querySelector('.yl-review .yl-stage img')?.src.split('?')[0]"
    page.wait_for_function(f"but => ![undefined, but].includes({front})", arg=but)
    return str(page.evaluate(front))


def test_a_coach_finds_what_coaches_do_and_nothing_of_the_owners(browser: Any, world: World) -> None:
    with window(browser, world._addresses["locked"], "Cleo") as cleo:
        page = cleo.page
        there = {"photos": ".yl-drop button", "review": ".yl-marks button", "check": ".yl-list"}
        for tab, sign in SIGNS.items():
            show(page, tab, sign)
            assert cleo.seen(there.get(tab, ".yl-look")) >= 1, tab
            cleo.press_everything(tab)
        show(page, "photos", SIGNS["photos"])
        page.locator(".yl-pick").first.check(force=True)
        page.click(f".yl-picked button:has-text('{say('photos.no_pose')}')")
        page.click(f".yl-picked.is-done button:has-text('{say('review.undo')}')")
        page.wait_for_selector(".yl-picked.is-done", state="hidden")
        assert cleo.refused == []
        done = {"photos.name_all", "photos.take_back", "review.answers"}
        assert done <= cleo.asked <= allowed("coach")
        assert cleo.seen("[data-needs=owner]") == 0
        show(page, "review", ".yl-marks button")
        page.fill(".yl-review .yl-search input", "zzzz")
        page.wait_for_selector(f"[role=option] >> text={say('role.look.no_pose')}")
        page.keyboard.press("Enter")
        page.click(".yl-help")
        page.wait_for_selector(".yl-welcome li")
        steps = [one.inner_text() for one in page.locator(".yl-welcome h3").all()]
        assert len(steps) == 2 and say("welcome.teach") not in steps


def test_an_owner_finds_everything(browser: Any, world: World) -> None:
    hidden = """all => all
      .filter((one) => getComputedStyle(one).display === "none" && !one.matches("[hidden], .yl-swipes"))
      .map((one) => one.outerHTML)"""
    with window(browser, world._addresses["locked"], "Olga") as olga:
        for tab, sign in SIGNS.items():
            show(olga.page, tab, sign)
            assert olga.page.locator(f"section.yl-{tab} [data-needs]").count() > 0, tab
            assert olga.page.eval_on_selector_all(f"section.yl-{tab} [data-needs]", hidden) == []
            assert olga.seen(f"section.yl-{tab} [data-instead]") == 0


def test_controls_come_and_go_with_the_role(browser: Any, world: World) -> None:
    guest = world.guest()
    name = next(one.name for one in world.lab.people.list(OLGA) if one.id == guest)
    with window(browser, world._addresses["locked"], name) as theirs:
        page = theirs.page
        page.wait_for_selector(".yl-tile img")
        assert theirs.seen(".yl-drop") == 0
        world.lab.people.set_role(OLGA, guest, Role.COACH)
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        page.wait_for_selector(".yl-drop button")
        page.locator(".yl-tile-photo").first.click()
        page.wait_for_selector("dialog[open] .yl-naming button")
        # Taken away while they look: the next thing they press is refused in a sentence, and then it is gone.
        world.lab.people.set_role(OLGA, guest, Role.VIEWER)
        page.locator("dialog[open] .yl-naming button").first.click()
        page.wait_for_selector(".yl-notice.is-trouble")
        page.wait_for_selector("dialog[open] .yl-naming", state="hidden")
        assert theirs.seen("[data-needs=coach]") == 0


def test_an_empty_lab_asks_nothing_of_a_viewer(browser: Any, tmp_path: Path) -> None:
    lab, _ = studio_lab(tmp_path / "lab", studio=(studio := Studio()), rules=HouseRules(locked=True))
    _, secret = lab.invitations.invite(OLGA, Role.VIEWER, name="Vera")
    lab.invitations.accept(secret, "Vera", OWN_PASSWORD)
    settings = Settings(home=tmp_path / "home", password=LAB_PASSWORD)
    with serving(lab, settings) as address, window(browser, address, "Vera") as vera:
        for tab in ("photos", "review"):
            show(vera.page, tab, f".yl-{tab} .yl-empty >> text={say('role.look.no_photos')}")
            assert vera.seen(f".yl-{tab} .yl-empty button") == 0
        assert vera.seen(".yl-welcome") == 0
        ben = lab.people.enter("Ben")
        lab.photos.add(ben, [studio.draw("tree", 1)], consent=AGREED)
        show(vera.page, "photos", ".yl-tile img")
    lab.close()
