"""What BlazePose sees in a data set's photos, kept between measurements: looking takes minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.dataset import Sample
from yogalab.ports import PhotoReader
from yogalab.records import FAINT, Encodings, Intake, Landmarks, Matrix, Upload

Step = Callable[[int, int], None]
# Looked-at photos are written down this often, so that an interrupted run loses little.
_SAVE_EVERY: Final = 500
_SHAPES: Final = {"points": (33, 4), "world": (33, 3)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sights:
    """Skeletons of n photos: points (n, 33, 4), world (n, 33, 3); aspect, found, trust and image hashes (n,).

    Where somebody was seen only faintly, found is False and trust above 0; where nobody was, trust is 0.
    """

    points: Matrix
    world: Matrix
    aspect: Matrix
    found: NDArray[np.bool_]
    trust: Matrix
    hashes: NDArray[np.uint64]

    def encodings(self) -> list[Encodings]:
        """One per photo."""
        return [
            Encodings(landmarks=self._landmarks(row) if seen else None) for row, seen in enumerate(self.seen)
        ]

    def bodies(self) -> list[Landmarks | None]:
        """The person in each photo, be it faintly seen; None where nobody was."""
        return [one.landmarks for one in self.encodings()]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n,) in which photos somebody was found, be it faintly."""
        return np.asarray(self.trust > 0)

    def skeletons(self) -> list[Matrix | None]:
        """(33, 4) per photo, None where nobody was found."""
        return [self.points[row] if found else None for row, found in enumerate(self.found)]

    def only(self, rows: NDArray[np.int64]) -> Sights:
        """Return those of some of the photos."""
        return Sights(
            points=self.points[rows],
            world=self.world[rows],
            aspect=self.aspect[rows],
            found=self.found[rows],
            trust=self.trust[rows],
            hashes=self.hashes[rows],
        )

    def _landmarks(self, row: int) -> Landmarks:
        return Landmarks(
            points=self.points[row],
            world=self.world[row],
            aspect=float(self.aspect[row]),
            found_by="first" if self.found[row] else FAINT,
            trust=float(self.trust[row]),
        )


def look(
    reader: PhotoReader, photos: Sequence[Sample], *, folder: Path, pose_model: str, on_progress: Step
) -> Sights:
    """Return the skeletons of photos, looking only at those not seen before by this pose model.

    folder: where they are kept. A photo that cannot be read counts as one where nobody was found.
    """
    known = _Known(folder / f"{hashlib.sha256(pose_model.encode()).hexdigest()[:16]}.npz")
    digests = [hashlib.sha256(sample.path.read_bytes()).hexdigest() for sample in photos]
    missing = [row for row, digest in enumerate(digests) if digest not in known.rows]
    done = len(photos) - len(missing)
    on_progress(done, len(photos))
    intakes = reader.read_many(_uploads(photos, missing))
    for count, (row, intake) in enumerate(zip(missing, intakes, strict=True), start=1):
        known.add(digests[row], intake)
        on_progress(done + count, len(photos))
        if count % _SAVE_EVERY == 0:
            known.save()
    if missing:
        known.save()
    return known.sights(digests)


def _uploads(photos: Sequence[Sample], rows: Sequence[int]) -> Iterator[Upload]:
    for row in rows:
        yield Upload(name=photos[row].path.name, data=photos[row].path.read_bytes())


class _Known:
    """digest -> what was seen, in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rows: dict[str, Mapping[str, NDArray[np.generic]]] = {}
        if path.is_file():
            with np.load(path) as stored:
                columns = {name: stored[name] for name in stored.files}
            for row, digest in enumerate(columns.pop("digest").tolist()):
                self.rows[digest] = {name: column[row] for name, column in columns.items()}

    def add(self, digest: str, intake: Intake) -> None:
        person = intake.people[0] if intake.people else None
        self.rows[digest] = {
            "points": person.points if person else np.zeros(_SHAPES["points"], np.float32),
            "world": person.world if person else np.zeros(_SHAPES["world"], np.float32),
            "aspect": np.array(person.aspect if person else 1.0, dtype=np.float32),
            "found": np.array(person is not None and not person.faint),
            "trust": np.array(person.trust if person else 0.0, dtype=np.float32),
            "hashes": np.array(intake.image_hash, dtype=np.uint64),
        }

    def save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part.npz")
        with part.open("wb") as file:
            np.savez(file, digest=np.array(list(self.rows)), **self._columns(list(self.rows)))
        part.replace(self._path)

    def sights(self, digests: Sequence[str]) -> Sights:
        seen = self._columns(digests)
        return Sights(
            points=seen["points"].astype(np.float32),
            world=seen["world"].astype(np.float32),
            aspect=seen["aspect"].astype(np.float32),
            found=seen["found"].astype(np.bool_),
            trust=seen["trust"].astype(np.float32),
            hashes=seen["hashes"].astype(np.uint64),
        )

    def _columns(self, digests: Sequence[str]) -> dict[str, NDArray[np.generic]]:
        names = ("points", "world", "aspect", "found", "trust", "hashes")
        return {name: np.stack([self.rows[digest][name] for digest in digests]) for name in names}
