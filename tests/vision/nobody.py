"""Pictures without people: noise, textures, landscapes, patterns, and photos blurred past recognition."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels = NDArray[np.uint8]
EDGE = 320


def pictures(count: int, *, seed: int) -> Iterator[tuple[str, Pixels]]:
    """Yield (kind, pixels), the kinds in turn; the same seed gives the same pictures."""
    for index in range(count):
        kind, draw = KINDS[index % len(KINDS)]
        yield kind, draw(np.random.default_rng([seed, index]))


def noise(rng: np.random.Generator) -> Pixels:
    """Independent pixels, grey or coloured."""
    channels = 3 if rng.random() < 0.5 else 1
    flat = rng.integers(0, 256, (EDGE, EDGE, channels), dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(flat, (EDGE, EDGE, 3)))


def clouds(rng: np.random.Generator) -> Pixels:
    """Noise whose power falls with frequency, as in natural pictures."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(EDGE), np.fft.fftfreq(EDGE)))
    frequency[0, 0] = 1.0
    planes = []
    for _ in range(3):
        spectrum = np.fft.fft2(rng.normal(size=(EDGE, EDGE))) / frequency ** rng.uniform(0.8, 2.0)
        plane = np.real(np.fft.ifft2(spectrum))
        planes.append((plane - plane.min()) / np.ptp(plane) * 255)
    mixed = np.stack(planes, axis=2)
    if rng.random() < 0.5:
        mixed = np.repeat(mixed[:, :, :1], 3, axis=2)
    return mixed.astype(np.uint8)


def blurred_noise(rng: np.random.Generator) -> Pixels:
    """Blobs: the hardest kind, where a low threshold sees bodies."""
    small = rng.integers(0, 256, (int(rng.integers(6, 40)),) * 2 + (3,), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((EDGE, EDGE), Image.Resampling.BICUBIC))


def landscape(rng: np.random.Generator) -> Pixels:
    """Sky, sun, hills, trees, a house or a path."""
    image = Image.new("RGB", (480, EDGE), tuple(rng.integers(120, 255, 3).tolist()))
    draw = ImageDraw.Draw(image)
    x, y, r = rng.integers(40, 440), rng.integers(30, 100), rng.integers(10, 35)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 230, 120))
    for layer in range(int(rng.integers(2, 5))):
        xs = np.arange(0, 500, 20)
        ys = (
            130
            + 45 * layer
            + 30 * np.sin(xs / rng.uniform(30, 120) + rng.uniform(0, 6))
            + rng.normal(0, 5, len(xs))
        )
        colour = tuple(rng.integers(30, 160, 3).tolist())
        draw.polygon([(0, EDGE), *zip(xs.tolist(), ys.tolist(), strict=True), (500, EDGE)], fill=colour)
    for _ in range(int(rng.integers(0, 9))):
        x, y, h = (int(v) for v in (rng.integers(0, 480), rng.integers(180, 310), rng.integers(30, 130)))
        draw.rectangle((x - h // 16, y - h // 2, x + h // 16, y), fill=(90, 60, 40))
        draw.ellipse((x - h // 4, y - h, x + h // 4, y - h // 3), fill=tuple(rng.integers(20, 140, 3).tolist()))
    if rng.random() < 0.5:
        x, y, w = (int(v) for v in (rng.integers(50, 400), rng.integers(180, 260), rng.integers(40, 90)))
        draw.rectangle((x, y, x + w, y + w), fill=tuple(rng.integers(60, 240, 3).tolist()))
        draw.polygon([(x - 8, y), (x + w + 8, y), (x + w // 2, y - w // 2)], fill=(150, 50, 40))
    grained = np.asarray(image.filter(ImageFilter.GaussianBlur(1)), dtype=np.float32) + rng.normal(
        0, 8, (EDGE, 480, 1)
    )
    return np.clip(grained, 0, 255).astype(np.uint8)


def pattern(rng: np.random.Generator) -> Pixels:
    """Stripes, tiles and weaves."""
    y, x = np.mgrid[0:EDGE, 0:EDGE].astype(np.float32)
    angle, step = rng.uniform(0, np.pi), rng.uniform(6, 60)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    wave = {
        0: np.sin(u / step * 6.28),
        1: np.sign(np.sin(u / step * 6.28) * np.sin(v / step * 6.28)),
        2: np.sin(u / step * 6.28 + 2 * np.sin(v / step * 3)),
    }[int(rng.integers(3))]
    a, b = rng.integers(0, 256, (2, 3))
    mixed = a + (b - a) * (wave[:, :, None] + 1) / 2 + rng.normal(0, 6, (EDGE, EDGE, 1))
    return np.clip(mixed, 0, 255).astype(np.uint8)


def shapes(rng: np.random.Generator) -> Pixels:
    """Things on a table: ellipses, boxes and sticks in any colour."""
    image = Image.new("RGB", (EDGE, EDGE), tuple(rng.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(3, 18))):
        x, y, w, h = (int(v) for v in (*rng.integers(0, EDGE, 2), *rng.integers(8, 120, 2)))
        colour = tuple(rng.integers(0, 256, 3).tolist())
        kind = rng.integers(3)
        if kind == 0:
            draw.ellipse((x, y, x + w, y + h), fill=colour)
        elif kind == 1:
            draw.rectangle((x, y, x + w, y + h), fill=colour)
        else:
            draw.line((x, y, x + w, y + h), fill=colour, width=int(rng.integers(2, 14)))
    return np.asarray(image)


def blurred_photo(rng: np.random.Generator) -> Pixels:
    """A photo without people that ships with scikit-image, cropped, turned and blurred past recognition."""
    from skimage import data

    photos: tuple[Callable[[], Pixels], ...] = (
        data.coffee,
        data.chelsea,
        data.rocket,
        data.retina,
        data.hubble_deep_field,
    )
    image = Image.fromarray(photos[int(rng.integers(len(photos)))]())
    edge = int(min(image.size) * rng.uniform(0.5, 1.0))
    x, y = (int(rng.integers(0, side - edge + 1)) for side in image.size)
    cut = image.crop((x, y, x + edge, y + edge)).rotate(90 * int(rng.integers(4)))
    return np.asarray(cut.resize((EDGE, EDGE)).filter(ImageFilter.GaussianBlur(rng.uniform(18, 40))))


KINDS: tuple[tuple[str, Callable[[np.random.Generator], Pixels]], ...] = (
    ("noise", noise),
    ("clouds", clouds),
    ("blurred noise", blurred_noise),
    ("landscape", landscape),
    ("pattern", pattern),
    ("shapes", shapes),
    ("blurred photo", blurred_photo),
)
