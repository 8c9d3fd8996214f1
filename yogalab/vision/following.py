"""BlazePose on moving pictures: one person followed from one to the next, which is quicker and steadier.

Source: Bazarevsky et al., BlazePose: On-device Real-time Body Pose tracking (arXiv 2006.10204). Once somebody
is found, the next picture is looked at only where they were; MediaPipe smooths what it sees.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from yogalab.ports import Pixels
from yogalab.records import Landmarks, Matrix
from yogalab.vision.fusion import Body
from yogalab.vision.passes import LOOKS
from yogalab.vision.people import clarity
from yogalab.vision.trust import trust

FOLLOWED: Final = "followed"
# Phantoms flit: what is one is gone, or has far lower visibility, within the next pictures.
_CLEAR_ENOUGH: Final = 0.5


@dataclass(eq=False)
class Follower:
    """Implements `ports.Watcher` over one of MediaPipe's landmarkers in VIDEO mode, whose own it becomes.

    Not two pictures at once: threads wait for each other.
    """

    landmarker: Any
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_ms: int = -1
    _followed: int = 0
    _closed: bool = False

    def see(self, pixels: Pixels, at_ms: int) -> Landmarks | None:
        """Return who is in the next picture, None where nobody is.

        pixels: (h, w, 3) RGB. at_ms: when it was taken; one that is not later than the last counts as taken
        right after it. trust rises with the pictures that show the same body, as it does with looks at a photo.
        """
        import mediapipe as mp  # noqa: PLC0415 - late: two seconds, and pages open before it is needed

        shown = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(pixels))
        with self._lock:
            if self._closed:
                return None
            self._at_ms = max(at_ms, self._at_ms + 1)
            result = self.landmarker.detect_for_video(shown, self._at_ms)
            found = bool(result.pose_landmarks)
            self._followed = min(self._followed + 1, len(LOOKS)) if found else 0
            followed = self._followed
        if not found:
            return None
        points = np.array([(p.x, p.y, p.z, p.visibility) for p in result.pose_landmarks[0]], np.float32)
        world = np.array([(p.x, p.y, p.z) for p in result.pose_world_landmarks[0]], np.float32)
        return _person(points, world, followed, pixels.shape[1] / pixels.shape[0])

    def close(self) -> None:
        """Let go of the model's memory; afterwards nobody is seen."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self.landmarker.close()


def _person(points: Matrix, world: Matrix, followed: int, aspect: float) -> Landmarks | None:
    clear = clarity(points)
    if clear < _CLEAR_ENOUGH:
        return None
    body = Body(
        points=points, world=world, weight=1.0, share=1.0, looks=followed, clarity=clear, found_by=FOLLOWED
    )
    return Landmarks(points=points, world=world, aspect=aspect, found_by=FOLLOWED, trust=trust(body))
