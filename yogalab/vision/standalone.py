"""Names the yoga pose in a photo with model.onnx, without YogaLab.

    pip install numpy pillow onnxruntime
    python predict.py photo.jpg [body.npz]

body.npz: who is in the photo, as README.md says. Without it the picture alone is looked at.
This file is free to be changed and taken along; it lies in yogalab/vision/standalone.py.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

Array = np.ndarray[Any, Any]

# A photo is looked at no larger than this, compressed once where it was larger.
LONG_EDGE, QUALITY = 1280, 90
# How much of a skeleton must be visible, and be trusted, for the picture to be cut out around it.
TRUSTED, VISIBLE, FEW, ROOM, NARROWEST = 0.3, 0.4, 6, 1.2, 0.75
# What a skeleton that MediaPipe is sure of counts as.
USUAL_TRUST = 0.95
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


class Model:
    """model.onnx beside model.json in a folder."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - so that the rest of this file can be used without it

        self.facts: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
        )

    def probabilities(self, photo: Array, body: dict[str, Any] | None = None) -> Array:
        """Return (poses,) that sum to 1, in the order of model.json.

        photo: (height, width, 3) uint8, upright RGB; body: points (33, 4), world (33, 3), trust, or None.
        """
        body = body or {"points": np.zeros((33, 4)), "world": np.zeros((33, 3)), "trust": 0.0}
        height, width = photo.shape[:2]
        inputs = {
            "points": np.asarray(body["points"], np.float32)[None],
            "world": np.asarray(body["world"], np.float32)[None],
            "aspect": np.array([[width / height]], np.float32),
            "trust": np.array([[float(body.get("trust", USUAL_TRUST))]], np.float32),
        }
        if self.facts["picture"]:
            inputs["picture"] = picture(photo, self.facts["picture"], body)[None]
        answer: Array = self.session.run(["probabilities"], inputs)[0][0]
        return answer


def upright(file: Path) -> Array:
    """Return a photo as YogaLab keeps it: upright RGB of bounded size; other colour spaces stay unconverted."""
    with Image.open(file) as image:
        as_it_is = image.getexif().get(0x0112, 1) == 1 and max(image.size) <= LONG_EDGE
        if image.format == "JPEG" and as_it_is:
            return np.asarray(image.convert("RGB"))
        image.draft(None, (2 * LONG_EDGE, 2 * LONG_EDGE))
        shaped = ImageOps.exif_transpose(image).convert("RGB")
    shaped.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    kept = io.BytesIO()
    shaped.save(kept, "JPEG", quality=QUALITY, subsampling=0)
    with Image.open(kept) as image:
        return np.asarray(image.convert("RGB"))


def picture(photo: Array, how: dict[str, Any], body: dict[str, Any]) -> Array:
    """Return the square that is looked at, (size, size, 3) uint8: of the body, or of all of the photo."""
    size, resample = int(how["size"]), FILTERS[how["interpolation"]]
    height, width = photo.shape[:2]
    if how["resize_mode"] != "squash":
        return middle(Image.fromarray(photo), size, resample)
    view = close_up(body, width / height) if how["close_up"] else None
    if view is None:
        return shrunk(photo, (size, size), resample, None) if (height, width) != (size, size) else photo
    inside = np.clip(view, 0, 1)
    corner, extent = np.tile(view[:2], 2), np.tile(view[2:] - view[:2], 2)
    left, top, right, bottom = np.rint(size * (inside - corner) / extent).astype(int).tolist()
    if not (left < right and top < bottom):
        return shrunk(photo, (size, size), resample, None)
    part = inside * (width, height, width, height)
    shown = shrunk(photo, (right - left, bottom - top), resample, part)
    # Beyond the photo's edge it is mirrored.
    around = ((top, size - bottom), (left, size - right), (0, 0))
    return np.pad(shown, around, mode="reflect")


def close_up(body: dict[str, Any], aspect: float) -> Array | None:
    """Return (left, top, right, bottom) around what is visible, in shares of the photo; None without any."""
    points = np.asarray(body["points"], np.float32)
    seen = points[points[:, 3] > VISIBLE, :2]
    if float(body.get("trust", USUAL_TRUST)) < TRUSTED or len(seen) < FEW:
        return None
    low, high = seen.min(axis=0).astype(np.float64), seen.max(axis=0).astype(np.float64)
    square = np.array([aspect, 1.0])
    extent = (high - low) * ROOM * square
    extent = np.maximum(extent, max(extent.max() * NARROWEST, 1e-3)) / square
    centre = (low + high) / 2
    view = np.concatenate([centre - extent / 2, centre + extent / 2]).astype(np.float32)
    return np.asarray(view, np.float64)


def shrunk(photo: Array, size: tuple[int, int], resample: Image.Resampling, part: Array | None) -> Array:
    """Return the part of a photo between (left, top, right, bottom) in pixels, (height, width, 3) of `size`."""
    box = None if part is None else tuple(float(edge) for edge in part)
    return np.asarray(Image.fromarray(photo).resize(size, resample, box, reducing_gap=2.0))  # type: ignore[arg-type]


def middle(image: Image.Image, size: int, resample: Image.Resampling) -> Array:
    """Return the square in the middle, the shorter side as long as it: what open_clip shows its networks."""
    width, height = image.size
    short = min(width, height)
    scaled = image.resize((int(size * width / short), int(size * height / short)), resample)
    left, top = (round((side - size) / 2) for side in scaled.size)
    return np.asarray(scaled.crop((left, top, left + size, top + size)))


def main() -> None:
    model = Model(Path(__file__).resolve().parent)
    body = dict(np.load(sys.argv[2])) if len(sys.argv) > 2 else None
    shares = model.probabilities(upright(Path(sys.argv[1])), body)
    for place in np.argsort(-shares)[:5]:
        print(f"{shares[place]:6.1%}  {model.facts['poses'][place]['name']}")


if __name__ == "__main__":
    main()
