"""Keeps a lab in its vault: what changed every so often, a copy of everything now and then."""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock, Timeout

from yogalab.errors import VaultMoved, VaultOther, YogaLabError
from yogalab.keeping import line
from yogalab.keeping.bringing_back import brought_back
from yogalab.keeping.changes import Change
from yogalab.keeping.copies import Manifest, pack_copy, write_manifest
from yogalab.keeping.journal import Header, write_segment
from yogalab.keeping.kept_files import KeptFiles
from yogalab.keeping.kept_rows import KeptRows, Sight
from yogalab.keeping.line import Line, Point
from yogalab.keeping.others import kept_by_others
from yogalab.keeping.rotation import Rotation
from yogalab.ports import Clock, Vault
from yogalab.records import Safekeeping

LOG = logging.getLogger("yogalab.keeping")

# So many parts of the journal are read quickly enough when the lab is brought back; where a copy is large, more
# of them are still less to send.
_PARTS_A_COPY: Final = 200
_PARTS_A_LARGE_COPY: Final = 1000
_LARGE: Final = 20 * 2**20
_JOURNAL_BYTES: Final = 8 * 2**20
# After a deletion a fresh copy replaces those that hold the photo. One that takes long is not made for each.
_PATIENCE: Final = 20
_LONGEST_WAIT: Final = timedelta(hours=1)


@dataclass(kw_only=True)
class _Load:
    """What goes into the vault in one step."""

    sight: Sight
    point: Point
    puts: dict[str, bytes | Path] = field(default_factory=dict)
    drops: list[str] = field(default_factory=list)
    segment_bytes: int = 0
    manifest: Manifest | None = None
    rest: int = 0


class LabKeeper:
    """Does the keeping, one at a time among all threads and processes of a lab; `Rounds` says when.

    mark: the lab's name of its own, which no other lab has. take_over: brings in what another process kept.
    """

    def __init__(
        self,
        rows: KeptRows,
        files: KeptFiles,
        vault: Vault,
        *,
        home: Path,
        mark: str,
        clock: Clock,
        seconds: Callable[[], float],
        take_over: Callable[[Sequence[Change]], object] = lambda changes: None,
    ) -> None:
        self._rows = rows
        self._files = files
        self._vault = vault
        self._home = home
        self._mark = mark
        self._clock = clock
        self._seconds = seconds
        self._take_over = take_over
        self._turn = threading.Lock()
        self._boot = f"{clock():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self._rotation = Rotation(vault)
        self._names: set[str] | None = None
        self._tip: Point | None = None
        self._newest = 0
        self._whole = False
        self._journal_bytes = 0
        self._copy_seconds = 0.0
        self._tombstones: Sequence[str] = ()
        self._told = Safekeeping(place=vault.place, rows=rows.journaled)

    def state(self) -> Safekeeping:
        """How far the vault is behind, without asking it."""
        noted, told = self._rows.state(), self._told
        if told.kept_at is None and noted.get("kept_at") and noted.get("place") == self._vault.place:
            told = replace(told, kept_at=datetime.fromisoformat(noted["kept_at"]))
        return replace(told, waiting=self._rows.waiting(), brought_back=brought_back(noted))

    @property
    def idle(self) -> bool:
        """Whether no row waits, as far as is noted."""
        return not self._rows.waiting()

    def note_trouble(self, error: YogaLabError) -> None:
        """What kept the vault from being up to date; forgotten when it is."""
        self._told = replace(self._told, trouble=error.code, trouble_data=error.data)

    def keep(self, *, whole: bool = False, files: bool = True) -> bool:
        """Keep what waits; True while there is more: photos go in several loads. Raises YogaLabError.

        whole: with a copy of the whole database. files: with photos and versions, which may take long.
        """
        with self._turn:
            try:
                with FileLock(self._home / "keeping.lock", timeout=0):
                    return self._keep(whole=whole, files=files)
            except Timeout:
                # Another process of this lab is at it.
                return False

    def _keep(self, *, whole: bool, files: bool) -> bool:
        if self._rows.state().get("tip", "") != (self._tip.segment if self._tip else ""):
            # Another process of this lab has kept it meanwhile.
            self._names = None
        for again in (True, False):
            try:
                if self._names is None:
                    self._get_to_know()
                return self._step(whole=whole, files=files)
            except VaultMoved:
                # Usually it was this lab itself: its last step arrived, and the answer to it did not.
                self._names = None
                if not again:
                    raise
        return False

    # --- the first contact ------------------------------------------------------------------------

    def _get_to_know(self) -> None:
        """Learn what is in the vault, and how far it is. Raises VaultOther."""
        names = set(self._vault.names())
        if line.LAB in names and self._owner() != self._mark:
            raise VaultOther(place=self._vault.place)
        noticed = self._rows.watch()
        state = self._rows.state()
        there = Line(names)
        tip = line.point_of(state.get("tip", "")) if state.get("place") == self._vault.place else None
        known = tip is not None and (tip.segment in names or tip.manifest in names)
        mine = [point.number for point in there.segments if point.boot == self._boot]
        known_to = max([tip.number if tip else 0, *mine])
        beyond = there.newest > known_to
        if beyond:
            for changes in kept_by_others(self._vault, there, beyond=known_to):
                self._take_over(changes)
        self._tip, self._newest = tip if known else None, there.newest
        self._whole = self._rows.journaled and (
            not noticed or not known or beyond or there.empty or state.get("revision") != self._revision()
        )
        self._journal_bytes, self._tombstones = 0, ()
        self._files.learn(names, self._vault)
        back = brought_back(state)
        self._rotation.learn(names, state, back.unread if back else ())
        self._names = names

    def _owner(self) -> str:
        try:
            return str(json.loads(self._vault.get(line.LAB))["lab"])
        except (ValueError, KeyError, TypeError):
            return ""

    def _revision(self) -> str:
        return self._rows.glance().revision

    # --- one step ---------------------------------------------------------------------------------

    def _step(self, *, whole: bool, files: bool) -> bool:
        at, started = self._clock(), self._seconds()
        with TemporaryDirectory(prefix=".keeping-", dir=self._home) as folder:
            load = self._loaded(Path(folder), at, whole=whole, files=files)
            if load.puts or load.drops:
                self._vault.change(load.puts, load.drops, why=f"{load.sight.last.seq} label events")
                self._note(load, at, self._seconds() - started)
        self._told = replace(self._told, kept_at=at, last=load.sight.last, photos=load.rest)
        self._drop_old(load)
        self._told = replace(self._told, trouble=None, trouble_data={})
        return bool(load.rest)

    def _loaded(self, folder: Path, at: datetime, *, whole: bool, files: bool) -> _Load:
        assert self._names is not None
        whole = self._rows.journaled and (whole or self._whole or self._copy_due(at))
        sight = self._rows.look(folder if whole else None)
        load = _Load(sight=sight, point=Point(self._newest + 1, self._boot))
        if files:
            load.puts, load.rest = self._files.load(sight, self._rows.keys)
        load.drops = self._files.dead(sight)
        if self._rows.journaled and (sight.changes or whole):
            self._load_rows(load, folder, at)
        if load.puts and line.LAB not in self._names:
            load.puts[line.LAB] = json.dumps({"format": 1, "lab": self._mark}).encode()
        return load

    def _load_rows(self, load: _Load, folder: Path, at: datetime) -> None:
        sight, point = load.sight, load.point
        if sight.tombstones != self._tombstones:
            marks = {"format": 1, "salt": sight.salt, "marks": list(sight.tombstones)}
            load.puts[line.TOMBSTONES] = json.dumps(marks).encode()
        header = Header(
            lab=self._mark,
            name=point.segment,
            after=self._tip.segment if self._tip else "",
            revision=sight.revision,
            at=at,
            purges=sight.purges,
            last=sight.last,
        )
        segment = write_segment(header, sight.changes)
        load.puts[point.segment], load.segment_bytes = segment, len(segment)
        if sight.copy is not None:
            packed = folder / "lab.db.gz"
            load.manifest = pack_copy(sight, self._mark, at, packed)
            load.puts[point.database] = packed
            # Last: a copy without a manifest counts for nothing.
            load.puts[point.manifest] = write_manifest(load.manifest)

    def _note(self, load: _Load, at: datetime, seconds: float) -> None:
        assert self._names is not None
        self._names.update(load.puts)
        self._names.difference_update(load.drops)
        self._files.note(load.puts, load.drops, seconds)
        self._rotation.steps += 1
        if load.point.segment not in load.puts:
            return
        self._tip, self._newest = load.point, load.point.number
        self._journal_bytes += load.segment_bytes
        self._tombstones = load.sight.tombstones
        state = {
            "tip": load.point.segment,
            "place": self._vault.place,
            "revision": load.sight.revision,
            "steps": str(self._rotation.steps),
            "kept_at": at.isoformat(),
        }
        self._rows.settle(load.sight.mark, state)
        if load.manifest is not None:
            self._whole, self._journal_bytes, self._copy_seconds = False, 0, seconds
            self._rotation.add(load.point, load.manifest)

    # --- copies -----------------------------------------------------------------------------------

    def _copy_due(self, at: datetime) -> bool:
        newest = self._rotation.newest()
        if newest is None:
            return True
        point, manifest = newest
        if self._rows.glance().purges > manifest.purges:
            return at - manifest.at >= min(_LONGEST_WAIT, timedelta(seconds=_PATIENCE * self._copy_seconds))
        if not self._rows.waiting():
            return False
        return (
            self._newest - point.number >= (_PARTS_A_COPY if manifest.size < _LARGE else _PARTS_A_LARGE_COPY)
            or self._journal_bytes > max(_JOURNAL_BYTES, manifest.size)
            or at.date() != manifest.at.date()
        )

    def _drop_old(self, load: _Load) -> None:
        """Drop copies that are too many, or that hold what was deleted."""
        if not self._rows.journaled:
            if load.drops:
                self._vault.forget()
            return
        assert self._names is not None
        dropped = self._rotation.turn(
            self._names,
            purges=load.sight.purges,
            photos_gone=bool(load.drops),
            note=lambda state: self._rows.settle(0, state),
        )
        self._names.difference_update(dropped)
