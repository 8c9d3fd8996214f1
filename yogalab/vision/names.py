"""What to call a file that somebody offers, and what to call its format."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST_NAME: Final = 120

_SIGNATURES: Final = (
    (b"%PDF", "PDF"),
    (b"BM", "BMP"),
    (b"%!PS", "PostScript"),
    (b"8BPS", "Photoshop"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"OggS", "video"),
    (b"FLV", "video"),
    (b"\x00\x00\x01\xba", "video"),
    (b"0&\xb2u\x8ef\xcf\x11", "video"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"ID3", "sound"),
    (b"SQLite format 3", "database"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
# The brands of HEIC and HEIF, which share their container with films: ours to read, unless damaged.
_OURS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
# How films begin that do not name their brand, as QuickTime's of old.
_ATOMS: Final = frozenset({b"moov", b"mdat", b"wide", b"pnot"})
# A broadcast stream is packets of 188 bytes, on camcorders with four before each.
_PACKETS: Final = ((0, 188), (4, 192))
_SYNC: Final = 0x47
# So much of a file's beginning tells what it is.
HEAD: Final = 4096
_CLIPS: Final = (
    *(
        ".mp4",
        ".mov",
        ".m4v",
        ".3gp",
        ".3g2",
        ".avi",
        ".webm",
        ".mkv",
        ".mts",
        ".m2ts",
        ".wmv",
        ".mpg",
        ".mpeg",
    ),
    *(".ogv", ".flv"),
)
_RIFF: Final = {b"AVI ": "video", b"WAVE": "sound"}


def display_name(name: str) -> str:
    """Return the file's own name, fit to be shown: no folders, no control or direction characters.

    Names come from strangers: zips carry "../../x", and a right-to-left override shows "gpj.exe" as "exe.jpg".
    """
    own = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    # A zero-width joiner is kept: it holds emoji together.
    kept = "".join(c for c in own if c == "\u200d" or unicodedata.category(c) not in _UNSEEN).strip()
    if len(kept) > LONGEST_NAME:
        kept = kept[: LONGEST_NAME - 13] + "…" + kept[-12:]
    return kept if kept.strip(".") else "photo"


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def foreign_format(data: bytes) -> str | None:
    """Return the name of a format that we know but do not read, None when the bytes look like nothing."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp" and data[8:12] not in _OURS:
        return "AVIF" if data[8:12] in (b"avif", b"avis") else "video"
    return _text_format(data[:HEAD])


def is_clip(head: bytes) -> bool:
    """Whether a file is a film, by the first HEAD bytes of it, whatever its name says.

    Only beginnings that are no text: what reads films also reads lists of other files and addresses to fetch.
    """
    if head[4:8] in _ATOMS or foreign_format(head) == "video":
        return True
    return any(
        len(head) > at + 2 * size and all(head[at + n * size] == _SYNC for n in range(3))
        for at, size in _PACKETS
    )


def is_clip_name(name: str) -> bool:
    """Whether a file was meant to be a film."""
    return name.lower().endswith(_CLIPS)


def _text_format(head: bytes) -> str | None:
    """Name what is written rather than drawn."""
    try:
        # The cut may fall inside a character.
        text = head.decode("utf-8-sig", errors="ignore" if len(head) == HEAD else "strict").lstrip().lower()
    except UnicodeDecodeError:
        return None
    if "<svg" in text:
        return "SVG"
    if text.startswith(("<!doctype html", "<html")) or "<body" in text or "<script" in text:
        return "HTML"
    if text.startswith("<?xml"):
        return "XML"
    return "text" if text and all(c.isprintable() or c.isspace() for c in text) else None


def clock(seconds: int) -> str:
    """Return a moment of a clip as players write it: "0:07", "12:34", "1:02:03"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
