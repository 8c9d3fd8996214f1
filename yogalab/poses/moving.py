"""A drawn person who goes from pose to pose before a camera that stands still: clips nobody had to film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.poses import body, silhouette
from yogalab.poses.body import Joints
from yogalab.poses.portraits import Camera, as_seen, empty_room, paint, placed
from yogalab.poses.postures import postures
from yogalab.poses.wardrobe import Look, pick_look
from yogalab.records import Landmarks, Pose

# Share of the picture that the poses fill; how far each is from the drawing.
_ROOM: Final = 0.84
_DEGREES: Final = 3.0
# Nobody stands like a statue: metres that the body sways, and seconds that one sway takes.
_SWAY: Final = 0.006
_SWAY_SECONDS: Final = 2.6
_NOISE: Final = 2.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Still:
    """One picture of a clip.

    pixels: (height, width, 3) RGB. landmarks: exact. slug: of the pose; None on the way from one to the next.
    """

    pixels: NDArray[np.uint8]
    landmarks: Landmarks
    slug: str | None


class Clip:
    """Somebody who holds each of some poses for a while. Equal generators give equal clips.

    hold, way: seconds in a pose, and from one to the next. per_second: pictures. size: width and height.
    Raises ValueError for a pose without a figure.
    """

    def __init__(
        self,
        poses: Sequence[Pose],
        rng: np.random.Generator,
        *,
        hold: float = 3.0,
        way: float = 1.0,
        per_second: float = 15.0,
        size: tuple[int, int] = (640, 480),
    ) -> None:
        missing = [pose.slug for pose in poses if pose.slug not in postures()]
        if missing:
            raise ValueError(f"{missing[0]} has no figure to draw")
        self._slugs = [pose.slug for pose in poses]
        build = body.varied(body.Build(), rng)
        self._look: Look = pick_look(rng)
        self._taken = [self._pose(slug, build, rng) for slug in self._slugs]
        self._noise = rng.spawn(1)[0]
        self._hold, self._way, self._per_second = hold, way, per_second
        self._size = size
        self._camera, self._bounds = self._set_up()

    def __len__(self) -> int:
        """How many pictures there are."""
        seconds = len(self._slugs) * self._hold + (len(self._slugs) - 1) * self._way
        return round(seconds * self._per_second)

    def skeletons(self) -> Iterator[tuple[Landmarks, str | None]]:
        """Yield landmarks and pose of each picture, without drawing it."""
        for number in range(len(self)):
            found, slug = self._at(number / self._per_second)
            yield as_seen(found, *self._size, self._camera), slug

    def __iter__(self) -> Iterator[Still]:
        room = empty_room(self._bounds, self._look, *self._size)
        for number in range(len(self)):
            found, slug = self._at(number / self._per_second)
            picture = paint(found, self._look, *self._size, self._camera, room=room)
            grain = self._noise.normal(0, _NOISE, (self._size[1], self._size[0], 1))
            pixels = np.clip(np.asarray(picture, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
            yield Still(pixels=pixels, landmarks=as_seen(found, *self._size, self._camera), slug=slug)

    def _pose(self, slug: str, build: body.Build, rng: np.random.Generator) -> Joints:
        posture = body.loosened(postures()[slug], rng, _DEGREES)
        return _grounded(body.joints(replace(posture, turn=posture.turn + rng.uniform(-8, 8)), build))

    def _at(self, seconds: float) -> tuple[Joints, str | None]:
        turn, into = divmod(seconds, self._hold + self._way)
        now = min(int(turn), len(self._slugs) - 1)
        moving = max(0.0, into - self._hold) / self._way if self._way and now + 1 < len(self._slugs) else 0.0
        # Slowly off, slowly there.
        share = (1 - np.cos(np.pi * moving)) / 2
        sway = np.sin(2 * np.pi * seconds / _SWAY_SECONDS) * _SWAY
        start = self._taken[now]
        end = self._taken[min(now + 1, len(self._taken) - 1)]
        found = {name: (1 - share) * point + share * end[name] for name, point in start.items()}
        found = _grounded(found)
        # The higher, the farther it sways.
        found = {name: point + np.array([sway * max(point[1], 0.0), 0, 0]) for name, point in found.items()}
        return found, None if moving else self._slugs[now]

    def _set_up(self) -> tuple[Camera, tuple[float, float, float, float]]:
        """Where the camera stands so that every pose is in its picture; the bounds of all, in fine pixels."""
        points = np.concatenate([list(found.values()) for found in self._taken])[:, :2] * (1, -1)
        low, high = points.min(0) - 0.12, points.max(0) + 0.12
        width, height = self._size
        scale = float(min(_ROOM * width / (high[0] - low[0]), _ROOM * height / (high[1] - low[1])))
        middle = (low + high) / 2
        camera = (scale, width / 2 - scale * float(middle[0]), height / 2 - scale * float(middle[1]))
        bounds = np.array([silhouette.bounds(placed(found, self._look, camera)) for found in self._taken])
        left, top = bounds[:, :2].min(0).tolist()
        right, bottom = bounds[:, 2:].max(0).tolist()
        return camera, (left, top, right, bottom)


def _grounded(found: Joints) -> Joints:
    """The body with its lowest point on the floor, y = 0, and its hips over x = 0."""
    lowest = min(float(point[1]) for point in found.values())
    across = float(found["hips"][0])
    return {name: point - np.array([across, lowest, 0]) for name, point in found.items()}
