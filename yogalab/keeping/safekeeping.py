"""Puts together what keeps a lab in its vault, and what brings it back when its home is empty."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Final

from yogalab.errors import HubBusy, HubOffline, VaultSilent, YogaLabError
from yogalab.keeping.bringing_back import bring_back, bring_folders, is_empty
from yogalab.keeping.database import utc_now
from yogalab.keeping.far_photos import FarPhotoFiles
from yogalab.keeping.keeper import LabKeeper
from yogalab.keeping.kept_files import KeptFiles
from yogalab.keeping.kept_rows import ServerRows, SqliteRows
from yogalab.keeping.line import PHOTOS
from yogalab.keeping.rounds import PACE_SECONDS, Rounds
from yogalab.keeping.store import SqlStore, settle_mark
from yogalab.keeping.taking_over import take_over
from yogalab.ports import Clock, PhotoFiles, Vault
from yogalab.settings import Settings

_PHOTOS_AT_ONCE: Final = 64
# A lab on a machine that has just begun to start may be there before its network is.
_TRIES_AFTER: Final = (1.0, 2.0, 5.0, 10.0, 20.0)
_PATIENCE_SECONDS: Final = 900.0
_PASSES: Final = (VaultSilent, HubOffline, HubBusy)

Told = Callable[[YogaLabError], None]


def bring_back_first(settings: Settings, vault: Vault, *, patient: bool, told: Told) -> None:
    """Bring the lab back where its home is empty, before anything is written there.

    A vault that does not answer is asked again and again: an empty lab opened in its place would begin a line
    of its own. patient: for a quarter of an hour, else once. told: hears why it takes long.

    Raises VaultSilent, HubOffline, VaultDamaged and what else `bring_back` raises.
    """
    if settings.database_url:
        bring_folders(vault, vault.names(), settings.home)
        return
    if not is_empty(settings):
        return
    end = time.monotonic() + (_PATIENCE_SECONDS if patient else 0.0)
    for pause in chain(_TRIES_AFTER, repeat(_TRIES_AFTER[-1])):
        try:
            bring_back(settings, vault, clock=utc_now)
        except _PASSES as error:
            if time.monotonic() + pause > end:
                raise
            told(error)
            time.sleep(pause)
        else:
            return


def keeper_of(
    settings: Settings,
    store: SqlStore,
    here: PhotoFiles,
    vault: Vault,
    *,
    clock: Clock = utc_now,
    pace_seconds: float = PACE_SECONDS,
) -> tuple[Rounds, PhotoFiles]:
    """Return what keeps the lab, and its photo files with those behind them that only the vault has.

    here: the photo files as they are without a vault. Those on a storage of their own are kept there alone.
    """
    files = FarPhotoFiles(here, vault)
    rows = ServerRows(store) if settings.database_url else SqliteRows(settings.home / "lab.db", store)
    keeper = LabKeeper(
        rows,
        KeptFiles(settings.home, None if settings.photos else here, store),
        vault,
        home=settings.home,
        mark=settle_mark(store),
        clock=clock,
        seconds=time.monotonic,
        take_over=partial(take_over, store, here),
    )
    if settings.photos:
        return Rounds(keeper, vault, home=settings.home, pace_seconds=pace_seconds), here
    absent = _Absent(settings.home, store, files, vault)
    rounds = Rounds(keeper, vault, home=settings.home, idle=absent.bring_some, pace_seconds=pace_seconds)
    return rounds, files


class _Absent:
    """Photos that a lab brought back does not have here yet, newest first."""

    def __init__(self, home: Path, store: SqlStore, files: FarPhotoFiles, vault: Vault) -> None:
        self._home = home
        self._store = store
        self._files = files
        self._vault = vault
        self._keys: list[str] | None = None

    def bring_some(self) -> bool:
        """Fetch a few; True while there are more."""
        if self._keys is None:
            here, there = set(self._files.keys()), set(self._vault.names())
            keys = [photo.key for photo in self._store.photos()]
            self._keys = [key for key in keys if key not in here and PHOTOS + key in there]
        some = self._keys[-_PHOTOS_AT_ONCE:]
        if some:
            self._files.bring(some)
            del self._keys[-_PHOTOS_AT_ONCE:]
        return bool(self._keys)
