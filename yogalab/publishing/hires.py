"""Which machines are rented: written down before they are, so that none is forgotten."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HireRecord:
    """What one request is using on the Hub. job: "" until it runs; fingerprint: the request's."""

    fingerprint: str
    account: str
    repo: str
    job: str = ""


class HireBook:
    """One small file for each, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, fingerprint: str) -> HireRecord | None:
        """Return what a request is using, None where nothing is known of it."""
        return next((one for one in self.all() if one.fingerprint == fingerprint), None)

    def all(self) -> Sequence[HireRecord]:
        """Return everything that may still be there."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                found.append(HireRecord(**json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, TypeError, ValueError):
                # Torn by a crash: written before anything was rented, so there is nothing to be found by it.
                path.unlink(missing_ok=True)
        return found

    def write(self, record: HireRecord) -> None:
        """Keep it, on the disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._path(record.fingerprint).with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(record), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path(record.fingerprint))

    def forget(self, fingerprint: str) -> None:
        """It is all given back."""
        self._path(fingerprint).unlink(missing_ok=True)

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint[:16]}.json"
