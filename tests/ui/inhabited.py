"""A lab with somebody of every role, what is theirs and what is another's, served over real HTTP."""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.fakes import AGREED, FakeHub, Studio, studio_lab
from tests.labs import POSES, worked_off
from tests.ui.exposed import offered
from tests.ui.serving import serving
from yogalab.lab.house import HouseRules
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Coach, Role
from yogalab.settings import Settings

LAB_PASSWORD = "nine lives of a cat"
OWN_PASSWORD = "seven colours of a rainbow"
NOBODY = "nobody"
# Who asks, from whoever may least.
ASKERS = (NOBODY, Role.VISITOR.value, Role.VIEWER.value, Role.COACH.value, Role.OWNER.value)
NAMES = {Role.VIEWER: "Vera", Role.COACH: "Cleo", Role.OWNER: "Olga"}
# Tables of which every row belongs to somebody, with the column that says to whom.
_THEIRS = {
    "label_event": "coach",
    "lease": "coach",
    "photo": "added_by",
    "token": "coach",
    "account": "coach_id",
    "coach": "id",
}


_NOT_ALLOWED = re.compile(r'"code": ?"people\.not_allowed"')


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request. json: instead of content. function: the server function's name, "review.label"."""

    method: str
    path: str
    function: str = ""
    json: object = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def shut_out(self) -> bool:
        """Whether it says that somebody may not, in whatever shape."""
        return self.status in {401, 403} or _NOT_ALLOWED.search(self.text) is not None

    @property
    def codes(self) -> set[str]:
        """The troubles it tells of."""
        try:
            told = json.loads(self.text)
        except ValueError:
            return set()
        return {str(told["code"])} if isinstance(told, dict) and told.get("code") else set()


class World:
    """coaches: by asker; nobody and visitors have none. other: a coach beside them, with their own things."""

    def __init__(
        self, lab: Lab, parts: Parts, studio: Studio, home: Path, addresses: Mapping[str, str]
    ) -> None:
        self.lab, self.parts, self.studio, self.home = lab, parts, studio, home
        self._addresses = addresses
        self._count = itertools.count(1)
        self._cookies = dict.fromkeys(ASKERS, "")
        self._lines = {asker: self._line(asker) for asker in ASKERS}
        # Every page that is built numbers its parts anew.
        self._functions = offered(json.loads(self.ask("owner", Call(method="GET", path="/config")).text))
        known = {coach.name: coach for coach in lab.people.coaches(OLGA)}
        self.coaches = {role.value: replaced(known[name], role) for role, name in NAMES.items()}
        self.other = replaced(known["Ben"], Role.COACH)

    # --- asking -----------------------------------------------------------------------------------

    def ask(self, asker: str, call: Call) -> Answer:
        asked = self.wrapped(call.function, call.json) if call.function else call.json
        line = self._lines[asker]
        with line.stream(
            call.method,
            call.path,
            json=asked,
            content=call.content,
            headers={**call.headers, "cookie": self._cookies[asker]},
        ) as heard:
            # News for assistants that nobody has asked for come for ever.
            endless = call.method == "GET" and "event-stream" in heard.headers.get("content-type", "")
            text = "" if endless else heard.read().decode(errors="replace")
        # Whoever signs out, or reads in another language, does so for one question.
        line.cookies.clear()
        return Answer(status=heard.status_code, text=text, headers=heard.headers)

    def wrapped(self, name: str, asked: object) -> object:
        """What a script sends to ask a server function."""
        component, function = self._functions[name], name.partition(".")[2]
        return {"session_hash": "x", "component_id": component, "fn_name": function, "data": asked}

    def function(self, name: str, asked: object) -> Call:
        """The call of a server function."""
        return Call(method="POST", path="/gradio_api/component_server", function=name, json=asked)

    def _line(self, asker: str) -> httpx2.Client:
        address = self._addresses["locked" if asker == NOBODY else "public"]
        line = httpx2.Client(base_url=address, follow_redirects=False, timeout=60)
        role = next((role for role in NAMES if role.value == asker), None)
        if role is not None:
            password = LAB_PASSWORD if role is Role.OWNER else OWN_PASSWORD
            came = line.post("/login", data={"name": NAMES[role], "password": password})
            assert came.status_code == 303, came.text
            self._cookies[asker] = "; ".join(f"{name}={value}" for name, value in line.cookies.items())
        return line

    def close(self) -> None:
        for line in self._lines.values():
            line.close()

    # --- things of somebody's ---------------------------------------------------------------------

    def who(self, asker: str) -> Coach:
        """Whose things an asker calls theirs; who has no name has none, and asks for the other's."""
        return self.coaches.get(asker, self.other)

    def number(self) -> int:
        return next(self._count)

    def event(self) -> str:
        return f"00000000-0000-4000-8000-{self.number():012d}"

    def photo(self, of: Coach) -> int:
        """A photo that nobody has said anything of."""
        drawn = self.studio.draw("tree", 1000 + self.number())
        return self.lab.photos.add(replaced(of, Role.COACH), [drawn], consent=AGREED).new[0]

    def label(self, of: Coach) -> tuple[int, str]:
        """(photo, event) of an answer that stands."""
        photo, event = 1 + self.number() % 10, self.event()
        self.lab.review.label(replaced(of, Role.COACH), photo, "tree", event_id=event)
        return photo, event

    def answer(self) -> tuple[int, str]:
        """A photo that is still there, and a pose it may be called."""
        return self.photo(self.other), "tree"

    def click(self, of: Coach) -> str:
        click = self.event()
        self.lab.naming.name(replaced(of, Role.COACH), [1, 2], "tree", event_id=click)
        return click

    def token(self, of: Coach) -> str:
        # Nobody may have more than a few.
        for old in self.lab.tokens.list(of)[4:]:
            if old.coach == of.id:
                self.lab.tokens.drop(of, old.id)
        return self.lab.tokens.make(of, "a program")[0].id

    def guest(self) -> str:
        """The id of somebody new who can sign in."""
        name = f"Guest {self.number()}"
        _, secret = self.lab.invitations.invite(self.coaches["owner"], Role.VIEWER, name=name)
        return self.lab.invitations.accept(secret, name, OWN_PASSWORD).id

    def pose(self) -> int:
        return self.lab.poses.add(self.coaches["owner"], f"Pose {self.number()}").id

    def job(self) -> int:
        """Long work that waits, and that no worker here knows."""
        return self.parts.store.add_job("nap", {}, who=self.other.id).id

    def theirs(self, of: Coach) -> object:
        """Everything in the database that is somebody's, to see whether any of it has changed."""
        with sqlite3.connect(f"file:{self.home / 'lab.db'}?mode=ro", uri=True) as database:
            return {
                table: database.execute(
                    f'select * from "{table}" where "{column}" = ? order by 1', (of.id,)
                ).fetchall()
                for table, column in _THEIRS.items()
            }


OLGA = Coach(id="olga", name="Olga", role=Role.OWNER)


def replaced(coach: Coach, role: Role) -> Coach:
    return Coach(id=coach.id, name=coach.name, role=role)


@contextmanager
def inhabited(home: Path) -> Iterator[World]:
    """The lab, served twice: closed, and open to visitors."""
    studio = Studio()
    rules = HouseRules(locked=True)
    lab, parts = studio_lab(home / "lab", studio=studio, hub=FakeHub(), rules=rules)
    lab.entrance.by_lab("Olga")
    for role, name in ((Role.VIEWER, "Vera"), (Role.COACH, "Cleo"), (Role.COACH, "Ben")):
        _, secret = lab.invitations.invite(OLGA, role, name=name)
        lab.invitations.accept(secret, name, OWN_PASSWORD)
    ben = Coach(id="ben", name="Ben", role=Role.COACH)
    lab.photos.add(ben, [studio.draw(slug, seed) for seed in range(4) for slug in POSES], consent=AGREED)
    for photo in range(1, 16):
        lab.review.label(ben, photo, POSES[(photo - 1) % len(POSES)])
    worked_off(lab, lab.versions.train(OLGA).id)
    lab.versions.activate(OLGA, 1)
    common = {"password": LAB_PASSWORD, "host": "0.0.0.0"}
    with ExitStack() as stack:
        stack.callback(lab.close)
        addresses = {
            name: stack.enter_context(serving(lab, Settings(home=home / name, visitors=visitors, **common)))
            for name, visitors in (("locked", False), ("public", True))
        }
        world = World(lab, parts, studio, home / "lab", addresses)
        stack.callback(world.close)
        yield world
