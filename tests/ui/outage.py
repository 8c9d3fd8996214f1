"""A lab in a process that can be killed, and coaches whose every key is written down."""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import uvicorn

from tests.fakes import AGREED, Studio, studio_lab
from tests.ui.keyboard import COACH, POSES, slug_of
from yogalab.keeping.store import open_store
from yogalab.settings import Settings
from yogalab.ui.pages import build_app
from yogalab.ui.site import build_site

MARKS = {" ": "skip", "n": "not_a_pose", "x": "nobody"}
PHOTO = ".yl-review .yl-stage img"


class Said(NamedTuple):
    """An answer as it was keyed, or as it is stored. undoes: what an undo took back."""

    photo: int
    kind: str
    pose: str | None = None
    undoes: tuple[str, str | None] | None = None


def serve(home: Path, port: int) -> None:
    """Serve the lab in `home` until killed."""
    lab, _ = studio_lab(home)
    settings = Settings(home=home, port=port)
    uvicorn.run(build_site(build_app(lab, settings), lab, settings), port=port, log_level="error")


class Place:
    """One lab at one address, whatever happens to its process."""

    def __init__(self, home: Path, *, photos: int) -> None:
        self.home = home
        studio = Studio()
        lab, _ = studio_lab(home, studio=studio)
        uploads = [studio.draw(POSES[n % len(POSES)], n) for n in range(photos)]
        lab.photos.add(COACH, uploads, consent=AGREED)
        self.poses = {pose.id: pose.name for pose in lab.poses.list(COACH)}
        lab.close()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process: BaseProcess | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve; returns when pages come."""
        context = get_context("forkserver")
        context.set_forkserver_preload(["tests.ui.outage", "tests.killed_lab"])
        process = context.Process(target=serve, args=(self.home, self.port), daemon=True)
        process.start()
        self._process = process
        while not answers(self.address):
            assert process.is_alive(), "the lab does not open"
            Event().wait(0.05)

    def kill(self) -> None:
        """As kill -9 does."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    @contextmanager
    def backed_up(self) -> Iterator[None]:
        """Killed at the end and restored to what it was at the beginning."""
        copy = self.home / "before.db"
        with closing(sqlite3.connect(self.home / "lab.db")) as now, closing(sqlite3.connect(copy)) as then:
            now.backup(then)
        yield
        self.kill()
        for leftover in self.home.glob("lab.db-*"):
            leftover.unlink()
        shutil.move(copy, self.home / "lab.db")

    def stored(self) -> list[Said]:
        """Everything that the lab keeps, in its order."""
        with closing(open_store(Settings(home=self.home))) as store:
            events = sorted(store.events(), key=lambda event: event.seq or 0)
        plain = {
            event.id: Said(event.photo_id, event.kind.value, self._name(event.pose_id)) for event in events
        }
        return [
            plain[event.id]._replace(undoes=plain[event.undoes][1:3]) if event.undoes else plain[event.id]
            for event in events
        ]

    def _name(self, pose_id: int | None) -> str | None:
        return self.poses[pose_id] if pose_id is not None else None


@contextmanager
def served(home: Path, *, photos: int) -> Iterator[Place]:
    """A lab with so many drawn people, served by a process of its own until the block ends."""
    place = Place(home, photos=photos)
    place.start()
    try:
        yield place
    finally:
        place.kill()


class Coach:
    """Who presses keys in one window. keyed: what they meant, in order."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.keyed: list[Said] = []
        self._standing: list[Said] = []
        # So many of them this page does not remember itself.
        self._before = 0

    def open(self) -> None:
        """Go to the review page, as after a reload."""
        self._before = len(self._standing)
        self.page.click("#yl-tab-review-button")
        self.page.wait_for_selector(HERE)

    @property
    def photo(self) -> int | None:
        """The number of the photo in front."""
        if not self.page.is_visible(PHOTO):
            return None
        found = re.match(r"/photo/(\d+)", self.page.get_attribute(PHOTO, "src"))
        return int(found[1]) if found else None

    @property
    def slug(self) -> str:
        """What the photo in front shows."""
        return slug_of(self.page.get_attribute(PHOTO, "alt"))

    def press_all(self, keys: str) -> None:
        """Answer so many photos."""
        for key in keys:
            assert self.press(key), "no photo is in front"

    def press(self, key: str) -> bool:
        """Answer the photo in front by a key; False where none is in front."""
        if (photo := self.photo) is None:
            return False
        names = self.page.locator(".yl-answer b").all_inner_texts()
        if key.isdigit() and len(names) < int(key):
            # Asked without a guess: there is nothing to choose by a number.
            key = "n"
        pose = names[int(key) - 1] if key.isdigit() else None
        self._say(Said(photo, MARKS.get(key, "pose"), pose))
        self.page.keyboard.press(key)
        return True

    def undo(self, *, earlier: bool = True) -> bool:
        """Take the last answer back; False where nothing is left. earlier: also one from before a reload."""
        if len(self._standing) <= (0 if earlier else self._before):
            return False
        self._before = min(self._before, len(self._standing) - 1)
        _, kind, pose, _ = last = self._standing.pop()
        self.keyed.append(Said(last.photo, "undo", None, (kind, pose)))
        self.page.keyboard.press("u")
        if last.photo not in {said.photo for said in self._standing}:
            self.page.wait_for_selector(f"{PHOTO}[src^='/photo/{last.photo}?']")
        return True

    def correct(self, back: int, key: str) -> None:
        """Go back so many photos, say something else of that one, and return to the front."""
        for _ in range(back):
            self.page.keyboard.press("ArrowLeft")
        self.page.wait_for_selector(".yl-last:has-text('You said')")
        self.press(key)
        for _ in range(back):
            self.page.keyboard.press("ArrowRight")

    def all_saved(self) -> None:
        """Wait until nothing of any window waits."""
        self.page.wait_for_function(f"() => ({WAITING}) === 0")

    def _say(self, said: Said) -> None:
        self.keyed.append(said)
        self._standing.append(said)


def assert_kept(place: Place, coaches: Sequence[Coach]) -> None:
    """Nothing that was keyed is missing, nothing is there twice, and each window's order is as it was."""
    stored = place.stored()
    for coach in coaches:
        photos = {said.photo for said in coach.keyed}
        assert [said for said in stored if said.photo in photos] == coach.keyed
    assert len(stored) == sum(len(coach.keyed) for coach in coaches)


def answers(address: str) -> bool:
    """Whether pages come from there."""
    try:
        with urllib.request.urlopen(f"{address}/", timeout=5) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


# The review page has something to show.
HERE = ".yl-review .yl-stage img:visible, .yl-review .yl-empty:visible"
# How many answers wait on this device, of all windows.
WAITING = """Object.keys(localStorage).filter(key => key.startsWith('yogalab.answer.'))
    .filter(key => !JSON.parse(localStorage.getItem(key)).saved).length"""
