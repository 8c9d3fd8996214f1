"""Photo files that a lab brought back from its vault does not have yet: fetched when they are looked at."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from yogalab.keeping.line import PHOTOS
from yogalab.ports import PhotoFiles, Vault

LOG = logging.getLogger("yogalab.keeping")

_MADE_HERE: Final = "thumbs/"


class FarPhotoFiles:
    """Implements `ports.PhotoFiles` over the files of this machine, with a vault behind them."""

    def __init__(self, here: PhotoFiles, vault: Vault) -> None:
        self._here = here
        self._vault = vault

    @property
    def far(self) -> bool:
        return self._here.far

    def put(self, key: str, data: bytes) -> None:
        self._here.put(key, data)

    def put_many(self, files: Mapping[str, bytes]) -> None:
        self._here.put_many(files)

    def open(self, key: str) -> BinaryIO:
        """As in the port. Raises VaultSilent, VaultRefused for a photo that only the vault has."""
        try:
            return self._here.open(key)
        except FileNotFoundError:
            if key.startswith(_MADE_HERE):
                raise
        data = self._vault.get(PHOTOS + key)
        if not is_whole(key, data):
            LOG.warning("%s is damaged in the vault", key)
            raise FileNotFoundError(key)
        self._here.put(key, data)
        return io.BytesIO(data)

    def size(self, key: str) -> int:
        try:
            return self._here.size(key)
        except FileNotFoundError:
            with self.open(key) as file:
                return len(file.read())

    def delete(self, key: str) -> None:
        self._here.delete(key)

    def keys(self, *, older_than_seconds: float = 0.0) -> Iterator[str]:
        return self._here.keys(older_than_seconds=older_than_seconds)

    def sweep(self) -> None:
        self._here.sweep()

    def bring(self, keys: Sequence[str]) -> None:
        """Fetch several; those that the vault lacks or that are damaged there are passed over."""
        with TemporaryDirectory(prefix="yogalab-photos-") as folder:
            self._vault.fetch([PHOTOS + key for key in keys], Path(folder))
            found = {key: (Path(folder) / PHOTOS / key).read_bytes() for key in keys}
        self._here.put_many({key: data for key, data in found.items() if is_whole(key, data)})


def is_whole(key: str, data: bytes) -> bool:
    """Whether a photo is what its key says: keys are made of what is in the file."""
    return hashlib.sha256(data).hexdigest() == key.rpartition("/")[2].partition(".")[0]
