"""The exchange desk: photos from folders and tables, and the whole labelled set out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from yogalab.errors import NothingToExport, UnknownExport
from yogalab.lab.outgoing import agreed, outgoing
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.ports import Offered
from yogalab.records import Coach, Role


class ExchangeDesk:
    """Formats in and out."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served

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

        Raises NothingToExport, UnknownExport, TargetTaken, DiskFull.
        """
        require(who, Role.OWNER)
        if kind not in self.formats:
            raise UnknownExport(kind=kind, known=", ".join(self.formats))
        snapshot = self._served.snapshot()
        ids = [photo_id for photo_id in sorted(snapshot.photos) if everything or agreed(snapshot, photo_id)]
        if not ids:
            raise NothingToExport()
        leaving = outgoing(self._parts, self._served, snapshot, ids, on_step)
        return self._parts.exchange.write(leaving, target, kind)
