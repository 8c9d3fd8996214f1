"""Drawn clips as Chromium's camera: it shows a file of motion JPEG instead of what is in the room."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from yogalab.ports import Pixels
from yogalab.poses.moving import Clip
from yogalab.poses.taxonomy import builtin_poses

# Chromium takes every file of motion JPEG to have as many pictures a second.
PER_SECOND: Final = 30
# Poses that people hold before a camera, each standing out from the one before.
POSES: Final = ("mountain", "warrior_2", "tree", "chair", "downward_dog")


def drawn_clip(*, hold: float, way: float = 1.0, per_second: float = 15.0, seed: int = 0) -> Clip:
    """Return a drawn person going through `POSES`. hold, way: seconds in each pose, and to the next one."""
    known = {pose.slug: pose for pose in builtin_poses()}
    poses = [known[slug] for slug in POSES]
    return Clip(poses, np.random.default_rng(seed), hold=hold, way=way, per_second=per_second)


def write_camera(path: Path, pictures: Iterable[Pixels], *, times: int = 2) -> int:
    """Write a file for Chromium's --use-file-for-fake-video-capture, its pictures in a ring; how many.

    times: how often each picture is there: a clip of 15 a second is played as fast as it was made with two.
    """
    count = 0
    with path.open("wb") as file:
        for pixels in pictures:
            data = jpeg(pixels, quality=85)
            file.write(data * times)
            count += times
    return count


def camera_arguments(path: Path) -> tuple[str, ...]:
    """What Chromium has to be told to take the file for its camera, and to allow pages to use it."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )


def jpeg(pixels: Pixels, *, quality: int, edge: int | None = None) -> bytes:
    """Return a picture's file, its longer side at most `edge` pixels."""
    image = Image.fromarray(pixels)
    if edge:
        image.thumbnail((edge, edge))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
