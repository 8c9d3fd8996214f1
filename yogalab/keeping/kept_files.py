"""The lab's files as its keeper sees them: photos by key, versions and tuned encoders by folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from yogalab.keeping import line
from yogalab.keeping.copies import digest_of
from yogalab.keeping.kept_rows import Sight
from yogalab.ports import PhotoFiles, Store, Vault

# The Hub is asked about so many files in one request.
_MOST_FILES: Final = 250
# Labels wait while photos are on their way, so a load is as large as the line takes in a few seconds.
_FIRST_LOAD: Final = 8 * 2**20
_LOADS: Final = (2**20, 256 * 2**20)
_QUICK_SECONDS: Final = 5.0
_SLOW_SECONDS: Final = 15.0
_GONE: Final = -1
# When a file was written, in nanoseconds, and its bytes.
_Stamp = tuple[int, int]


class KeptFiles:
    """What of the lab's files the vault has, and what it lacks.

    photos: those of this machine, None where they lie elsewhere anyway; a photo that is not here is none that
    the vault could get.
    """

    def __init__(self, home: Path, photos: PhotoFiles | None, store: Store) -> None:
        self._home = home
        self._photos = photos
        self._store = store
        self._names: set[str] = set()
        self._sums: dict[str, str] = {}
        self._digests: dict[str, tuple[_Stamp, str]] = {}
        self._room = _FIRST_LOAD
        self._absent: list[str] = []
        self._lost: set[str] = set()
        self._photos_at = self._purges_at = -1

    def learn(self, names: Collection[str], vault: Vault) -> None:
        """Start from what is there."""
        self._names = set(names)
        self._sums = read_sums(vault.get(line.FILES)) if line.FILES in names else {}
        self._photos_at = self._purges_at = -1

    def load(self, sight: Sight, keys: Callable[[], Sequence[str]]) -> tuple[dict[str, bytes | Path], int]:
        """What to put next, and how many photos remain after it. Versions go first, and all at once."""
        puts: dict[str, bytes | Path] = {}
        sums = dict(self._sums)
        for name, path, digest in self._folders():
            if sums.get(name) != digest:
                puts[name], sums[name] = path, digest
        if puts:
            puts[line.FILES] = json.dumps({"format": 1, "files": sums}, indent=1, sort_keys=True).encode()
        if self._photos is None:
            return puts, 0
        if sight.photos != self._photos_at:
            self._absent = [key for key in keys() if line.PHOTOS + key not in self._names]
            self._photos_at = sight.photos
        size = taken = 0
        for key in self._absent:
            if size >= self._room or taken >= _MOST_FILES:
                break
            taken += 1
            try:
                with self._photos.open(key) as file:
                    data = file.read()
            except FileNotFoundError:
                # It went with another machine, or was deleted a moment ago.
                self._lost.add(key)
                continue
            puts[line.PHOTOS + key] = data
            size += len(data)
        return puts, len(self._absent) - taken

    def dead(self, sight: Sight) -> list[str]:
        """Photos in the vault that were deleted here."""
        if sight.purges == self._purges_at:
            return []
        self._purges_at = sight.purges
        shas = {_sha_in(name): name for name in self._names if name.startswith(line.PHOTOS)}
        known = self._store.known_sources(list(shas))
        return [name for sha, name in shas.items() if known.get(sha) == _GONE]

    def note(self, puts: Mapping[str, bytes | Path], drops: Collection[str], seconds: float) -> None:
        """These arrived, and it took so long."""
        self._names.update(puts)
        self._names.difference_update(drops)
        sums = puts.get(line.FILES)
        if isinstance(sums, bytes):
            self._sums = read_sums(sums)
        self._absent = [
            key for key in self._absent if line.PHOTOS + key not in self._names and key not in self._lost
        ]
        least, most = _LOADS
        if seconds > _SLOW_SECONDS:
            self._room = max(self._room // 2, least)
        elif seconds < _QUICK_SECONDS:
            self._room = min(self._room * 2, most)

    def _folders(self) -> Iterator[tuple[str, Path, str]]:
        """(name, file, sha256) of what versions and encoders consist of."""
        for top in line.FOLDERS:
            for path in sorted((self._home / top).glob("*/*")):
                # What is being written, and what an unfinished tuning goes on from, begins with a dot.
                if path.parent.name.startswith(".") or not path.is_file():
                    continue
                name = path.relative_to(self._home).as_posix()
                stat = path.stat()
                stamp = (stat.st_mtime_ns, stat.st_size)
                if self._digests.get(name, ((0, 0), ""))[0] != stamp:
                    self._digests[name] = (stamp, digest_of(path))
                yield name, path, self._digests[name][1]


def read_sums(data: bytes) -> dict[str, str]:
    """name -> sha256 of versions' and encoders' files; empty where the list is damaged: all are put anew."""
    try:
        return {str(name): str(digest) for name, digest in json.loads(data)["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _sha_in(name: str) -> str:
    """Photos are named by what is in them."""
    return name.rpartition("/")[2].partition(".")[0]
