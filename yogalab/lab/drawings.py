"""Drawn people for somebody without photos: varied bodies and angles, and their skeletons known by design."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from PIL import Image

from yogalab.poses.figures import draw_person, figure
from yogalab.records import Landmarks, Pose, Upload, persons

# Shoulders to wrists and hips to ankles; how far they may stray on average, in lengths of the figure.
_JOINTS: Final = [*range(11, 17), *range(23, 29)]
_STRAYS: Final = 0.1


class Drawings:
    """Drawn photos, made one by one. Their skeletons are known by file name as soon as each was drawn."""

    def __init__(self, poses: Sequence[Pose], count: int, *, labelled: float, seed: int) -> None:
        self._poses = tuple(poses)
        self._count = count if self._poses else 0
        self._labelled = labelled
        self._seed = seed
        self._skeletons: dict[str, Landmarks] = {}

    def __len__(self) -> int:
        return self._count

    @property
    def skeletons(self) -> Mapping[str, Landmarks]:
        return self._skeletons

    def __iter__(self) -> Iterator[Upload]:
        for number in range(self._count):
            # A stream of its own for each, so that asking for more keeps those that are there.
            rng = np.random.default_rng([self._seed, number])
            pose = self._poses[number % len(self._poses)]
            pixels, landmarks = draw_person(pose, rng)
            name = f"drawn_{self._seed}_{number:04d}_{pose.slug}.png"
            self._skeletons[name] = landmarks
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "PNG")
            turn = number // len(self._poses)
            # Every pose gets its share of labels, the first figure of each among them.
            labelled = math.ceil((turn + 1) * self._labelled) > math.ceil(turn * self._labelled)
            label = pose.slug if labelled else None
            yield Upload(name=name, data=file.getvalue(), label=label)


def drawable(poses: Iterable[Pose], count: int) -> tuple[Pose, ...]:
    """Return the first `count` poses that can be drawn and named by their angles, in the order of their ids."""
    able = (pose for pose in poses if pose.template and not pose.hidden and figure(pose) is not None)
    known = sorted(able, key=lambda pose: pose.id)
    return tuple(known[:count])


def seen_right(people: Sequence[Landmarks], drawn: Landmarks) -> bool:
    """True when the pose model found the drawn person where it was drawn: it was made for photos."""
    found_there = persons(people)
    if not found_there:
        return False
    found, truth = found_there[0].points[_JOINTS, :2], drawn.points[_JOINTS, :2]
    size = float(np.linalg.norm(np.ptp(truth, axis=0)))
    apart = float(np.sqrt(((found - truth) ** 2).sum(axis=1).mean()))
    return apart < _STRAYS * size
