"""Sightings made up for the tests: bodies where they are wanted, seen as clearly as they are wanted."""

from __future__ import annotations

import numpy as np

from yogalab.skeleton import INDEX
from yogalab.vision.fusion import Body
from yogalab.vision.passes import Sighting


def someone(x: float, y: float, size: float, visibility: float = 0.9) -> np.ndarray:
    """A body around (x, y), as tall as `size` heights of the photo."""
    rng = np.random.default_rng(0)
    points = np.empty((33, 4), np.float32)
    points[:, 0] = x + (rng.random(33) - 0.5) * size / 2
    points[:, 1] = y + np.linspace(-0.5, 0.5, 33) * size
    points[:, 2], points[:, 3] = 0, visibility
    return points


def world(*, hips: float = 0.2, trunk: float = 0.5, depth: float = 0.5) -> np.ndarray:
    """A body in metres with just these measures."""
    metres = np.zeros((33, 3), np.float32)
    metres[INDEX["left_hip"], 0], metres[INDEX["right_hip"], 0] = hips / 2, -hips / 2
    metres[[INDEX["left_shoulder"], INDEX["right_shoulder"]], 1] = -trunk
    metres[INDEX["left_wrist"], 2] = depth
    return metres


def sighting(look: str, points: np.ndarray, metres: np.ndarray | None = None) -> Sighting:
    return Sighting(look=look, points=points, world=world() if metres is None else metres)


def body(
    points: np.ndarray, *, looks: int = 7, clarity: float = 6.0, share: float = 1.0, **measures: float
) -> Body:
    return Body(
        points=points,
        world=world(**measures),
        weight=1.0,
        share=share,
        looks=looks,
        clarity=clarity,
        found_by="border",
    )
