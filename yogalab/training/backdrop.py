"""Where a rendered person is: studio, room, meadow, or nothing in particular; the floor, a mat and a shadow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from yogalab.poses.body import Vector
from yogalab.training.camera import Camera
from yogalab.training.chance import colour, pick
from yogalab.training.mannequin import Mesh

Pixels = NDArray[np.uint8]
KINDS: Final = ("white", "plain", "gradient", "room", "outdoors", "noise", "shapes")
_SHARES: Final = (0.16, 0.10, 0.10, 0.36, 0.14, 0.06, 0.08)
_MAT: Final = (1.83, 0.61)
# Gradients are smooth enough to be worked out on so many cells a side.
_COARSE: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The floor under a body: its height, and the body's middle and main direction on it, all in metres.

    height: y of the floor; middle, along: (3,) in the body's axes.
    """

    height: float
    middle: Vector
    along: Vector


def ground_under(points: Vector) -> Ground:
    """Return the floor under a body's surface, (n, 3)."""
    height = float(points[:, 1].min())
    flat = points[:, [0, 2]]
    centre = (flat.min(0) + flat.max(0)) / 2
    _, axes = np.linalg.eigh(np.cov((flat - flat.mean(0)).T))
    x, z = axes[:, 1]
    return Ground(height=height, middle=np.array([centre[0], height, centre[1]]), along=np.array([x, 0.0, z]))


def paint_backdrop(rng: np.random.Generator, size: int, camera: Camera, ground: Ground) -> Pixels:
    """Return a picture without a person, (size, size, 3)."""
    kind = pick(rng, KINDS, _SHARES)
    canvas = _wall(kind, rng, size)
    if kind in ("room", "outdoors"):
        _paint_floor(canvas, rng, camera, ground, outdoors=kind == "outdoors")
    if rng.random() < {"white": 0.25, "room": 0.6, "outdoors": 0.35}.get(kind, 0.2):
        _paint_mat(canvas, rng, camera, ground)
    blur = rng.uniform(0, 2.2) * size / 160
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), blur)) if blur > 0.4 else canvas


def _wall(kind: str, rng: np.random.Generator, size: int) -> Pixels:
    if kind == "white":
        return _gradient(rng.uniform(225, 255, 1).repeat(3), rng.uniform(235, 255, 1).repeat(3), rng, size)
    if kind == "noise":
        return _noise(rng, size)
    first = colour(rng, 90, 245, 40)
    second = first if kind == "plain" else first + rng.normal(0, 18 if kind == "room" else 60, 3)
    canvas = _gradient(first, second, rng, size)
    if kind == "outdoors":
        sky = colour(rng, 150, 250, 40)
        canvas = _gradient(sky, sky + rng.normal(0, 40, 3), rng, size)
        canvas = np.asarray(cv2.addWeighted(canvas, 0.6, _noise(rng, size), 0.4, 0))
    if kind in ("shapes", "room", "outdoors"):
        _scatter(canvas, rng, int(rng.integers(3, 12)) if kind == "shapes" else int(rng.integers(0, 6)))
    return canvas


def _gradient(first: Vector, second: Vector, rng: np.random.Generator, size: int) -> Pixels:
    """From one colour to another, in any direction."""
    angle = rng.uniform(0, 2 * np.pi)
    line = np.linspace(-0.5, 0.5, _COARSE)
    share = np.clip(0.5 + np.cos(angle) * line[None] + np.sin(angle) * line[:, None], 0, 1)[..., None]
    mixed = np.clip(first * (1 - share) + second * share, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(mixed, (size, size), interpolation=cv2.INTER_LINEAR))


def _noise(rng: np.random.Generator, size: int) -> Pixels:
    """Random colours at one or two scales."""
    base = colour(rng, 40, 220, 40)
    total = np.zeros((size, size, 3), np.float32)
    for cells in rng.integers(3, 40, 2):
        grain = rng.normal(0, rng.uniform(10, 45), (cells, cells, 3)).astype(np.float32)
        if rng.random() < 0.75:
            grain[:] = grain.mean(2, keepdims=True)
        total += cv2.resize(grain, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(total + base.astype(np.float32), 0, 255).astype(np.uint8)


def _scatter(canvas: Pixels, rng: np.random.Generator, count: int) -> None:
    """Windows, pictures, furniture, plants: boxes, discs and strokes."""
    size = canvas.shape[0]
    for _ in range(count):
        x, y = (int(v) for v in rng.integers(0, size, 2))
        w, h = (int(v) for v in rng.uniform(0.04, 0.4, 2) * size)
        paint = colour(rng).tolist()
        shape = rng.random()
        if shape < 0.55:
            cv2.rectangle(canvas, (x, y), (x + w, y + h), paint, -1 if rng.random() < 0.8 else 2)
        elif shape < 0.8:
            cv2.ellipse(canvas, (x, y), (w // 2 + 1, h // 2 + 1), float(rng.uniform(0, 180)), 0, 360, paint, -1)
        else:
            end = tuple(int(v) for v in rng.integers(0, size, 2))
            cv2.line(canvas, (x, y), end, paint, int(rng.integers(1, 5)))


def _in_pixels(camera: Camera, points: Vector, size: int) -> NDArray[np.int32]:
    flat = camera.shown(camera.turned(points)) * size
    return np.asarray(np.clip(np.rint(flat), -20 * size, 20 * size), np.int32)


def _paint_floor(
    canvas: Pixels, rng: np.random.Generator, camera: Camera, ground: Ground, *, outdoors: bool
) -> None:
    """The floor up to the foot of the wall, or to the horizon."""
    size = canvas.shape[0]
    back = camera.turn.T @ np.array([0, 0, -1.0])
    back[1] = 0
    back /= max(float(np.linalg.norm(back)), 1e-9)
    aside = np.cross(back, (0, 1, 0))
    away = 80.0 if outdoors else rng.uniform(0.7, 3.5)
    slant = 0.0 if outdoors else rng.normal(0, 0.15)
    far = ground.middle + away * back
    ends = [far - 9 * (aside - slant * back), far + 9 * (aside + slant * back)]
    left, right = _in_pixels(camera, np.array(ends), size)
    if outdoors:
        left, right = np.array([-size, left[1]]), np.array([2 * size, right[1]])
    floor = np.array([left, right, (right[0], 4 * size), (left[0], 4 * size)], np.int32)
    mask = np.zeros((size, size), np.uint8)
    cv2.fillPoly(mask, [floor], (255,))
    first = colour(rng, 60, 220, 40)
    surface = _gradient(first, first + rng.normal(0, 20, 3), rng, size)
    if outdoors or rng.random() < 0.3:
        surface = np.asarray(cv2.addWeighted(surface, 0.6, _noise(rng, size), 0.4, 0))
    canvas[mask > 0] = surface[mask > 0]
    if not outdoors and rng.random() < 0.5:
        cv2.line(
            canvas, left.tolist(), right.tolist(), colour(rng, 60, 255, 10).tolist(), int(rng.integers(1, 4))
        )


def _paint_mat(canvas: Pixels, rng: np.random.Generator, camera: Camera, ground: Ground) -> None:
    along = ground.along + rng.normal(0, 0.06, 3) * (1, 0, 1)
    along /= max(float(np.linalg.norm(along)), 1e-9)
    across = np.cross(along, (0, 1, 0))
    long, wide = np.array(_MAT) / 2 * rng.uniform(0.95, 1.2)
    middle = ground.middle + along * rng.normal(0, 0.12)
    corners = [middle + a * long * along + b * wide * across for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
    cv2.fillPoly(
        canvas, [_in_pixels(camera, np.array(corners), canvas.shape[0])], colour(rng, 40, 230, 60).tolist()
    )


def cast_shadow(
    canvas: Pixels,
    rng: np.random.Generator,
    body: Mesh,
    camera: Camera,
    ground: Ground,
    light: Vector,
) -> None:
    """Darken the floor where the body stands between it and the light.

    light: (3,) towards the light, in the body's axes.
    """
    size = canvas.shape[0]
    slope = light / max(float(light[1]), 0.35)
    fallen = _in_pixels(camera, body.points - (body.points[:, 1:2] - ground.height) * slope, size)
    mask = np.zeros((size, size), np.uint8)
    for piece in body.pieces:
        cv2.fillConvexPoly(mask, cv2.convexHull(fallen[piece]), (255,))
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(1.0, 5.0) * size / 160)
    kept = cv2.convertScaleAbs(soft, alpha=-rng.uniform(0.15, 0.55), beta=255)
    cv2.multiply(canvas, cv2.merge([kept, kept, kept]), dst=canvas, scale=1 / 255)
