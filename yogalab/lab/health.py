"""The health desk: whether what the lab stands on is sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yogalab.lab.parts import Parts, require
from yogalab.records import Coach, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the lab is made of.

    unseen: photos that the pose model in use has not looked at.
    database: what is wrong with it, empty when it is sound; revision: of its schema.
    pose_model_trouble: the error that looking at a blank picture raised, if any.
    chosen_encoder is the lab's own choice, encoder the one that is there.
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
        return Health(
            revision=store.revision(),
            database=tuple(store.check()),
            photos=len(photos),
            unseen=sum(photo.id not in seen for photo in photos),
            events=len(store.events()),
            versions=len(store.versions()),
            pose_model=self._parts.landmarker.name,
            pose_model_trouble=self._try_pose_model(),
            encoder=self._parts.encoder.name if self._parts.encoder else None,
            chosen_encoder=store.setting("encoder"),
        )

    def _try_pose_model(self) -> Exception | None:
        try:
            self._parts.landmarker.find(np.full((96, 96, 3), 127, np.uint8))
        except Exception as error:
            # Whatever it is, naming it is what the check is for.
            return error
        return None
