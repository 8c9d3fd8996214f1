"""From a stranger on a Space to its coaches: looked in, signed in, invited, let go, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes import AGREED, Studio, studio_lab
from tests.oauth_server import User, provider
from tests.ui.browsing import BROWSER, PATIENCE
from tests.ui.serving import free_port, serving
from tests.ui.signing_in import PASSWORD, rules_of, space
from tests.ui.test_axe import LOOKS, found
from yogalab.records import Coach
from yogalab.settings import Settings
from yogalab.ui.sessions import COOKIE
from yogalab.words import say

pytestmark = BROWSER
OWNER = Coach(id="owner", name="Owner")
TABS = "#yl-tabs [role=tab]:visible"


@contextmanager
def somebody(browser: Any, look: str = "light, wide") -> Iterator[Any]:
    """A browser of their own."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **LOOKS[look]})
    context.add_init_script("try { localStorage.setItem('yogalab.welcome', 'closed') } catch {}")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert troubles == []


def come_by_the_hub(page: Any, address: str) -> list[str]:
    """Look in, sign in with consent, and open the people; returns what shuts anybody out on the way."""
    page.goto(address)
    page.wait_for_selector("a.yl-who")
    assert [tab.inner_text() for tab in page.locator(TABS).all()] == [say("tab.live")]
    grave = found(page, "looking in")
    page.click("a.yl-who")
    page.wait_for_selector(f"text={say('login.hub')}")
    grave += found(page, "the door")
    page.click(f"text={say('login.hub')}")
    page.click("text=Authorize")
    page.wait_for_selector(".yl-tile")
    assert page.locator(TABS).count() == 6
    page.click("button.yl-who")
    page.wait_for_selector(f"dialog[open] >> text={say('role.you.owner')}")
    grave += found(page, "one's account")
    page.click(f"dialog[open] button:has-text('{say('people.show')}')")
    page.wait_for_selector(".yl-people li")
    return grave


def invite(page: Any, name: str) -> str:
    """Fill in the form; returns the link."""
    page.fill("#yl-invite-name", name)
    page.click(f"button:has-text('{say('people.invite_go')}')")
    page.wait_for_selector(".yl-invited input")
    return str(page.input_value(".yl-invited input"))


def accept(page: Any, link: str) -> list[str]:
    page.goto(link)
    page.wait_for_selector("#password")
    grave = found(page, "an invitation")
    page.fill("#password", PASSWORD)
    page.click("form button")
    page.wait_for_selector("button.yl-who >> text=Cleo")
    page.click("button.yl-who")
    page.click(f"summary:has-text('{say('people.password')}')")
    grave += found(page, "a coach's account")
    page.fill("#yl-password-old", PASSWORD)
    page.fill("#yl-password-new", "short")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] .yl-alert")
    page.fill("#yl-password-new", "another good one")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"text={say('people.password_changed')}")
    return grave


def test_a_space_gets_its_people(browser: Any, tmp_path: Path) -> None:
    studio, port = Studio(), free_port()
    with provider(User("sub-1", "anna")) as made:
        made.asks = True
        host = f"127.0.0.1:{port}"
        settings = space(Settings(home=tmp_path), made, host, SPACE_AUTHOR_NAME="anna")
        lab, _ = studio_lab(tmp_path / "lab", studio=studio, rules=rules_of(settings))
        lab.photos.add(OWNER, [studio.draw("tree", 1)], consent=AGREED)
        with (
            serving(lab, settings, port=port) as address,
            somebody(browser) as anna,
            somebody(browser, "dark, small") as cleo,
        ):
            grave = come_by_the_hub(anna, address)
            link = invite(anna, "Cleo")
            grave += found(anna, "people")
            grave += accept(cleo, link)
            change_and_remove(anna, cleo, lab)
            grave += found(cleo, "looking in, on a phone")
    assert grave == []
    lab.close()


def change_and_remove(anna: Any, cleo: Any, lab: Any) -> None:
    """The owner makes the coach a viewer, then lets them go; each shows at their next step."""
    anna.reload()
    anna.click("button.yl-who")
    anna.click(f"dialog[open] button:has-text('{say('people.show')}')")
    anna.select_option(f"select[aria-label='{say('people.role_of', name='Cleo')}']", "viewer")
    anna.wait_for_selector(f"text={say('people.given', name='Cleo', role=say('role.viewer'))}")
    assert lab.people.find(OWNER, "Cleo").role == "viewer"
    cleo.reload()
    cleo.wait_for_selector("button.yl-who >> text=Cleo")
    anna.click(f"button[aria-label='{say('people.remove_one', name='Cleo')}']")
    anna.click(f".yl-sure button:has-text('{say('people.remove')}')")
    anna.wait_for_selector(f"text={say('people.removed', name='Cleo')}")
    cleo.reload()
    cleo.wait_for_selector("a.yl-who")
    assert COOKIE not in {one["name"] for one in cleo.context.cookies()}
