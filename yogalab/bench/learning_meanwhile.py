"""A lab that learns all the time while others label: what that costs them is measured against it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from yogalab.bench.page_client import NotAnswered, PageClient
from yogalab.lab.parts import Parts
from yogalab.records import LabelEvent, LabelKind

PANEL: Final = "yl-models"
_LOOK_SECONDS: Final = 0.1
_OPEN: Final = frozenset({"waiting", "running"})


def label_every(parts: Parts, slugs: Sequence[str], every: int) -> None:
    """Label each so manieth photo as what it was drawn as, so that there is something to learn."""
    poses = {pose.slug: pose.id for pose in parts.store.poses()}
    photos = parts.store.photos()
    chosen = [(photo.id, poses[slug]) for photo, slug in zip(photos, slugs, strict=True)][::every]
    parts.store.append_many(
        [
            LabelEvent(id=str(uuid4()), photo_id=photo_id, coach="bench", kind=LabelKind.POSE, pose_id=pose_id)
            for photo_id, pose_id in chosen
        ]
    )


class Pupil:
    """Clicks "Retrain" again as soon as a training is over. trained: how many have been."""

    def __init__(self, page: PageClient) -> None:
        self._page = page
        self.trained = 0

    def learn(self, over: threading.Event) -> None:
        """Go on until it is over; what there was to learn has been learnt in between."""
        self._page.open()
        while not over.wait(_LOOK_SECONDS):
            try:
                job = self._page.ask("train", {})
                while job["state"] in _OPEN and not over.wait(_LOOK_SECONDS):
                    job = self._page.ask("progress", {})["training"]
            except NotAnswered:
                # Nothing new since the last one.
                continue
            self.trained += job["state"] == "done"
        self._page.close()
