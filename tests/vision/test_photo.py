"""The canonical photo: one picture, whatever file it came in."""

from __future__ import annotations

import io
import struct
import warnings

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.vision import files
from yogalab.errors import EmptyFile, PhotoTooLarge, PhotoWrongShape, UnreadablePhoto, UnsupportedPhoto
from yogalab.vision import photo as photo_module
from yogalab.vision.hashing import image_hash
from yogalab.vision.photo import LONG_EDGE, canonical, decode, thumbnail

UPRIGHT = ["r", "g", "b", "grey"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "TIFF", "GIF"])
def test_every_format_gives_the_same_scene(kind: str) -> None:
    photo = canonical("a", files.saved(files.scene(), kind))
    assert (photo.width, photo.height) == files.SIZE
    assert photo.pixels.dtype == np.uint8
    assert files.corners(photo.pixels) == UPRIGHT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "TIFF", "GIF"])
def test_the_kept_file_is_a_jpeg_with_these_very_pixels(kind: str) -> None:
    photo = canonical("a", files.saved(files.scene(), kind))
    with Image.open(io.BytesIO(photo.data)) as kept:
        assert kept.format == "JPEG"
        assert np.array_equal(np.asarray(kept.convert("RGB")), photo.pixels)
    assert np.array_equal(decode(photo.data), photo.pixels)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_upright(kind: str, orientation: int) -> None:
    photo = canonical("a", files.with_orientation(kind, orientation))
    assert (photo.width, photo.height) == files.SIZE
    assert files.corners(photo.pixels) == UPRIGHT


def test_a_heic_photo_is_turned_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = files.scene().transpose(Image.Transpose.ROTATE_90)
    photo = canonical("a", files.saved(stored, "HEIF", exif=exif.tobytes()))
    assert (photo.width, photo.height) == files.SIZE
    assert files.corners(photo.pixels) == UPRIGHT


def test_a_jpeg_that_fits_loses_its_metadata_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0)}
    data = (
        files.jpeg(exif=exif.tobytes(), comment=b"taken at home", progressive=True) + b"<script>after</script>"
    )
    photo = canonical("a.jpg", data)
    with Image.open(io.BytesIO(data)) as source:
        assert np.array_equal(np.asarray(source.convert("RGB")), photo.pixels)
    for secret in (b"a camera", b"taken at home", b"script", b"Exif"):
        assert secret not in photo.data


def test_metadata_is_dropped_when_a_photo_is_compressed_anew() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif[0x0112] = 6
    photo = canonical("a.jpg", files.jpeg(exif=exif.tobytes(), comment=b"taken at home"))
    assert b"a camera" not in photo.data
    assert b"taken at home" not in photo.data


def test_the_photo_of_a_kept_photo_is_itself() -> None:
    for data in (files.jpeg(), files.saved(files.scene(), "PNG"), files.jpeg(files.scene((3000, 2000)))):
        once = canonical("a", data)
        again = canonical("a", once.data)
        assert again.sha256 == once.sha256
        assert np.array_equal(again.pixels, once.pixels)


def test_the_same_picture_under_other_metadata_is_one_photo() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    plain, tagged = canonical("a", files.jpeg()), canonical("b", files.jpeg(exif=exif.tobytes()))
    assert plain.sha256 == tagged.sha256
    assert plain.source_sha256 != tagged.source_sha256


@pytest.mark.parametrize("size", [(3000, 2000), (2000, 3000), (1281, 700)])
def test_the_long_edge_is_bounded(size: tuple[int, int]) -> None:
    for kind in ("JPEG", "PNG"):
        photo = canonical("a", files.saved(files.scene(size), kind))
        assert max(photo.width, photo.height) == LONG_EDGE
        assert photo.width / photo.height == pytest.approx(size[0] / size[1], rel=0.01)
        assert files.corners(photo.pixels) == UPRIGHT


def test_grey_stays_grey() -> None:
    photo = canonical("a", files.saved(files.scene().convert("L"), "JPEG"))
    assert photo.pixels.shape[2] == 3
    assert np.ptp(photo.pixels.astype(int), axis=2).max() == 0


def test_print_colours_become_screen_colours() -> None:
    for kind in ("JPEG", "TIFF"):
        photo = canonical("a", files.saved(files.scene().convert("CMYK"), kind))
        assert files.corners(photo.pixels) == UPRIGHT


def test_sixteen_bits_keep_their_brightness() -> None:
    ramp = np.linspace(0, 65535, 200 * 120).reshape(120, 200).astype(np.uint16)
    for kind in ("PNG", "TIFF"):
        photo = canonical("a", files.saved(Image.fromarray(ramp), kind))
        assert np.abs(photo.pixels[:, :, 0].astype(float) - ramp / 257).max() < 6


def test_floating_point_is_scaled_to_what_it_holds() -> None:
    ramp = np.linspace(0, 1, 200 * 120, dtype=np.float32).reshape(120, 200)
    for scale in (1, 255, 65535, 1e6):
        photo = canonical("a", files.saved(Image.fromarray(ramp * scale), "TIFF"))
        assert np.abs(photo.pixels[:, :, 0] / 255 - ramp).max() < 0.03, scale


def test_what_is_transparent_becomes_white() -> None:
    cut = files.scene().convert("RGBA")
    cut.paste((0, 0, 0, 0), (100, 60, 200, 120))
    for kind in ("PNG", "WEBP", "TIFF"):
        assert files.corners(canonical("a", files.saved(cut, kind)).pixels) == ["r", "g", "b", "w"]


def test_a_palette_with_a_transparent_colour() -> None:
    picture = files.scene().convert("P", palette=Image.Palette.ADAPTIVE, colors=8)
    clear = picture.getpixel((150, 90))
    for kind in ("PNG", "GIF"):
        photo = canonical("a", files.saved(picture, kind, transparency=clear))
        assert files.corners(photo.pixels) == ["r", "g", "b", "w"]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_frame_of_an_animation_is_the_photo(kind: str) -> None:
    others = [Image.new("RGB", files.SIZE, colour) for colour in ("black", "white")]
    photo = canonical("a", files.saved(files.scene(), kind, save_all=True, append_images=others))
    assert files.corners(photo.pixels) == UPRIGHT


def test_colours_follow_the_profile() -> None:
    linear = _linear_srgb()
    photo = canonical("a", files.saved(Image.new("RGB", files.SIZE, (55, 55, 55)), "PNG", icc_profile=linear))
    # A linear 55/255 is as bright as 128 in sRGB.
    assert abs(int(photo.pixels[60, 100, 0]) - 128) <= 3


def test_an_srgb_profile_changes_nothing_and_is_not_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert canonical("a", files.jpeg(icc_profile=profile)).sha256 == canonical("a", files.jpeg()).sha256


def test_a_damaged_profile_is_left_out_of_account() -> None:
    photo = canonical("a", files.jpeg(icc_profile=b"not a profile" * 20))
    assert files.corners(photo.pixels) == UPRIGHT


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_exif_is_no_reason_to_refuse() -> None:
    photo = canonical("a", files.jpeg(exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff garbage"))
    assert files.corners(photo.pixels) == UPRIGHT


def test_content_decides_not_the_name() -> None:
    assert canonical("photo.png", files.jpeg()).name == "photo.png"


def test_a_truncated_photo_is_refused() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF"):
        noisy = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8))
        data = files.saved(noisy, kind)
        with pytest.raises(UnreadablePhoto) as caught:
            canonical("half", data[: len(data) // 2])
        assert caught.value.data == {"name": "half"}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_limits_are_checked_from_the_header() -> None:
    with pytest.raises(PhotoTooLarge) as caught:
        canonical("bomb.png", files.png_that_says(10_000, 9_000))
    assert caught.value.data["size"] == "90 megapixels"
    with pytest.raises(PhotoTooLarge):
        canonical("bomb.png", files.png_that_says(200_000, 200_000))
    with pytest.raises(PhotoWrongShape) as shape:
        canonical("line.png", files.png_that_says(30_000, 1))
    assert (shape.value.data["width"], shape.value.data["height"]) == (30_000, 1)
    with pytest.raises(PhotoWrongShape):
        canonical("dot.png", files.png_that_says(8, 8))


def test_a_large_photo_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(PhotoTooLarge):
            canonical("bomb.png", files.png_that_says(11_000, 9_000))


def test_too_many_bytes_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_module, "MOST_BYTES", 1000)
    with pytest.raises(PhotoTooLarge):
        canonical("a.jpg", files.jpeg() + b"x" * 1000)


def test_nothing_is_empty_and_text_is_no_photo() -> None:
    with pytest.raises(EmptyFile):
        canonical("a.jpg", b"")
    with pytest.raises(UnreadablePhoto):
        canonical("a.jpg", bytes(range(128, 256)) * 40)
    for data, name in (
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "HTML"),
        (
            b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "SVG",
        ),
        (b"%PDF-1.7\n", "PDF"),
        (b"BM" + b"\x00" * 60, "BMP"),
        (b"file,pose\na.jpg,tree\n", "text"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video"),
        (files.zipped({"a.jpg": files.jpeg()}), "zip"),
    ):
        with pytest.raises(UnsupportedPhoto) as caught:
            canonical("a.jpg", data)
        assert caught.value.data == {"name": "a.jpg", "format": name}


def test_a_png_full_of_compressed_text_does_not_fill_the_memory() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "x" * (80 * 2**20), zip=True)
    with pytest.raises(UnreadablePhoto):
        canonical("a.png", files.saved(files.scene(), "PNG", pnginfo=info))


def test_a_thumbnail_is_small_and_shows_the_same() -> None:
    photo = canonical("a", files.jpeg(files.scene((900, 600))))
    with Image.open(io.BytesIO(thumbnail(photo.data, 120))) as small:
        assert small.format == "WEBP"
        assert small.size == (120, 80)
        assert files.corners(np.asarray(small.convert("RGB"))) == UPRIGHT


def test_copies_share_most_bits_of_their_hash_and_others_do_not() -> None:
    rng = np.random.default_rng(0)
    first, second = (
        Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8)).resize(
            (300, 200), Image.Resampling.BICUBIC
        )
        for _ in range(2)
    )
    original = image_hash(np.asarray(first))
    copy = image_hash(canonical("a", files.jpeg(first.resize((150, 100)), quality=60)).pixels)
    other = image_hash(np.asarray(second))
    assert 0 <= original < 2**64
    assert (original ^ copy).bit_count() <= 4
    assert (original ^ other).bit_count() >= 16


def test_a_hash_by_hand() -> None:
    # Nine columns get darker in the upper four rows and brighter in the lower four: 32 bits clear, 32 set.
    falling = np.tile(np.arange(9, 0, -1, dtype=np.uint8) * 20, (4, 1))
    picture = np.concatenate([falling, falling[:, ::-1]])
    assert image_hash(np.repeat(picture[:, :, None], 3, axis=2)) == 0x00000000FFFFFFFF


def _linear_srgb() -> bytes:
    """An ICC profile with sRGB's primaries and no gamma, written by hand: matrix and three linear curves."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    def xyz(*values: float) -> bytes:
        return b"XYZ \x00\x00\x00\x00" + fixed(*values)

    text = b"desc\x00\x00\x00\x00" + struct.pack(">I", 7) + b"linear\x00" + b"\x00" * 78 + b"\x00"
    curve = b"curv\x00\x00\x00\x00" + struct.pack(">I", 0)
    tags = {
        b"desc": text,
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.4360, 0.2225, 0.0139),
        b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        data += b"\x00" * (-len(data) % 4)
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data
    size = start + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"\x00" * 4, 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += b"\x00" * 12 + b"acsp" + b"\x00" * 28 + fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\x00") + struct.pack(">I", len(tags)) + table + body
