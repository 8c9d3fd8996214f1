"""The exchange desk: photos from folders and tables, and the whole labelled set out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from yogalab.errors import NothingToExport, UnknownExport
from yogalab.lab.arrivals import Added
from yogalab.lab.bringing import Bringing
from yogalab.lab.leaving import with_all
from yogalab.lab.outgoing import agreed, outgoing
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.lab.siblings import Siblings
from yogalab.ports import Offered
from yogalab.records import Coach, Consent, Role


class ExchangeDesk:
    """Formats in and out."""

    def __init__(self, parts: Parts, served: Served, siblings: Siblings) -> None:
        """siblings: of all photos of the lab, however they are added."""
        self._parts = parts
        self._served = served
        self._siblings = siblings

    @property
    def formats(self) -> tuple[str, ...]:
        """The kinds of data set that can be written."""
        return self._parts.exchange.formats

    def offered(
        self, who: Coach, paths: Sequence[Path], *, folders: bool = False, table: Path | None = None
    ) -> Offered:
        """Photos on this machine's disk, for `photos.add`. Raises FileMissing, BadTable."""
        require(who, Role.OWNER)
        return self._parts.exchange.offered(paths, folders=folders, table=table)

    def bring(
        self,
        who: Coach,
        path: Path,
        *,
        kind: str | None = None,
        plain: bool = False,
        consent: Consent = Consent.UNKNOWN,
        on_step: Callable[[Added, int], None] = lambda added, total: None,
    ) -> Added:
        """Take a data set in, with everything that it says; again adds nothing.

        kind: its format; seen from the files unless given. plain: without what stands beside the format.
        consent: for photos of which the data set does not say. on_step: called with what was added so far, and
        how many photos there are. Raises FileMissing, NoDataSet, BadExport, BadTable, DiskFull.
        """
        require(who, Role.OWNER)
        offered = self._parts.exchange.read(path, kind=kind, plain=plain)
        total = len(offered)
        bringing = Bringing(
            self._parts,
            who,
            consent=consent,
            source="import",
            on_step=lambda added: on_step(added, total),
            siblings=self._siblings,
        )
        return bringing.run(offered)

    def add_encoded(
        self,
        who: Coach,
        offered: Offered,
        encoding: Path,
        *,
        consent: Consent,
        on_step: Callable[[Added], None] = lambda added: None,
    ) -> Added:
        """As `photos.add`, where nobody looks again at what an encoding of these photos has seen.

        Raises NoDataSet, NotAllowed, DiskFull.
        """
        require(who, Role.OWNER)
        seen = self._parts.exchange.seen(offered, encoding)
        adding = Bringing(
            self._parts, who, consent=consent, source="folder", on_step=on_step, siblings=self._siblings
        )
        return adding.run(seen)

    def write(
        self,
        who: Coach,
        target: Path,
        kind: str,
        *,
        everything: bool = False,
        on_step: Callable[[int, int], None] = lambda done, total: None,
    ) -> int:
        """Write the photos whose pose is known (or all) as a data set; returns how many.

        Those of people who do not agree stay in the lab, which moves as a whole by `Lab.pack`.
        Raises NothingToExport, UnknownExport, TargetTaken, DiskFull.
        """
        require(who, Role.OWNER)
        if kind not in self.formats:
            raise UnknownExport(kind=kind, known=", ".join(self.formats))
        snapshot = self._served.snapshot()
        ids = [
            photo_id
            for photo_id, photo in sorted(snapshot.photos.items())
            if photo.consent is not Consent.WITHDRAWN and (everything or agreed(snapshot, photo_id))
        ]
        if not ids:
            raise NothingToExport()
        leaving = with_all(self._parts, snapshot, outgoing(self._parts, self._served, snapshot, ids, on_step))
        return self._parts.exchange.write(leaving, target, kind)
