"""Encoders that were trained without some poses or photos: what a folder with one says it never saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.collection import named
from yogalab.bench.dataset import Sample
from yogalab.errors import NothingLeftOut
from yogalab.records import ENCODER_FACTS, Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What an encoder's training left out. poses: their slugs; photos: SHA-256 of files."""

    poses: frozenset[str]
    photos: frozenset[str]

    def of(self, photos: Sequence[Sample]) -> NDArray[np.bool_]:
        """Return which photos of a data set the encoder never saw, (n,)."""
        names = named(photos)
        return np.array([self._never_saw(photo, names[photo.pose]) for photo in photos], dtype=np.bool_)

    def _never_saw(self, photo: Sample, pose: Pose) -> bool:
        if pose.slug in self.poses:
            return True
        return bool(self.photos) and hashlib.sha256(photo.path.read_bytes()).hexdigest() in self.photos


def left_out(folder: Path) -> Unseen:
    """Return what the encoder in a folder never saw, by the facts of its training beside its weights.

    `left_out` lists poses' slugs, `left_out_photos` photos by SHA-256. Only what is said of the weights as they
    are counts: what an earlier course left out (`before`), a later one may have been taught (`photographed`).
    Raises NothingLeftOut where neither is said.
    """
    facts = _facts(folder)
    poses = _words(facts, "left_out") - _words(facts, "photographed")
    photos = _words(facts, "left_out_photos")
    if not poses and not photos:
        raise NothingLeftOut(name=str(folder))
    return Unseen(poses=poses, photos=photos)


def _facts(folder: Path) -> Mapping[str, Any]:
    try:
        facts = json.loads((folder / ENCODER_FACTS).read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _words(facts: Mapping[str, Any], key: str) -> frozenset[str]:
    value = facts.get(key)
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, list) else frozenset()
