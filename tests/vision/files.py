"""Files as people offer them: a drawn scene in every format, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

SIZE = (200, 120)


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture whose corners differ: red top left, green top right, blue bottom left, grey bottom right."""
    width, height = size
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    for (x, y), colour in zip(
        ((0, 0), (1, 0), (0, 1), (1, 1)),
        ((200, 30, 30), (30, 180, 30), (30, 30, 200), (128, 128, 128)),
        strict=True,
    ):
        left, top = x * width // 2, y * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of this kind."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    return saved(image or scene(), "JPEG", **{"quality": 95, **options})


def with_orientation(kind: str, orientation: int) -> bytes:
    """The scene stored turned, with the note that turns it back."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = scene() if undo is None else scene().transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(stored, kind, exif=exif.tobytes(), **({"quality": 95} if kind != "PNG" else {}))


def corners(pixels: np.ndarray) -> list[str]:
    """The colours of the four quarters, as letters."""
    height, width = pixels.shape[:2]
    names = []
    for y in (height // 4, 3 * height // 4):
        for x in (width // 4, 3 * width // 4):
            red, green, blue = (int(v) for v in pixels[y, x])
            top = max(red, green, blue)
            if top - min(red, green, blue) < 40:
                names.append("w" if top > 200 else "k" if top < 60 else "grey")
            else:
                names.append("rgb"[(red, green, blue).index(top)])
    return names


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def png_that_says(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG whose header promises this size, whatever follows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
