"""One way from a file to a photo: upright, sRGB, bounded, without metadata.

Adding, predicting and measuring share it, so that all of them see the same pixels.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from functools import lru_cache
from typing import Final

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from yogalab.errors import (
    BadVideo,
    EmptyFile,
    OutOfMemory,
    PhotoError,
    PhotoTooLarge,
    PhotoWrongShape,
    UnreadablePhoto,
    UnsupportedPhoto,
)
from yogalab.records import CanonicalPhoto
from yogalab.vision.colour import is_srgb, plain, to_srgb
from yogalab.vision.jpeg import bare
from yogalab.vision.names import display_name, foreign_format, is_clip_name

Pixels = NDArray[np.uint8]

MOST_BYTES: Final = 25 * 2**20
MOST_PIXELS: Final = 60_000_000
LONG_EDGE: Final = 1280
MOST_FRAME_BYTES: Final = 2**19
SHORTEST_SIDE: Final = 32
MOST_ELONGATED: Final = 10
QUALITY: Final = 90

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF")
_JPEGS: Final = ("JPEG", "MPO")
_TURNED_BY_READER: Final = ("TIFF", "HEIF")
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def canonical(name: str, data: bytes) -> CanonicalPhoto:
    """Return the photo in a file as every room sees it; the same bytes always give the same photo.

    A JPEG that is upright, sRGB and small enough already keeps its compressed picture and loses only its
    metadata; anything else is brought into shape and compressed once. The photo of a kept photo is itself.

    Raises:
        PhotoError: the file is no photo, or one outside the limits; the subclass says which.
        OutOfMemory: decoding it needs more memory than there is.
    """
    name = display_name(name)
    check_bytes(name, len(data))
    try:
        kept, pixels = _read(name, data)
    except (PhotoError, OutOfMemory):
        raise
    except MemoryError as error:
        raise OutOfMemory(step=name) from error
    except Exception as error:
        # Pillow's readers raise whatever their format's trouble was: OSError, SyntaxError, struct.error,
        # ValueError, KeyError and more. To the person with the file they all mean the same.
        raise UnreadablePhoto(name=name) from error
    photo = CanonicalPhoto(
        name=name,
        source_sha256=hashlib.sha256(data).hexdigest(),
        sha256=hashlib.sha256(kept).hexdigest(),
        data=kept,
        width=int(pixels.shape[1]),
        height=int(pixels.shape[0]),
        decode=decode,
    )
    vars(photo)["pixels"] = pixels  # decoded already: spares the first look
    return photo


def check_bytes(name: str, size: int) -> None:
    """Refuse a file by its size alone, before it is read.

    Raises:
        EmptyFile: it has no bytes.
        PhotoTooLarge: it has more than MOST_BYTES.
    """
    if not size:
        raise EmptyFile(name=name)
    if size > MOST_BYTES:
        raise PhotoTooLarge(name=name, size=f"{size / 2**20:.1f} MB", limit=f"{MOST_BYTES // 2**20} MB")


def check_size(name: str, width: int, height: int) -> None:
    """Refuse a picture by its sides in pixels, before it is decoded.

    Raises:
        PhotoTooLarge: it has more than MOST_PIXELS.
        PhotoWrongShape: it is too small or too narrow to show a person.
    """
    if width * height > MOST_PIXELS:
        size = f"{width * height / 1e6:.0f} megapixels"
        raise PhotoTooLarge(name=name, size=size, limit=f"{MOST_PIXELS // 10**6} megapixels")
    short, long = sorted((width, height))
    if short < SHORTEST_SIDE or long > MOST_ELONGATED * short:
        raise PhotoWrongShape(name=name, width=width, height=height)


def decode(data: bytes) -> Pixels:
    """Return the pixels of a kept photo, (height, width, 3) uint8."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return np.asarray(image.convert("RGB"))


def frame(name: str, data: bytes) -> Pixels:
    """Return the pixels of a camera's frame, (height, width, 3) uint8: a small JPEG, taken as it is.

    Raises:
        PhotoError: it is no JPEG, is damaged, or is larger than MOST_FRAME_BYTES or LONG_EDGE.
    """
    if len(data) > MOST_FRAME_BYTES:
        limit = f"{MOST_FRAME_BYTES // 1024} KB"
        raise PhotoTooLarge(name=name, size=f"{len(data) // 1024} KB", limit=limit)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            if max(image.size) > LONG_EDGE:
                limit = f"{LONG_EDGE} pixels"
                raise PhotoTooLarge(name=name, size=f"{max(image.size)} pixels", limit=limit)
            check_size(name, *image.size)
            return np.asarray(image.convert("RGB"))
    except PhotoError:
        raise
    except Exception as error:
        # As in `canonical`: whatever the reader's trouble was, it is no picture.
        raise UnreadablePhoto(name=name) from error


def thumbnail(data: bytes, edge: int) -> bytes:
    """Return a kept photo as a WebP whose longer side is at most `edge` pixels."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
        out = io.BytesIO()
        image.convert("RGB").save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def _read(name: str, data: bytes) -> tuple[bytes, Pixels]:
    """Return the JPEG to keep and its pixels. The header is checked before anything is decoded."""
    with _open(name, data) as image:
        check_size(name, *image.size)
        if image.format == "PNG":
            # Pillow decodes past damage in a PNG unless it is asked to compare the checksums, on a copy.
            _open(name, data).verify()
        orientation = _orientation(image)
        profile: bytes | None = image.info.get("icc_profile")
        fits = max(image.size) <= LONG_EDGE and orientation not in _TURNS and (not profile or is_srgb(profile))
        if fits and image.format in _JPEGS and image.mode in ("RGB", "L"):
            kept = bare(data)
            if kept is not None:
                return kept, np.asarray(image.convert("RGB"))
        kept = _compressed(_shaped(image, orientation, profile))
    # Decoded again, so that whoever opens the kept file sees these very pixels.
    return kept, decode(kept)


def _open(name: str, data: bytes) -> Image.Image:
    """Open a file by its content, whatever its name says. Decodes nothing yet."""
    _set_up_pillow()
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = f"{MOST_PIXELS // 10**6} megapixels"
        raise PhotoTooLarge(name=name, size=f"over {limit}", limit=limit) from error
    except UnidentifiedImageError as error:
        if is_clip_name(name):
            raise BadVideo(name=name) from error
        foreign = foreign_format(data)
        if foreign is None:
            raise UnreadablePhoto(name=name) from error
        raise UnsupportedPhoto(name=name, format=foreign) from error


@lru_cache(maxsize=1)
def _set_up_pillow() -> None:
    """Teach Pillow HEIC, to refuse decompression bombs, and to keep quiet about odd metadata."""
    pillow_heif.register_heif_opener()
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation still to be applied: 1, upright, where it is damaged or was applied."""
    if image.format in _TURNED_BY_READER:
        return 1
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        # A camera's broken metadata is no reason to refuse its photo, and raises anything.
        return 1


def _shaped(image: Image.Image, orientation: int, profile: bytes | None) -> Image.Image:
    """Return the first frame upright, in sRGB, no longer than LONG_EDGE."""
    # A large JPEG is decoded at a fraction of its size, with twice the pixels needed left for the filter.
    image.draft(None, (2 * LONG_EDGE, 2 * LONG_EDGE))
    shaped = plain(image)
    shaped.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    shaped = to_srgb(shaped, profile)
    return shaped.transpose(_TURNS[orientation]) if orientation in _TURNS else shaped


def _compressed(image: Image.Image) -> bytes:
    out = io.BytesIO()
    # Without this Pillow copies the profile and comments it finds in `info`.
    image.info = {}
    image.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()
