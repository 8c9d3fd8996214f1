"""Who is labelling."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yogalab.errors import BadCoachName
from yogalab.lab.parts import Parts, require
from yogalab.records import Coach, Role

LONGEST_NAME = 40


class PeopleDesk:
    """The coaches of this lab."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store

    def coaches(self, who: Coach) -> Sequence[Coach]:
        """Everybody who ever labelled here."""
        require(who, Role.VIEWER)
        return self._store.coaches()

    def enter(self, name: str, *, role: Role = Role.OWNER) -> Coach:
        """Return the coach of that name, known from now on. Raises BadCoachName."""
        shown = " ".join(name.split())
        if not 1 <= len(shown) <= LONGEST_NAME or not shown.isprintable():
            raise BadCoachName(name=name[:LONGEST_NAME])
        coach = Coach(id=_spelled(shown), name=shown, role=role)
        return self._store.put_coach(coach)


def _spelled(name: str) -> str:
    """Two people who type the same name in another case are the same coach."""
    return re.sub(r"\s+", "-", name.casefold())
