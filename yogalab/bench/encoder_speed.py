"""What an encoder costs: until its first photo, and for each photo after that; and whether PyTorch agrees."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.dataset import samples
from yogalab.bench.timing import Spread, machine, spread
from yogalab.errors import NothingToMeasure, PhotoError
from yogalab.ports import Encoder, PhotoReader

Pixels = NDArray[np.uint8]

_MANY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds a photo, made small included, alone and 16 at a time; processor: of one core, 16 at a time."""

    alone: Spread
    together: Spread
    processor: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSpeed:
    """first: seconds from a fresh process to its first photo embedded, of which `processor` of one core.

    memory: bytes of that process; small: seconds for making a photo small, part of `cost`; torch: the cost of
    the same network by open_clip, None where that is how it runs; alike: the lowest cosine between the two.
    """

    encoder: str
    photos: int
    first: Spread
    processor: Spread
    memory: int
    small: Spread
    cost: Cost
    torch: Cost | None
    alike: float | None

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "encoder-speed", "machine": machine(), **asdict(self)}


def run(
    encoder: Encoder,
    which: str,
    reader: PhotoReader,
    directory: Path,
    *,
    torch: Encoder | None = None,
    count: int = 200,
    repeats: int = 3,
    seed: int = 0,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> EncoderSpeed:
    """Measure on photos drawn from a data set. Raises BadDataset, NothingToMeasure, EncoderError.

    which: the encoder's name or folder, to open it in processes of its own; torch: the same by open_clip.
    """
    photos = _read(reader, directory, count, seed)
    total = repeats + 2
    starts = []
    for _ in range(repeats):
        starts.append(_first(which))
        on_step(len(starts), total)
    cost = _cost(encoder, photos)
    on_step(total - 1, total)
    other = _cost(torch, photos) if torch else None
    alike = float((_seen(encoder, photos) * _seen(torch, photos)).sum(axis=1).min()) if torch else None
    on_step(total, total)
    return EncoderSpeed(
        encoder=encoder.name,
        photos=len(photos),
        first=spread([one["seconds"] for one in starts]),
        processor=spread([one["processor"] for one in starts]),
        memory=int(max(one["memory"] for one in starts)),
        small=spread([_timed(encoder.picture, photo, None)[0] for photo in photos]),
        cost=cost,
        torch=other,
        alike=alike,
    )


def _read(reader: PhotoReader, directory: Path, count: int, seed: int) -> list[Pixels]:
    found = samples(directory)
    chosen = np.random.default_rng(seed).permutation(len(found))[:count]
    photos = []
    for row in sorted(chosen):
        path = found[row].path
        try:
            photos.append(reader.canonical(path.name, path.read_bytes()).pixels)
        except PhotoError:
            continue
    if len(photos) < _MANY:
        raise NothingToMeasure(folder=str(directory))
    return photos


def _first(which: str) -> dict[str, float]:
    command = [sys.executable, "-m", "yogalab.bench.first_photo", which]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _cost(encoder: Encoder, photos: Sequence[Pixels]) -> Cost:
    _seen(encoder, photos[:_MANY])
    alone = [_timed(_seen, encoder, [photo])[0] for photo in photos[: 4 * _MANY]]
    starts = range(0, len(photos) - _MANY + 1, _MANY)
    together = [_timed(_seen, encoder, photos[start : start + _MANY]) for start in starts]
    return Cost(
        alone=spread(alone),
        together=spread([seconds / _MANY for seconds, _ in together]),
        processor=spread([busy / _MANY for _, busy in together]),
    )


def _seen(encoder: Encoder, photos: Sequence[Pixels]) -> NDArray[np.float32]:
    return encoder.encode_photos([encoder.picture(photo, None) for photo in photos])


def _timed(work: Callable[..., object], *given: object) -> tuple[float, float]:
    """(seconds by the clock, seconds of one core) that something takes."""
    start, busy = time.perf_counter(), time.process_time()
    work(*given)
    return time.perf_counter() - start, time.process_time() - busy
