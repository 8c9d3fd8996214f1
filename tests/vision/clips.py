"""Drawn clips: a figure that moves, stands still, or is blurred, second by second."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

RATE = 8
MOVING, STILL, BLURRED, SMEARED = "moving", "still", "blurred", "smeared"
SIZE = (320, 240)


def clip(path: Path, seconds: Sequence[str], *, codec: str = "mp4v", size: tuple[int, int] = SIZE) -> Path:
    """Write a clip in which each second is one of the kinds above. SMEARED: blurred, but for one instant."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*codec), RATE, size)
    assert writer.isOpened()
    at = 0
    for kind in seconds:
        for picture in range(RATE):
            at += kind != STILL
            pixels = scene(at, size)
            if kind == BLURRED or (kind == SMEARED and picture != 4):
                pixels = cv2.blur(pixels, (41, 41))
            writer.write(pixels)
    writer.release()
    return path


def scene(at: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A room with a figure, which stands elsewhere at every moment: (height, width, 3), red at the top left."""
    width, height = size
    pixels = np.full((height, width, 3), 210, np.uint8)
    pixels[: height // 3, : width // 3] = (0, 0, 200)
    pixels[2 * height // 3 :] = (90, 120, 140)
    x = round((0.25 + 0.5 * abs((at / 37) % 2 - 1)) * width)
    cv2.line(pixels, (x, height // 4), (x + width // 12, 7 * height // 8), (40, 30, 20), width // 14)
    cv2.line(
        pixels, (x - width // 8, height // 2), (x + width // 6, height // 3), (40, 30, 20), 1 + width // 30
    )
    cv2.circle(pixels, (x, height // 5), width // 18, (60, 90, 160), -1)
    return pixels


def turned(data: bytes) -> bytes:
    """An MP4 with a phone's note that it is to be shown turned by a quarter, clockwise."""
    at = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    return data[:at] + matrix + data[at + len(matrix) :]


def claiming(data: bytes, seconds: int) -> bytes:
    """An MP4 whose few pictures last so long together, if its table of times is believed."""
    (units,) = struct.unpack(">I", data[(at := data.index(b"mdhd") + 16) : at + 4])
    at = data.index(b"stts") + 12
    (pictures,) = struct.unpack(">I", data[at : at + 4])
    return data[: at + 4] + struct.pack(">I", units * seconds // pictures) + data[at + 8 :]
