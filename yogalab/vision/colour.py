"""Any way of storing colours to eight-bit sRGB."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import numpy as np
from PIL import Image, ImageCms

_WHITE: Final = (255, 255, 255)
_WIDE_GREY: Final = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_WITH_ALPHA: Final = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})


def plain(image: Image.Image) -> Image.Image:
    """Return the image in a mode that can be resized and colour-managed: L, RGB, CMYK or LAB.

    What is transparent becomes white: cut-out figures are drawn for a white page.
    """
    if image.mode in _WIDE_GREY:
        return _eight_bits(image)
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        seen = image.convert("RGBA")
        page = Image.new("RGB", image.size, _WHITE)
        page.paste(seen, mask=seen.getchannel("A"))
        return page
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "CMYK", "LAB") else image.convert("RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the image, of a mode that `plain` returns, in sRGB by its ICC profile, mode RGB.

    A profile that is damaged or of another colour space than the image is left out of account.
    """
    if image.mode == "LAB":
        return _convert(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    if profile and not is_srgb(profile):
        try:
            return _convert(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB")


@lru_cache(maxsize=64)
def is_srgb(profile: bytes) -> bool:
    """Return whether an ICC profile says that it is sRGB, as that of most photos does."""
    try:
        name = ImageCms.getProfileName(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return "srgb" in name.lower()


def _convert(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    target = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    changed = ImageCms.profileToProfile(image, profile, target, outputMode="RGB")
    # None is for changes in place, which this is not.
    assert changed is not None
    return changed


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a grey image of more than eight bits as L."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = _range(image.mode, float(values.min()), float(values.max()))
    scaled = (values - low) * (255.0 / max(high - low, 1e-9))
    return Image.fromarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


def _range(mode: str, low: float, high: float) -> tuple[float, float]:
    """Return what is black and what is white: the usual range that holds all values, else their own."""
    usual = ((0.0, 1.0), (0.0, 255.0), (0.0, 65535.0)) if mode == "F" else ((0.0, 65535.0),)
    for black, white in usual:
        if black <= low and high <= white:
            return black, white
    return low, high
