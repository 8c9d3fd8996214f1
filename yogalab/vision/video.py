"""A clip to the frames worth looking at: one a second, the sharpest of it, blurred seconds left out.

Runs in a process of its own (`reel`): what decodes films was not made for films from strangers.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from yogalab.errors import BadVideo, PhotoError, VideoBreaksOff, VideoTooLong
from yogalab.vision.messages import send
from yogalab.vision.names import clock
from yogalab.vision.photo import LONG_EDGE, QUALITY, check_size

if sys.platform != "win32":
    import resource

Pixels = NDArray[np.uint8]

MOST_SECONDS: Final = 20 * 60
# Of that length at sixty pictures a second. What films slowly has more, and is shorter.
MOST_PICTURES: Final = MOST_SECONDS * 60
# A body blurred in one instant of a second is often still in another.
LOOKS_A_SECOND: Final = 4
# A blur is judged at this size: what vanishes in it does not disturb the pose model either.
JUDGED_EDGE: Final = 320
# Of the median sharpness of the clip. Chosen on photos blurred step by step: models/LOG.md, "frames of a clip".
SHARP_SHARE: Final = 0.25
# The median needs company: a second is judged when so many after it are known.
AHEAD: Final = 30
# Claimed lengths are rounded, and some cameras write a last moment that has no picture.
_MISSED_SECONDS: Final = 1.5
_MISSED_SHARE: Final = 0.05
_MOST_THREADS: Final = 4
# What a film of the largest pictures needs, with room.
_MEMORY_BYTES: Final = 4 * 2**30
_USUAL_RATE: Final = 30.0
_RATES: Final = (1.0, 1000.0)
_TURNS: Final = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class Frame:
    """One second of a clip: its sharpest picture as a JPEG, upright and without metadata."""

    second: int
    data: bytes
    sharpness: float


def frames(name: str, path: Path, *, on_second: Callable[[], None] = lambda: None) -> Iterator[Frame]:
    """Yield the sharp frames of a clip in order, at most one a second.

    on_second: called for every second that was read, also one that is left out.

    Raises:
        BadVideo: there is no picture in it that can be read.
        VideoTooLong: it says so itself, or turns out to be; the frames before that have been yielded.
        VideoBreaksOff: it ends long before it says; the frames before that have been yielded.
        PhotoTooLarge, PhotoWrongShape: its pictures are outside the limits of photos.
    """
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, _MOST_THREADS])
    # Builds of OpenCV differ in whether they turn a phone's clips upright: none is to, it is done here.
    capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
    try:
        yield from sharp(_told(_seconds(name, capture), on_second))
    except cv2.error as error:
        raise BadVideo(name=name) from error
    finally:
        capture.release()


def serve() -> None:
    """In the child: send (second, JPEG) for every frame, True for every second, an error or None at the end."""
    # Ctrl-C reaches children too; the parent ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    name, path = sys.argv[2:4]
    # Libraries print: what they print goes to standard error, the answers keep a way of their own.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _bound()
    with contextlib.suppress(BrokenPipeError):
        try:
            for frame in frames(name, Path(path), on_second=lambda: send(answers, True)):
                send(answers, (frame.second, frame.data))
            send(answers, None)
        except PhotoError as error:
            send(answers, error)
        except MemoryError:
            send(answers, BadVideo(name=name))


def _bound() -> None:
    """Let no file claim more memory than a film may need."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError, ValueError):
            _, most = resource.getrlimit(resource.RLIMIT_AS)
            limit = _MEMORY_BYTES if most == resource.RLIM_INFINITY else min(_MEMORY_BYTES, most)
            resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def sharpness(grey: Pixels) -> float:
    """Return the variance of the Laplacian of a grey picture (h, w): the blurrier, the smaller.

    Source: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.
    """
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def sharp(seconds: Iterable[Frame]) -> Iterator[Frame]:
    """Yield those that are no blurrier than SHARP_SHARE of the clip's median.

    The median of what is known by then: all before it and AHEAD seconds after it, so that a long clip need
    neither be held in memory nor be read twice. A clip that ends in trouble has its last seconds judged, too.
    """
    known: list[float] = []
    waiting: deque[Frame] = deque()
    trouble: PhotoError | None = None
    try:
        for frame in seconds:
            insort(known, frame.sharpness)
            waiting.append(frame)
            if len(waiting) > AHEAD:
                yield from _judged(waiting.popleft(), known)
    except PhotoError as error:
        trouble = error
    while waiting:
        yield from _judged(waiting.popleft(), known)
    if trouble is not None:
        raise trouble


def _judged(frame: Frame, known: list[float]) -> Iterator[Frame]:
    if frame.sharpness >= SHARP_SHARE * known[len(known) // 2]:
        yield frame


def _told(seconds: Iterable[Frame], on_second: Callable[[], None]) -> Iterator[Frame]:
    for frame in seconds:
        on_second()
        yield frame


def _seconds(name: str, capture: cv2.VideoCapture) -> Iterator[Frame]:
    """Yield the sharpest picture of every second."""
    claimed = _claimed_seconds(capture)
    if claimed > MOST_SECONDS:
        raise _too_long(name, claimed)
    size = [int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)]
    if not capture.isOpened() or 0 in size:
        raise BadVideo(name=name)
    check_size(name, *size)
    turn = _TURNS.get(round(capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 360)
    best: tuple[int, Pixels, float] | None = None
    last = next_look = 0.0
    for at in _moments(capture):
        last = at
        if at > MOST_SECONDS:
            break
        if at < next_look:
            continue
        shown, pixels = capture.retrieve()
        if not shown:
            continue
        next_look = at + 1 / LOOKS_A_SECOND
        if best is not None and best[0] != int(at):
            yield _frame(*best, turn)
            best = None
        small = _shrunk(np.asarray(pixels, np.uint8), LONG_EDGE)
        value = sharpness(_grey(_shrunk(small, JUDGED_EDGE)))
        if best is None or value > best[2]:
            best = (int(at), small, value)
    if best is None:
        raise BadVideo(name=name)
    yield _frame(*best, turn)
    if last > MOST_SECONDS:
        raise _too_long(name, last)
    if last + max(_MISSED_SECONDS, _MISSED_SHARE * claimed) < claimed:
        raise VideoBreaksOff(name=name, at=clock(int(last)))


def _moments(capture: cv2.VideoCapture) -> Iterator[float]:
    """Go through the pictures; yield the seconds since the first, never going back."""
    rate = capture.get(cv2.CAP_PROP_FPS)
    step = 1 / (rate if _RATES[0] <= rate <= _RATES[1] else _USUAL_RATE)
    start: float | None = None
    at = 0.0
    for _ in range(MOST_PICTURES):
        if not capture.grab():
            return
        said = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if start is None:
            start = said if math.isfinite(said) else 0.0
        elif math.isfinite(said) and said - start > at:
            at = said - start
        else:
            # Some files date no picture, or all of them alike.
            at += step
        yield at
    # More pictures than any clip of the length allowed has.
    yield math.inf


def _claimed_seconds(capture: cv2.VideoCapture) -> float:
    """How long the file says it is; 0 where it does not say."""
    count, rate = (capture.get(what) for what in (cv2.CAP_PROP_FRAME_COUNT, cv2.CAP_PROP_FPS))
    return count / rate if count > 0 and rate > 0 and math.isfinite(count / rate) else 0.0


def _too_long(name: str, seconds: float) -> VideoTooLong:
    length = clock(int(seconds)) if math.isfinite(seconds) else f"> {clock(MOST_SECONDS)}"
    return VideoTooLong(name=name, length=length, limit=MOST_SECONDS // 60)


def _shrunk(pixels: Pixels, edge: int) -> Pixels:
    height, width = pixels.shape[:2]
    share = edge / max(height, width)
    if share >= 1:
        return pixels
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def _frame(second: int, pixels: Pixels, value: float, turn: int | None) -> Frame:
    upright = pixels if turn is None else cv2.rotate(pixels, turn)
    # As `photo` compresses: a frame is then kept as it is, not compressed twice.
    how = [
        *(cv2.IMWRITE_JPEG_QUALITY, QUALITY),
        *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    ]
    _, data = cv2.imencode(".jpg", upright, how)
    return Frame(second, data.tobytes(), value)
