"""Clips: their sharp seconds come out upright as photos, and hostile ones as a sentence."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.vision import files
from tests.vision.clips import BLURRED, MOVING, RATE, SIZE, SMEARED, STILL, claiming, clip, turned
from yogalab.errors import BadVideo, PhotoError, VideoTooLong
from yogalab.records import VIDEO, Upload
from yogalab.vision import reel, video
from yogalab.vision.archive import unpack, unpack_file
from yogalab.vision.names import HEAD, clock, is_clip
from yogalab.vision.photo import canonical, decode
from yogalab.vision.video import Frame, frames, sharp, sharpness
from yogalab.words import sentence


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds: moving, then blurred, then blurred but for an instant, then still."""
    path = tmp_path_factory.mktemp("clips") / "salute.mp4"
    return clip(path, [MOVING, MOVING, BLURRED, SMEARED, STILL, STILL])


@pytest.fixture(scope="module")
def direct(short: Path) -> list[Upload]:
    """What comes out of it when it is offered with a name and a label."""
    return offered(short.read_bytes(), "Morning/salute.mp4", label="tree")


def offered(data: bytes, name: str = "salute.mp4", label: str | None = None) -> list[Upload]:
    return list(unpack(Upload(name=name, data=data, label=label)))


def test_a_film_lies_on_no_disk_any_more_once_it_is_being_read(
    short: Path, direct: list[Upload], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    coming = unpack(Upload(name="salute.mp4", data=short.read_bytes()))
    first = next(coming)
    # Killed here, the lab leaves nothing of it behind.
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [one.data for one in (first, *coming)] == [one.data for one in direct]
    assert short.exists() and [one.data for one in unpack_file(short)] == [one.data for one in direct]
    assert short.exists()


# --- which seconds remain ---------------------------------------------------------------------------


def test_one_sharp_frame_a_second_remains_of_a_clip(short: Path) -> None:
    heard: list[int] = []
    kept = [frame.second for frame in frames("salute.mp4", short, on_second=lambda: heard.append(1))]
    assert kept == [0, 1, 3, 4, 5]
    assert len(heard) == 6


def test_of_a_smeared_second_the_sharp_instant_is_taken(short: Path) -> None:
    by_second = {frame.second: frame.sharpness for frame in frames("salute.mp4", short)}
    assert by_second[3] > 0.7 * by_second[1]


def test_sharpness_is_the_variance_of_the_laplacian() -> None:
    # A single white dot: -4 where it is, 1 on its four sides, times 255; over 7 x 7 the mean is 0.
    dot = np.zeros((7, 7), np.uint8)
    dot[3, 3] = 255
    assert sharpness(dot) == pytest.approx((16 + 4) * 255**2 / 49)
    assert sharpness(np.full((7, 7), 80, np.uint8)) == 0


def test_blur_is_judged_by_the_clips_own_median() -> None:
    def seconds(values: list[float]) -> list[int]:
        return [one.second for one in sharp(Frame(n, b"", value) for n, value in enumerate(values))]

    limit = video.SHARP_SHARE
    assert seconds([100, 100, 100 * limit, 99 * limit, 100]) == [0, 1, 2, 4]
    # A dim, soft clip has its own measure, and a long one is not judged by its end.
    assert seconds([1, 1, 1, 0.1, 1]) == [0, 1, 2, 4]
    assert seconds([10.0] * 40 + [1000.0] * 400)[:40] == list(range(40))
    assert seconds([]) == []


def test_a_phones_clip_is_upright(short: Path, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(turned(short.read_bytes()))
    first = next(iter(frames("a.mp4", tmp_path / "a.mp4")))
    pixels = decode(first.data)
    assert pixels.shape[:2] == SIZE
    # Red was at the top left; a quarter turn clockwise takes it to the top right.
    assert pixels[20, -20, 0] > 150 > 100 > pixels[20, -20, 2]
    assert pixels[20, 20, 2] > 80


def test_moments_are_written_as_players_do() -> None:
    assert [clock(n) for n in (0, 7, 754, 3723)] == ["0:00", "0:07", "12:34", "1:02:03"]


# --- a clip as photos -------------------------------------------------------------------------------


def test_a_clip_is_an_archive_of_frames_that_are_kept_as_they_are(direct: list[Upload]) -> None:
    got = direct
    assert [one.name for one in got] == [f"salute 0:0{n}.jpg" for n in (0, 1, 3, 4, 5)]
    assert {(one.label, one.source, one.error) for one in got} == {("tree", VIDEO, None)}
    photo = canonical(got[0].name, got[0].data)
    assert photo.data == got[0].data
    assert (photo.width, photo.height) == SIZE


def test_a_clip_on_disk_and_one_in_a_zip_are_read_the_same(short: Path, direct: list[Upload]) -> None:
    zipped = files.zipped({"tree/salute.mp4": short.read_bytes(), "tree/a.jpg": b"photo"})
    inside = list(unpack(Upload(name="all.zip", data=zipped, folders=True, label="mine")))
    assert list(unpack_file(short, label="tree")) == direct
    assert inside[:-1] == direct
    assert (inside[-1].data, inside[-1].label, inside[-1].source) == (b"photo", "tree", None)


def test_who_has_seen_enough_ends_the_reading(short: Path) -> None:
    reading = unpack(Upload(name="salute.mp4", data=short.read_bytes()))
    assert next(reading).name == "salute 0:00.jpg"
    reading.close()  # type: ignore[attr-defined]
    with pytest.raises(StopIteration):
        next(reading)


@pytest.mark.parametrize(
    ("head", "film"),
    [
        (b"\x00\x00\x00\x20ftypisom", True),
        (b"\x00\x00\x00\x20ftypqt  ", True),
        (b"\x00\x00\x00\x08wide\x00\x00", True),
        (b"\x1aE\xdf\xa3webm", True),
        (b"RIFF\x00\x00\x00\x00AVI LIST", True),
        ((b"G" + b"\x00" * 187) * 3, True),
        ((b"G" + b"\x00" * 187) * 2, False),
        (b"\x00\x00\x00\x20ftypheic", False),
        (b"\x00\x00\x00\x20ftypavif", False),
        (b"#EXTM3U\nhttp://somewhere/", False),
        (b"ffconcat version 1.0\nfile /etc/passwd", False),
        (files.jpeg()[:HEAD], False),
        (b"", False),
    ],
)
def test_films_are_known_by_how_they_begin(head: bytes, film: bool) -> None:
    assert is_clip(head) is film


# --- hostile ones -----------------------------------------------------------------------------------


def hostile(short: Path) -> Iterator[tuple[str, bytes, str, int]]:
    """(name, data, code of the error it ends with, frames before that)."""
    whole = short.read_bytes()
    yield "no-end.mp4", whole[: len(whole) // 2], "photo.bad_video", 0
    yield "no-pictures.mp4", whole.replace(b"vide", b"soun"), "photo.bad_video", 0
    yield "ten-hours.mp4", claiming(whole, 36_000), "photo.video_too_long", 0
    yield "noise.mp4", whole[:32] + np.random.default_rng(0).bytes(5_000), "photo.bad_video", 0
    broadcast = short.with_suffix(".avi")
    clip(broadcast, [MOVING] * 4, codec="MJPG")
    data = broadcast.read_bytes()
    yield "broken-off.avi", data[: len(data) // 2], "photo.video_breaks_off", 2
    empty = short.with_name("empty.avi")
    clip(empty, [], codec="MJPG")
    yield "zero.avi", empty.read_bytes(), "photo.bad_video", 0
    small = short.with_name("small.avi")
    clip(small, [MOVING], codec="MJPG", size=(24, 24))
    yield "stamp.avi", small.read_bytes(), "photo.wrong_shape", 0


def test_a_hostile_clip_ends_in_a_sentence_that_names_it(short: Path, tmp_path: Path) -> None:
    for name, data, code, before in hostile(short):
        (tmp_path / name).write_bytes(data)
        kept: list[int] = []
        with pytest.raises(PhotoError) as caught:
            kept.extend(frame.second for frame in frames(name, tmp_path / name))
        assert (name, caught.value.code, len(kept)) == (name, code, before)
        assert name in sentence(caught.value)


def test_a_hostile_clip_among_others_is_an_answer_like_any_other(short: Path) -> None:
    (one,) = offered(short.read_bytes()[:300], "folder/broken.mp4")
    assert (one.name, one.data, one.source) == ("broken.mp4", b"", None)
    assert one.error is not None
    assert sentence(one.error) == sentence(BadVideo(name="broken.mp4"))


def test_a_text_called_a_film_is_told_how_to_be_one() -> None:
    (one,) = offered(b"dear diary", "diary.mp4")
    with pytest.raises(BadVideo):
        canonical(one.name, one.data)


def test_too_long_and_too_large(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reel, "MOST_BYTES", 1_000)
    (one,) = offered(short.read_bytes())
    assert getattr(one.error, "code", None) == "photo.video_too_large"
    # It says nothing of its length, and has more pictures than any clip has.
    monkeypatch.setattr(video, "MOST_PICTURES", 2 * RATE)
    kept: list[int] = []
    with pytest.raises(VideoTooLong):
        kept.extend(frame.second for frame in frames("a.mp4", short))
    assert kept == [0, 1]


def test_a_reader_that_falls_silent_is_ended(short: Path, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "endless.mp4")
    (one,) = reel.unreel(Upload(name="endless.mp4", data=b""), tmp_path / "endless.mp4", patience=1.0)
    assert getattr(one.error, "code", None) == "photo.bad_video"
