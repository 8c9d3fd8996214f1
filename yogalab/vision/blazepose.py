"""BlazePose: the skeletons of the people in a photo, by MediaPipe's Pose Landmarker.

Source: Bazarevsky et al., BlazePose: On-device Real-time Body Pose tracking (arXiv 2006.10204).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.errors import PoseModelUnusable
from yogalab.records import Landmarks
from yogalab.vision.following import Follower
from yogalab.vision.fusion import Body, bodies
from yogalab.vision.passes import LOOKS, THRESHOLD, Found, Look, Sighting, close_ups
from yogalab.vision.pose_model import pose_bundle
from yogalab.vision.trust import MOST_PEOPLE, people

Pixels = NDArray[np.uint8]

RECIPE: Final = "seven-1"


class BlazePose:
    """Finds people, one photo at a time. MediaPipe's objects are not thread-safe: threads wait for each other.

    folder: where the model lies, or is made at first use. model: another `.task` bundle to use instead.
    """

    def __init__(self, folder: Path, *, model: Path | None = None) -> None:
        self.folder = folder
        self.model = model
        self._lock = threading.Lock()
        self._landmarker: Any = None
        self._loud = True

    @cached_property
    def name(self) -> str:
        """Pose model and recipe. A model from elsewhere is told apart by the hash of its file."""
        if self.model is None:
            return f"blazepose-full/{RECIPE}"
        digest = hashlib.sha256(self._custom(self.model).read_bytes()).hexdigest()[:8]
        return f"{self.model.stem}-{digest}/{RECIPE}"

    def find(self, pixels: Pixels) -> tuple[Landmarks, ...]:
        """Return every person found, the chosen one first, or the faint one; nobody is an answer too.

        pixels: (h, w, 3) RGB. Every photo is looked at on its own: nothing is carried over from the one before.

        Raises:
            PoseModelMissing: the model cannot be found, made or read.
        """
        aspect = pixels.shape[1] / pixels.shape[0]
        seen = [one for look in LOOKS for one in self.sightings(look, pixels)]
        return people(bodies(seen, aspect), aspect, lambda body: self._close_up(body, pixels))

    def follow(self) -> Follower:
        """Return a watcher of moving pictures, with a landmarker of its own. Raises as `find`."""
        # One person: MediaPipe smooths only then, and whoever practises before a camera is one.
        return Follower(self._made("VIDEO", num_poses=1))

    def sightings(self, look: Look, pixels: Pixels) -> list[Sighting]:
        """Return every body that one look finds, phantoms among them. Raises as `find`."""
        height, width = pixels.shape[:2]
        found = (look.restore(*found, height, width) for found in self._detect(look, pixels))
        return [Sighting(look=look.name, points=points, world=world) for points, world in found]

    def _close_up(self, body: Body, pixels: Pixels) -> list[Sighting]:
        looks = close_ups(body.points, pixels.shape[1] / pixels.shape[0])
        return [one for look in looks for one in self.sightings(look, pixels)]

    def _detect(self, look: Look, pixels: Pixels) -> list[Found]:
        # Imported late: MediaPipe takes two seconds, and pages open before it is needed.
        import mediapipe as mp  # noqa: PLC0415

        shown = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(look.show(pixels)))
        with self._lock:
            landmarker = self._ready()
            with _quiet() if self._loud else contextlib.nullcontext():
                result = landmarker.detect(shown)
            # Its last remark comes with the first person it finds.
            self._loud = self._loud and not result.pose_landmarks
        return [
            (
                np.array([(p.x, p.y, p.z, p.visibility) for p in points], dtype=np.float32),
                np.array([(p.x, p.y, p.z) for p in world], dtype=np.float32),
            )
            for points, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)
        ]

    def _ready(self) -> Any:
        """Return MediaPipe's landmarker, made at first use."""
        if self._landmarker is None:
            # Other modes track: they would see a photo in the light of the one before.
            self._landmarker = self._made(
                "IMAGE", num_poses=MOST_PEOPLE, min_pose_detection_confidence=THRESHOLD
            )
        return self._landmarker

    def _made(self, mode: str, **options: Any) -> Any:
        from mediapipe.tasks.python import BaseOptions, vision  # noqa: PLC0415 - late, as above

        path = pose_bundle(self.folder) if self.model is None else self._custom(self.model)
        asked = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(path)),
            running_mode=vision.RunningMode[mode],
            **options,
        )
        try:
            with _quiet():
                return vision.PoseLandmarker.create_from_options(asked)
        except (RuntimeError, ValueError) as error:
            raise PoseModelUnusable(name=path.name) from error

    @staticmethod
    def _custom(model: Path) -> Path:
        if not model.is_file():
            raise PoseModelUnusable(name=model.name)
        return model


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep C++ from writing to the terminal: MediaPipe's start-up remarks cannot be switched off otherwise."""
    try:
        terminal = os.dup(2)
    except OSError:
        yield  # there is no terminal to disturb
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)
