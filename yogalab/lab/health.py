"""The health desk: whether what the lab stands on is sound."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from yogalab.errors import EncoderError
from yogalab.lab.parts import ENCODER, Parts, require
from yogalab.records import Coach, Role

_PHOTOS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the lab is made of.

    unseen: photos that the pose model in use has not looked at.
    database: what is wrong with it, empty when it is sound; revision: of its schema.
    pose_model_trouble: the error that looking at a blank picture raised, if any.
    chosen_encoder is the lab's own choice, encoder the one that is there.
    encoder_trouble: why it cannot look; encoder_whole: whether its weights are those meant; encoder_seconds: a
    photo's, 16 at a time.
    """

    revision: str
    database: tuple[str, ...]
    photos: int
    unseen: int
    events: int
    versions: int
    pose_model: str
    pose_model_trouble: Exception | None
    encoder: str | None
    chosen_encoder: str | None
    encoder_trouble: EncoderError | None = None
    encoder_whole: bool = True
    encoder_seconds: float | None = None


class HealthDesk:
    """Looks after the lab itself."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def check(self, who: Coach) -> Health:
        """Read the whole database and try the pose model; takes seconds."""
        require(who, Role.OWNER)
        store = self._parts.store
        seen = store.landmarks(self._parts.landmarker.name)
        photos = store.photos()
        seconds, trouble = self._try_encoder()
        encoder = self._parts.encoder
        return Health(
            revision=store.revision(),
            database=tuple(store.check()),
            photos=len(photos),
            unseen=sum(photo.id not in seen for photo in photos),
            events=len(store.events()),
            versions=len(store.versions()),
            pose_model=self._parts.landmarker.name,
            pose_model_trouble=self._try_pose_model(),
            encoder=encoder.name if encoder else None,
            chosen_encoder=store.setting(ENCODER),
            encoder_trouble=trouble,
            encoder_whole=self._parts.encoders.whole(encoder.name) if encoder else True,
            encoder_seconds=seconds,
        )

    def _try_encoder(self) -> tuple[float | None, EncoderError | None]:
        """(seconds a photo, why it cannot look); the encoder is loaded first."""
        encoder = self._parts.encoder
        if encoder is None:
            return None, None
        photo = np.full((480, 640, 3), 127, np.uint8)
        try:
            encoder.encode_photos([encoder.picture(photo, None)])
            start = time.perf_counter()
            encoder.encode_photos([encoder.picture(photo, None) for _ in range(_PHOTOS)])
        except EncoderError as error:
            return None, error
        return (time.perf_counter() - start) / _PHOTOS, None

    def _try_pose_model(self) -> Exception | None:
        try:
            self._parts.landmarker.find(np.full((96, 96, 3), 127, np.uint8))
        except Exception as error:
            # Whatever it is, naming it is what the check is for.
            return error
        return None
