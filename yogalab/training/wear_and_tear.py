"""What happens to a picture on its way to somebody's disk: things in the way, noise, blur, compression."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from yogalab.training.chance import colour, pick

Pixels = NDArray[np.uint8]


def occlude(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, NDArray[np.bool_]]:
    """Return a picture with perhaps something before it, and where that is, (h, w)."""
    size = pixels.shape[0]
    mask = np.zeros(pixels.shape[:2], np.uint8)
    if rng.random() < 0.18:
        for _ in range(int(rng.integers(1, 3))):
            x, y = (int(v) for v in rng.integers(0, size, 2))
            w, h = (int(v) for v in rng.uniform(0.06, 0.24, 2) * size)
            if rng.random() < 0.5:
                cv2.rectangle(mask, (x, y), (x + w, y + h), (255,), -1)
            else:
                cv2.ellipse(
                    mask, (x, y), (w // 2 + 1, h // 2 + 1), float(rng.uniform(0, 180)), 0, 360, (255,), -1
                )
        pixels = pixels.copy()
        pixels[mask > 0] = colour(rng)
    if rng.random() < 0.10:
        pixels = _lettered(pixels, rng)
    return pixels, mask > 0


def _lettered(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A caption or a watermark."""
    size = pixels.shape[0]
    text = "".join(chr(code) for code in rng.integers(65, 91, int(rng.integers(4, 14))))
    place = (
        int(rng.uniform(0, 0.4) * size),
        int(pick(rng, (0.08, 0.95, rng.random()), (0.3, 0.4, 0.3)) * size),
    )
    over = pixels.copy()
    scale = float(rng.uniform(0.25, 0.6) * size / 160)
    cv2.putText(over, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, colour(rng).tolist(), 1, cv2.LINE_AA)
    share = float(rng.uniform(0.3, 1.0))
    return np.asarray(cv2.addWeighted(over, share, pixels, 1 - share, 0))


def grain(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return a picture as a camera and a website would leave it: blurred, faded, noisy, compressed, or not."""
    if rng.random() < 0.35:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.3) * pixels.shape[0] / 160))
    if rng.random() < 0.10:
        pixels = np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    if rng.random() < 0.5:
        steps = np.arange(256) / 255.0
        curve = rng.uniform(0, 0.08) + rng.uniform(0.8, 1.0) * steps ** rng.uniform(0.7, 1.4)
        pixels = np.asarray(cv2.LUT(pixels, np.clip(255 * curve, 0, 255).astype(np.uint8)))
    if rng.random() < 0.6:
        noise = rng.standard_normal(pixels.shape, np.float32) * np.float32(rng.uniform(1, 9))
        pixels = np.asarray(cv2.add(pixels, noise, dtype=cv2.CV_8U), np.uint8)
    if rng.random() < 0.4:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))]
        pixels = np.asarray(cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR))
    return np.ascontiguousarray(pixels)
