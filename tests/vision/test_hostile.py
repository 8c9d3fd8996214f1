"""Fifty hostile files offered at once: each a sentence, none a traceback, and the good ones among them kept."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from tests.vision import files
from yogalab.errors import PhotoError
from yogalab.records import Intake, Landmarks, Upload
from yogalab.vision.archive import unpack
from yogalab.vision.look import look
from yogalab.words import sentence

GOOD = "good"


class NobodyThere:
    """A landmarker for tests of files: it finds nobody."""

    name = "nobody"

    def find(self, pixels: np.ndarray) -> tuple[Landmarks, ...]:
        return ()


def hostile() -> Iterator[tuple[str, bytes, str]]:
    """(name, data, what becomes of it: GOOD or the code of an error)."""
    scene = files.scene((300, 300))
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8))
    unreadable, unsupported, large, shape = (
        f"photo.{what}" for what in ("unreadable", "unsupported", "too_large", "wrong_shape")
    )
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF"):
        whole = files.saved(noisy, kind)
        yield f"half.{kind.lower()}", whole[: len(whole) // 2], unreadable
        yield f"head-only.{kind.lower()}", whole[:24], unreadable
        yield f"wrong-extension-{kind.lower()}.xls", files.saved(scene, kind), GOOD
    yield "middle-missing.png", (png := files.saved(noisy, "PNG"))[:2000] + png[9000:], unreadable
    yield "zero.jpg", b"", "photo.empty"
    yield "page.jpg", b"<!DOCTYPE html><html><script>alert(1)</script></html>", unsupported
    yield "not-found.jpg", b"  \n<html><body>404</body></html>", unsupported
    yield "script.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', unsupported
    yield "entities.svg", b'<!DOCTYPE svg [<!ENTITY a "&b;&b;">]><svg>&a;</svg>', unsupported
    yield "bomb.png", files.png_that_says(60_000, 60_000), large
    yield "bomb-just-over.png", files.png_that_says(8_000, 8_000), large
    yield "lying.png", files.png_that_says(500, 500, b"\x00" * 100), unreadable
    yield "line.png", files.png_that_says(30_000, 1), shape
    yield "column.gif", files.saved(Image.new("L", (1, 3_000)), "GIF"), shape
    yield "dot.jpg", files.jpeg(Image.new("RGB", (1, 1))), shape
    yield "zero-wide.gif", b"GIF89a" + struct.pack("<HH", 0, 50) + b"\x00\x00\x00;", unreadable
    yield "huge.tif", b"II*\x00" + b"\xff" * 400, unreadable
    yield "loop.tif", b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00", unreadable
    yield "moving.gif", files.saved(scene, "GIF", save_all=True, append_images=[noisy, scene]), GOOD
    yield "moving.webp", files.saved(scene, "WEBP", save_all=True, append_images=[noisy]), GOOD
    yield "moving.png", files.saved(scene, "PNG", save_all=True, append_images=[noisy]), GOOD
    yield "print.jpg", files.jpeg(scene.convert("CMYK")), GOOD
    yield "deep.png", files.saved(Image.fromarray(np.full((90, 90), 40_000, np.uint16)), "PNG"), GOOD
    yield "bad-profile.jpg", files.jpeg(icc_profile=b"\xff" * 300), GOOD
    yield "bad-exif.jpg", files.jpeg(exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\x99" * 80), GOOD
    yield "page-behind.jpg", files.jpeg() + b"<html><script>alert(1)</script>", GOOD
    yield "../../../etc/passwd.jpg", files.jpeg(), GOOD
    yield "C:\\Windows\\system32\\a.jpg", files.jpeg(), GOOD
    yield "🧘‍♀️ warrior 🐕.jpg", files.jpeg(), GOOD
    yield "a\x00b\nc\u202egpj.exe", files.jpeg(), GOOD
    yield "{name} %s <b>.jpg", files.jpeg(), GOOD
    yield "x" * 5_000 + ".jpg", files.jpeg(), GOOD
    yield "..", files.jpeg(), GOOD
    yield "", b"\x00" * 100, unreadable
    yield "document.pdf", b"%PDF-1.4 ...", unsupported
    yield "program.jpg", b"MZ" + b"\x90" * 300, unsupported
    yield "film.jpg", b"\x00\x00\x00\x20ftypisom" + b"\x00" * 100, "photo.bad_video"
    yield "postscript.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", unsupported
    yield "list.csv", "datei,pose\na.jpg,Kämpfer\n".encode(), unsupported
    yield "noise.jpg", np.random.default_rng(0).bytes(5_000), unreadable
    yield "archive.rar", b"Rar!\x1a\x07\x00" + b"\x00" * 50, unsupported
    inner = files.zipped({"a.jpg": files.jpeg()})
    yield "nested.zip", files.zipped({"inner.zip": inner}), unsupported
    yield "slip.zip", files.zipped({"../../../../home/coach/.ssh/a.jpg": files.jpeg()}), GOOD
    yield "bomb.zip", files.zipped({f"{n}.jpg": b"\x00" * (11 * 2**20) for n in range(5)}), "photo.archive_bomb"
    yield "half.zip", inner[: len(inner) // 2], "photo.bad_archive"
    yield "signature-only.zip", b"PK\x03\x04", "photo.bad_archive"


def taken_in(name: str, data: bytes) -> list[Intake]:
    """What adding a file does with it, as the lab does it."""
    try:
        return [look(upload, NobodyThere()) for upload in unpack(Upload(name=name, data=data))]
    except PhotoError as error:
        return [Intake(name=name, error=error)]


CASES = list(hostile())


def test_there_are_fifty() -> None:
    assert len(CASES) >= 50


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning", "ignore::UserWarning:PIL")
@pytest.mark.parametrize(("name", "data", "becomes"), CASES, ids=[f"{n}" for n in range(len(CASES))])
def test_a_hostile_file(name: str, data: bytes, becomes: str) -> None:
    (intake,) = taken_in(name, data)
    if becomes == GOOD:
        assert intake.error is None
        assert intake.photo is not None
        assert intake.photo.pixels.shape == (intake.photo.height, intake.photo.width, 3)
        assert intake.photo.data.endswith(b"\xff\xd9")
    else:
        assert isinstance(intake.error, PhotoError)
        assert intake.error.code == becomes
        said = sentence(intake.error)
        assert said[0] == "“"
        assert said.endswith(".")
    assert 0 < len(intake.name) <= 5_000
    assert not set(intake.name) & set("/\\\n\x00\u202e")
