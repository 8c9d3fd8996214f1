"""How far somebody new is: photos, the first names, the first version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.records import Coach, LabelKind, Role

# Enough names to see the model learn.
FEW: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """photos: in the lab; named: photos this coach named, not those that came named; wanted: so many of those
    are a first step, none where all photos came with names; versions: made so far."""

    photos: int
    named: int
    wanted: int
    versions: int


class BeginningDesk:
    """What a newcomer has done."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._store = parts.store
        self._served = served

    def steps(self, who: Coach) -> Beginning:
        """How far this coach is in this lab. Of an empty lab it is told at once, before all is loaded."""
        require(who, Role.VIEWER)
        photos = self._store.newest_photos(count=1)[1]
        named, waiting = self._named(who) if photos else (0, FEW)
        return Beginning(
            photos=photos,
            named=named,
            wanted=min(FEW, named + waiting),
            versions=len(self._store.versions()),
        )

    def _named(self, who: Coach) -> tuple[int, int]:
        """How many photos this coach has named, and how many nobody has answered."""
        snapshot = self._served.snapshot()
        mine = self._served.ledger.standing(who.id)
        # Names that came with the files say where from; nobody looked at those photos.
        named = {e.photo_id for e in mine if e.kind is LabelKind.POSE and "source" not in e.details}
        return len(named), sum(photo_id not in snapshot.resolved for photo_id in snapshot.row)
