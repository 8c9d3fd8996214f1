"""Random views of a photo for training. Gravity stays down: turns are small, nothing is flipped upside down.

A view is an affine map from the photo's unit square to the view's: landmarks go through the same map as pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from yogalab.bounding import close_up
from yogalab.records import Matrix

Pixels = NDArray[np.uint8]

# ImageNet's average photo, per channel of 0 to 1: the usual way to centre an image network's input.
MEAN: Final = (0.485, 0.456, 0.406)
STD: Final = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How far views stray from the photo.

    around: how often a view is a close-up of the body, as an encoder's is, instead of any part;
    reach, shift: how far a close-up's size (a logarithm) and place (a share of it) stray, one standard
    deviation; zoom: the smallest share of a side that other views keep; stretch: the largest change of aspect
    (a logarithm); turn: degrees, two standard deviations; colour: how far brightness, contrast and saturation
    go; grey, blur,
    erase: how often each happens.
    """

    around: float = 0.9
    reach: float = 0.13
    shift: float = 0.06
    zoom: float = 0.55
    stretch: float = 0.25
    turn: float = 12.0
    colour: float = 0.4
    grey: float = 0.15
    blur: float = 0.1
    erase: float = 0.3


def mirrored(view: Matrix) -> Matrix:
    """Return a view's mirror image: x becomes 1 - x."""
    return np.array([[-view[0, 0], -view[0, 1], 1 - view[0, 2]], view[1]], np.float32)


def draw_view(rng: np.random.Generator, strength: Strength, body: Matrix | None, aspect: float) -> Matrix:
    """Return a random view, (2, 3), not mirrored.

    body: its box in the photo's unit square (`yogalab.bounding.bounding_box`), None without one; aspect: the
    photo's width over its height, so that turns are turns and not shears.
    """
    if body is not None and rng.random() < strength.around:
        left, top, right, bottom = close_up(body, aspect)
        stretch = rng.uniform(-strength.stretch, strength.stretch, 2) / 2
        size = np.array([right - left, bottom - top]) * np.exp(rng.normal(0, strength.reach) + stretch)
        centre = np.array([left + right, top + bottom]) / 2 + rng.normal(0, strength.shift, 2) * size
    else:
        ratio = np.exp(rng.uniform(-strength.stretch, strength.stretch) / 2)
        side = rng.uniform(strength.zoom, 1.1)
        size = np.array([side * ratio, side / ratio])
        centre = rng.uniform(np.minimum(0, 1 - size), np.maximum(0, 1 - size)) + size / 2
    angle = np.deg2rad(rng.normal(0, strength.turn / 2))
    return _view(centre, size, angle, aspect)


def _view(centre: NDArray[np.float64], size: NDArray[np.float64], angle: float, aspect: float) -> Matrix:
    """The view of a rectangle of the photo's unit square, turned about its centre."""
    cos, sin = np.cos(angle), np.sin(angle)
    # Turned in units in which the photo is not squeezed.
    turn = np.array([[cos, -sin / aspect], [sin * aspect, cos]])
    linear = turn / size[:, None]
    return np.column_stack([linear, 0.5 - linear @ centre]).astype(np.float32)


def look(pixels: Pixels, view: Matrix, size: int) -> Pixels:
    """Return what a view shows, (size, size, 3); beyond the photo's edge its edge goes on."""
    height, width = pixels.shape[:2]
    # Unit squares to pixels, with the centre of a pixel at half: cv2's is at the whole number.
    matrix = view.astype(np.float64).copy()
    matrix[:, 0] /= width
    matrix[:, 1] /= height
    matrix *= size
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    )


def through(view: Matrix, points: Matrix) -> Matrix:
    """Return (..., 2) points of the photo's unit square as points of the view's."""
    moved: Matrix = (points @ view[:, :2].T + view[:, 2]).astype(np.float32)
    return moved


def to_tensor(views: Sequence[Pixels]) -> Tensor:
    """Return views as (n, 3, size, size) of 0 to 1, channels last in memory."""
    return torch.from_numpy(np.stack(views)).permute(0, 3, 1, 2).float().div_(255)


def normalise(batch: Tensor) -> Tensor:
    """Return a batch of 0 to 1 as the network wants it."""
    mean, std = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1)
    return ((batch - mean) / std).contiguous(memory_format=torch.channels_last)


def tint(batch: Tensor, rng: np.random.Generator, strength: Strength) -> Tensor:
    """Return a batch of 0 to 1 in other light: brightness, contrast, saturation, tint and grey in one map."""
    n = len(batch)
    maps = np.stack([_tint(rng, strength) for _ in range(n)])
    colours = torch.from_numpy(maps.astype(np.float32))
    pixels = batch.permute(0, 2, 3, 1).reshape(n, -1, 3)
    level = pixels.mean(dim=(1, 2), keepdim=True)
    moved = torch.baddbmm(colours[:, :, 3].unsqueeze(1) * level, pixels, colours[:, :, :3].transpose(1, 2))
    height, width = batch.shape[2:]
    return moved.clamp_(0, 1).reshape(n, height, width, 3).permute(0, 3, 1, 2)


_GREY: Final = np.array([0.299, 0.587, 0.114])


def _tint(rng: np.random.Generator, strength: Strength) -> Matrix:
    """(3, 4): a linear map of colours, and how much of the mean level is added."""
    c = strength.colour
    bright, contrast = rng.uniform(1 - c, 1 + c), rng.uniform(1 - c, 1 + c)
    saturation = 0.0 if rng.random() < strength.grey else rng.uniform(1 - c, 1 + c)
    gains = rng.uniform(1 - c / 4, 1 + c / 4, 3)
    mix = saturation * np.eye(3) + (1 - saturation) * np.tile(_GREY, (3, 1))
    linear = bright * contrast * gains[:, None] * mix
    return np.column_stack([linear, np.full(3, bright * (1 - contrast))])


def hide(pixels: Pixels, rng: np.random.Generator, strength: Strength) -> Pixels:
    """Return a view, perhaps blurred, perhaps with a rectangle of one colour over it.

    BlazePose's simulated occlusion (arXiv 2006.10204, section 2).
    """
    if rng.random() < strength.blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.2)))
    if rng.random() < strength.erase:
        size = pixels.shape[0]
        w, h = (rng.uniform(0.1, 0.35, 2) * size).astype(int)
        x, y = int(rng.uniform(0, size - w)), int(rng.uniform(0, size - h))
        pixels[y : y + h, x : x + w] = rng.integers(0, 256, 3, dtype=np.uint8)
    return pixels
