"""A clip as the photos in it, read by a process of its own.

What decodes films is large, native and was not made for films from strangers. The process may use so much
memory and no more, is ended when it falls silent, and takes nothing but its one file with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath
from typing import IO, Final

from yogalab.errors import BadVideo, PhotoError, VideoTooLarge
from yogalab.records import VIDEO, Upload
from yogalab.vision.messages import receive
from yogalab.vision.names import clock, display_name

MOST_BYTES: Final = 2 * 2**30
# For one second of the clip, the start of the process included.
PATIENCE_SECONDS: Final = 60.0
# About as long as a pose is held; few cuts between stretches fall within a hold.
STRETCH_SECONDS: Final = 15
# A number-cruncher's idle threads reserve address space by the gigabyte on large machines.
_ALONE: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# What is wrong with a film is said in a sentence, not by its decoder line by line.
_QUIET: Final = {"OPENCV_LOG_LEVEL": "OFF", "OPENCV_FFMPEG_LOGLEVEL": "-8"}
_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from yogalab.vision import video; video.serve()"
)


def unreel(
    upload: Upload,
    path: Path,
    *,
    patience: float = PATIENCE_SECONDS,
    on_open: Callable[[], None] = lambda: None,
) -> Iterator[Upload]:
    """Yield the frames of a clip at `path` as photos named "clip 0:07.jpg", with all else the upload carries.

    A clip that cannot be read, or only in part, ends with an upload that carries the error.

    on_open: called once the file is open, or turned out not to be one that can be.
    """
    shown = display_name(upload.name)
    bare = replace(upload, data=b"", path=None, folders=False)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            limit = f"{MOST_BYTES // 2**30} GB"
            raise VideoTooLarge(name=shown, size=f"{size / 2**30:.1f} GB", limit=limit)
        clip = ""
        for second, data in _frames(shown, path, patience, on_open):
            # The first frame tells clips apart as well as all of a film would, without reading that twice.
            clip = clip or hashlib.sha256(data).hexdigest()
            yield replace(
                bare,
                name=f"{PurePath(shown).stem} {clock(second)}.jpg",
                data=data,
                source=VIDEO,
                stretch=f"{clip}:{second // STRETCH_SECONDS}",
            )
    except PhotoError as error:
        yield replace(bare, name=shown, error=error)


def unreel_from(upload: Upload, file: IO[bytes]) -> Iterator[Upload]:
    """Yield what `unreel` does for a clip that lies in memory or in an archive, from where `file` stands."""
    with tempfile.TemporaryDirectory(prefix="yogalab-clip-") as folder:
        # Without the name that it came with: a reader of films goes by endings, too.
        path = Path(folder) / "clip"
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy, 2**20)
        # A film of people is to lie nowhere for good, even if this process is killed in the middle of it.
        yield from unreel(upload, path, on_open=lambda: _gone(path))


def _gone(path: Path) -> None:
    # Where an open file cannot go, it goes with its folder.
    with suppress(OSError):
        path.unlink()


def _frames(name: str, path: Path, patience: float, on_open: Callable[[], None]) -> Iterator[tuple[int, bytes]]:
    """Yield (second, JPEG) as the process sends them.

    Raises:
        PhotoError: what `video.frames` raises; BadVideo also where the process died of the file.
    """
    command = [sys.executable, "-c", _START, json.dumps(sys.path), name, str(path.absolute())]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={**os.environ, **_ALONE, **_QUIET}
    )
    opened = False
    try:
        while True:
            answer = _heard(process, patience)
            if not opened:
                opened = True
                on_open()
            if isinstance(answer, tuple):
                yield answer
            elif isinstance(answer, BaseException):
                raise answer
            elif answer is None:
                return
    except (OSError, EOFError, pickle.UnpicklingError) as error:
        raise BadVideo(name=name) from error
    finally:
        # Also when whoever asked has had enough: it has nothing to tidy up.
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _heard(process: subprocess.Popen[bytes], patience: float) -> object:
    assert process.stdout is not None
    overdue = threading.Timer(patience, process.kill)
    overdue.start()
    try:
        return receive(process.stdout)
    finally:
        overdue.cancel()
