"""A JPEG without anything but the picture, and without decoding it again."""

from __future__ import annotations

import re
from typing import Final

_SOI: Final = b"\xff\xd8"
_EOI: Final = b"\xff\xd9"
_SOS: Final = 0xDA
_APP0: Final = 0xE0
_APP14: Final = 0xEE
# Baseline, extended and progressive frames, their tables, the restart interval. Browsers show no others
# (arithmetic coding, lossless), so a photo that needs more is encoded anew.
_PICTURE: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD})
# Inside a scan 0xFF is followed by 0 (a stuffed byte), a restart marker, or another 0xFF (padding).
_END_OF_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def bare(data: bytes) -> bytes | None:
    """Return the JPEG without metadata, comments, previews and whatever follows its end.

    The compressed picture is copied as it is, so decoding gives the same pixels bit for bit.
    None when the file has parts that this does not know: encode its pixels anew instead.
    """
    if data[:2] != _SOI:
        return None
    parts = [_SOI]
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if data[at : at + 2] == _EOI:
            parts.append(_EOI)
            return b"".join(parts)
        if len(data) < at + 4 or data[at] != 0xFF:
            return None
        marker = data[at + 1]
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOS:
            found = _END_OF_SCAN.search(data, end)
            if found is None:
                return None
            end = found.start()
        if marker == _SOS or marker in _PICTURE:
            parts.append(data[at:end])
        elif marker in (_APP0, _APP14):
            parts.append(_colour_note(data[at:end]))
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            return None
        at = end


def _colour_note(segment: bytes) -> bytes:
    """Return the JFIF or Adobe segment, which tell how the colours are stored, without a preview in it."""
    if segment[4:9] == b"JFIF\x00" and len(segment) >= 18:
        return segment[:2] + b"\x00\x10" + segment[4:16] + b"\x00\x00"
    if segment[4:9] == b"Adobe" and len(segment) >= 16:
        return segment[:2] + b"\x00\x0e" + segment[4:16]
    return b""
