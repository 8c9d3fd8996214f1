"""BlazePose's model file: made once from the models inside MediaPipe's wheel, so that nothing is downloaded."""

from __future__ import annotations

import importlib.util
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from yogalab.errors import DiskFull, PoseModelMissing

BUNDLE: Final = "blazepose-full.task"

# Name in the bundle -> model in the wheel, mean and deviation of its input. The Tasks API wants the
# normalisation as metadata, which the wheel's own graphs keep in their configuration instead.
_MODELS: Final = {
    "pose_detector.tflite": ("modules/pose_detection/pose_detection.tflite", 127.5, 127.5),
    "pose_landmarks_detector.tflite": ("modules/pose_landmark/pose_landmark_full.tflite", 0.0, 255.0),
}


def pose_bundle(folder: Path) -> Path:
    """Return the path of the pose model in `folder`, made from the installed MediaPipe when it is not there.

    It is written aside and renamed: of two processes that start together, neither sees half of it.

    Raises:
        PoseModelMissing: MediaPipe is not installed, or is a release whose wheel carries no models.
        DiskFull: there is no room for its 9 MB.
    """
    path = folder / BUNDLE
    if path.exists():
        return path
    models = {name: _with_metadata(*source) for name, source in _MODELS.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=BUNDLE, suffix=".part", dir=folder)
        try:
            # The Tasks API maps the models from the file: they must lie in it uncompressed.
            with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
                for name, model in models.items():
                    bundle.writestr(name, model)
            Path(aside).replace(path)
        finally:
            Path(aside).unlink(missing_ok=True)
    except OSError as error:
        raise DiskFull(folder=str(folder), free_megabytes=_free_megabytes(folder)) from error
    return path


def _with_metadata(model: str, mean: float, deviation: float) -> bytes:
    spec = importlib.util.find_spec("mediapipe")
    path = Path(spec.origin).parent / model if spec and spec.origin else None
    if path is None or not path.exists():
        raise PoseModelMissing(reason=f"mediapipe/{model}")
    # Imported late: it takes two seconds and is needed once in a lab's life.
    from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer  # noqa: PLC0415

    writer = metadata_writer.MetadataWriter.create(bytearray(path.read_bytes()))
    writer.add_image_input([mean], [deviation])
    populated, _ = writer.populate()
    return bytes(populated)


def _free_megabytes(folder: Path) -> int:
    try:
        status = os.statvfs(folder)
    except (OSError, AttributeError):
        return 0
    return status.f_bavail * status.f_frsize // 2**20
