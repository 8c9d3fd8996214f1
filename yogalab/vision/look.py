"""One offered file to everything that is known of it, and the small program that does so in its own process."""

from __future__ import annotations

import os
import pickle
import struct
import sys
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from yogalab.errors import OutOfMemory, PhotoError
from yogalab.ports import Landmarker
from yogalab.records import Intake, Upload
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.hashing import image_hash
from yogalab.vision.photo import canonical

_LENGTH: Final = struct.Struct("<Q")


def look(upload: Upload, landmarker: Landmarker) -> Intake:
    """Return the file as a photo with its skeletons, or with the error that names its trouble.

    Raises:
        PoseModelMissing: no file can be looked at, whatever is in it.
    """
    if upload.error is not None:
        return Intake(name=upload.name, label=upload.label, error=upload.error)
    try:
        photo = canonical(upload.name, upload.data)
        people = landmarker.find(photo.pixels)
    except (PhotoError, OutOfMemory) as error:
        return Intake(name=upload.name, label=upload.label, error=error)
    except MemoryError:
        return Intake(name=upload.name, label=upload.label, error=OutOfMemory(step=upload.name))
    return Intake(
        name=photo.name, photo=photo, people=people, image_hash=image_hash(photo.pixels), label=upload.label
    )


def send(stream: BinaryIO, value: object) -> None:
    """Write one value to a pipe between processes of ours."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> object:
    """Read the next value. Raises EOFError when the other side is gone."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(header)[0]
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


def serve(folder: Path, model: Path | None) -> None:
    """Answer Uploads on standard input with Intakes on standard output until the input ends."""
    # Libraries print: what they print goes to standard error, the answers keep a way of their own.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    landmarker = BlazePose(folder, model=model)
    while True:
        try:
            upload = receive(sys.stdin.buffer)
        except EOFError:
            return
        assert isinstance(upload, Upload)
        try:
            intake = look(upload, landmarker)
        except Exception as error:
            send(answers, error)
            continue
        # A fresh copy of the photo has no pixels decoded: bytes travel, arrays do not.
        send(answers, replace(intake, photo=replace(intake.photo)) if intake.photo else intake)
