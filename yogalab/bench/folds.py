"""Encoders that were trained without some poses or photos: what a folder with one says it never saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.dataset import Sample
from yogalab.errors import NothingLeftOut

# The network's own description, which knows nothing of photos.
_CONFIG: Final = "open_clip_config.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What an encoder's training left out. poses: their slugs; photos: SHA-256 of files."""

    poses: frozenset[str]
    photos: frozenset[str]

    def of(self, photos: Sequence[Sample]) -> NDArray[np.bool_]:
        """Return which photos of a data set the encoder never saw, (n,)."""
        return np.array([self._never_saw(photo) for photo in photos], dtype=np.bool_)

    def _never_saw(self, photo: Sample) -> bool:
        if photo.pose in self.poses:
            return True
        return bool(self.photos) and hashlib.sha256(photo.path.read_bytes()).hexdigest() in self.photos


def left_out(folder: Path) -> Unseen:
    """Return what the encoder in a folder never saw, by the JSON beside its weights.

    `left_out` lists poses' slugs, `left_out_photos` photos by SHA-256, at the top or under any key.
    Raises NothingLeftOut where neither is said.
    """
    poses: set[str] = set()
    photos: set[str] = set()
    for table in _tables(folder):
        poses |= _words(table.get("left_out"))
        photos |= _words(table.get("left_out_photos"))
    if not poses and not photos:
        raise NothingLeftOut(name=str(folder))
    return Unseen(poses=frozenset(poses), photos=frozenset(photos))


def _tables(folder: Path) -> Iterator[Mapping[str, Any]]:
    for path in sorted(folder.glob("*.json")):
        if path.name == _CONFIG:
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            continue
        if isinstance(content, dict):
            yield content
            yield from (inner for inner in content.values() if isinstance(inner, dict))


def _words(value: object) -> set[str]:
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()
