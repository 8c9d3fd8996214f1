"""The exchange desk: photos from folders and tables, and the whole labelled set out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from yogalab.errors import NothingToExport, PhotoNotFound, UnknownExport
from yogalab.lab.bodies import foremost
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.ports import Offered
from yogalab.records import Coach, LabelEvent, Outgoing, Resolved, Role

# Skeletons are read from the database for so many photos at a time.
CHUNK = 256


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
        ids = [photo_id for photo_id in sorted(snapshot.photos) if everything or _named(snapshot, photo_id)]
        if not ids:
            raise NothingToExport()
        return self._parts.exchange.write(self._outgoing(snapshot, ids, on_step), target, kind)

    def _outgoing(
        self, snapshot: Snapshot, ids: Sequence[int], on_step: Callable[[int, int], None]
    ) -> Iterator[Outgoing]:
        model = self._parts.landmarker.name
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            people = self._parts.store.landmarks(model, photo_ids=chunk)
            for done, photo_id in enumerate(chunk, start + 1):
                answer = _named(snapshot, photo_id)
                said = self._last_said(photo_id, answer)
                yield Outgoing(
                    photo=snapshot.photos[photo_id],
                    pose=snapshot.poses[self._served.final_pose(answer.pose_id or 0)] if answer else None,
                    side=said.side if said else None,
                    coaches=answer.coaches if answer else (),
                    labelled_at=said.at if said else None,
                    people=foremost(people.get(photo_id, ()), snapshot.person(photo_id)),
                    read=_reader(self._parts, photo_id, snapshot.photos[photo_id].key),
                )
                on_step(done, len(ids))

    def _last_said(self, photo_id: int, answer: Resolved | None) -> LabelEvent | None:
        """The newest event that names the photo's pose."""
        if answer is None:
            return None
        history = self._served.ledger.history(photo_id)
        final = self._served.final_pose
        return next((e for e in reversed(history) if e.pose_id and final(e.pose_id) == answer.pose_id), None)


def _named(snapshot: Snapshot, photo_id: int) -> Resolved | None:
    """What coaches agreed on; None where nobody named a pose or coaches disagree."""
    answer = snapshot.resolved.get(photo_id)
    known = answer is not None and answer.pose_id is not None and not answer.disputed
    return answer if known else None


def _reader(parts: Parts, photo_id: int, key: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with parts.files.open(key) as file:
                return file.read()
        except FileNotFoundError as error:
            raise PhotoNotFound(photo_id=photo_id) from error

    return read
