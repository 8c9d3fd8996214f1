"""The skeleton drawn into a picture, for files. Looks as in `yogalab.overlay`, its twin for pages."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from yogalab.overlay import HALO, colour, opacity, stroke
from yogalab.records import Landmarks
from yogalab.skeleton import BONES, LANDMARKS

# Pillow draws without smoothing: draw larger, then shrink.
_FINER: Final = 2


def draw(pixels: NDArray[np.uint8], landmarks: Landmarks | None) -> Image.Image:
    """Return the photo with the skeleton on it; nobody leaves the photo as it is.

    pixels: (h, w, 3) RGB.
    """
    photo = Image.fromarray(pixels)
    if landmarks is None:
        return photo
    width, height = photo.size
    points = landmarks.points
    line = stroke(width, height) * _FINER
    scale = np.array([width, height], dtype=np.float32) * _FINER
    places = [(float(x), float(y)) for x, y in points[:, :2] * scale]
    layer = Image.new("RGBA", (width * _FINER, height * _FINER), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for bone in sorted(BONES, key=lambda bone: opacity(points, *bone)):
        ends = [places[bone[0]], places[bone[1]]]
        shade = opacity(points, *bone)
        pen.line(ends, fill=_ink(HALO, shade), width=round(line * 2.2))
        pen.line(ends, fill=_ink(colour(*bone), shade), width=round(line))
    for landmark in sorted(range(LANDMARKS), key=lambda landmark: opacity(points, landmark)):
        x, y = places[landmark]
        radius = line * (0.6 if landmark < 11 else 1.2)
        shade = opacity(points, landmark)
        box = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse(
            box, fill=_ink(colour(landmark), shade), outline=_ink(HALO, shade), width=max(1, round(line / 2))
        )
    photo.paste(layer := layer.resize(photo.size, Image.Resampling.BOX), mask=layer.getchannel("A"))
    return photo


def _ink(name: str, shade: float) -> tuple[int, int, int, int]:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue, round(255 * shade)
